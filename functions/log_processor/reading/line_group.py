"""Gather the lines of one record, or of a piece of it, and end it where the next record begins."""

from collections.abc import Callable
from itertools import pairwise, takewhile
from typing import Protocol

from log_processor.formats.lib.traces import CONTINUES
from log_processor.reading.lines import Line, make_named
from log_processor.record import MAX_RECORD_BYTES, Piece, RawRecord
from log_processor.record_text import decode_record
from log_processor.state import Below, InRecord

MAX_RECORD_LINES = 1000
Match = Callable[[bytes], object]
_, TRACE, ANYTHING = Below


class JoiningRules(Protocol):
    """What tells the records of an object apart."""

    def match(self, line: bytes, /) -> object:
        """Return None if `line` begins no record by itself, else anything but None."""

    def choose_below(self, first: bytes, /) -> Below:
        """Return what may stand below the first line of a record, which `match` matches."""

    def choose_below_other(self, first: bytes, /) -> Below:
        """Return what may stand below the first line of a record, which `match` does not match."""

    def is_trace_free(self, lines: list[bytes], /) -> bool:
        """Tell whether each of `lines` that is not blank is known to begin a record."""


class LineGroup:
    """The lines of the current record, or of its last piece.

    If `may_begin`, the next line begins a record even if it matches no start; or it goes on with the record `resumed`.
    """

    __slots__ = (
        "_below",
        "_blanks",
        "_choose_below",
        "_choose_below_other",
        "_cut_offset",
        "_is_start",
        "_may_begin",
        "_size",
        "lines",
    )

    def __init__(self, starts: JoiningRules, resumed: InRecord | None, *, may_begin: bool) -> None:
        self.lines: list[Line] = []
        self._blanks: list[Line] = []
        self._choose_below, self._choose_below_other = starts.choose_below, starts.choose_below_other
        self._may_begin, self._is_start = may_begin, False
        self._size = 0
        self._below = resumed.below if resumed else None
        self._cut_offset = resumed.offset if resumed else None

    @property
    def is_open(self) -> bool:
        """Tell whether a line that begins no record by itself may belong to the range."""
        return bool(self.lines) or self._may_begin

    def begin(self, line: Line) -> list[RawRecord]:
        """Begin a record with a line that begins one by itself; return the record that this ended, if any."""
        ended = self.close() if self.lines else []
        self.lines, self._size, self._may_begin, self._is_start = [line], line.length, False, True
        self._below = self._cut_offset = None
        return ended

    def add(self, line: Line) -> list[RawRecord]:
        """Add a line that begins no record by itself; return the record or piece that this ended, if any."""
        if self._below is not ANYTHING and not self._takes(line.data):
            if not self.is_open:
                return []
            ended = self.begin(line)
            self._below, self._is_start = self._choose_below_other(line.data), False
            return ended
        count = len(self.lines) + len(self._blanks)
        is_full = count >= MAX_RECORD_LINES or self._size + line.length > MAX_RECORD_BYTES
        ended = self.close(goes_on=True) if is_full and self.lines else []
        if self.lines and self._blanks:
            self.lines += self._blanks
            self._blanks = []
        self.lines.append(line)
        self._size += line.length
        return ended

    def add_blank(self, line: Line) -> None:
        """Remember a blank line, which belongs to the record only if another line of the record follows."""
        if self.lines and len(self._blanks) < MAX_RECORD_LINES and self._size <= MAX_RECORD_BYTES:
            self._blanks.append(line)
            self._size += line.length

    def begin_each(self, block: list[Line]) -> list[RawRecord]:
        """Begin a record with each line that is not blank; return the records that have ended."""
        lines = [line for line in block if line.data and not line.data.isspace()]
        records = self.close() if lines else []
        records += map(build_record, lines[:-1])
        for line in lines[-1:]:
            self.begin(line)
        last_offset = lines[-1].offset if lines else -1
        for line in reversed(list(takewhile(lambda line: line.offset > last_offset, reversed(block)))):
            self.add_blank(line)
        return records

    def join_lines(self, lines: list[Line], match: Match) -> list[RawRecord]:
        """Begin a record with each line that `match` matches and add the others; return the records that have ended."""
        records: list[RawRecord] = []
        others: list[Line] = []
        for line in lines:
            data = line.data
            if not data or data.isspace():
                if others:
                    others.append(line)
                else:
                    self.add_blank(line)
            elif match(data) is None:
                others.append(line)
            else:
                if others:
                    records += self._add_each(others)
                    others = []
                records += self.begin(line)
        return records + self._add_each(others) if others else records

    def _add_each(self, lines: list[Line]) -> list[RawRecord]:
        """Add lines that begin no record by themselves, and blank ones behind the first; return what this ended."""
        size = self._size + sum([line.length for line in lines])
        count = len(self.lines) + len(self._blanks) + len(lines)
        if self.lines and self._get_below() is ANYTHING and size <= MAX_RECORD_BYTES and count <= MAX_RECORD_LINES:
            self._add_all(lines, size)
            return []
        ended: list[RawRecord] = []
        for line in lines:
            if line.data and not line.data.isspace():
                ended += self.add(line)
            else:
                self.add_blank(line)
        return ended

    def _add_all(self, lines: list[Line], size: int) -> None:
        """Add lines for which the record has room, and remember the blank ones at their end."""
        self.lines += self._blanks + lines if self._blanks else lines
        self._blanks, self._size = [], size
        while not (data := self.lines[-1].data) or data.isspace():
            self._blanks.insert(0, self.lines.pop())

    def close(self, *, goes_on: bool = False) -> list[RawRecord]:
        """End the current record, or a piece of it if it `goes_on`; return it in a list, which is empty without one."""
        lines, self.lines, self._blanks, self._size = self.lines, [], [], 0
        if not lines:
            return []
        record = build_record(lines[0] if len(lines) == 1 else merge_lines(lines))
        if not self._is_start:
            record = record._replace(is_start=False)
        if goes_on and self._cut_offset is None:
            self._cut_offset = record.offset
        self._is_start &= not goes_on
        if self._cut_offset is None or self._below is None:
            return [record]
        return [record._replace(piece=Piece(self._cut_offset, self._below, goes_on))]

    def _get_below(self) -> Below | None:
        """Return what may stand below the first line of the current record; None if there is no record."""
        if self._below is None and self.lines:
            self._below = self._choose_below(self.lines[0].data)
        return self._below

    def _takes(self, line: bytes) -> bool:
        """Tell whether a line may stand below the first line of the current record."""
        below = self._get_below()
        return below is ANYTHING or (below is TRACE and CONTINUES.match(line) is not None)


def merge_lines(lines: list[Line]) -> Line:
    r"""Return several lines as one, with the object's own line ends, `\n` or `\r\n`, between them."""
    offset, last = lines[0].offset, lines[-1]
    length = last.offset + last.length - offset
    data = b"\n".join([line.data for line in lines])
    if len(data) != length:  # a line ends with `\r\n`, or was cut
        data = _join_with_line_ends(lines)
    return Line(offset, data, length)


def _join_with_line_ends(lines: list[Line]) -> bytes:
    pieces = []
    for line, following in pairwise(lines):
        gap = following.offset - line.offset - line.length
        pieces += [line.data, b"\r\n" if gap > 1 else b"\n"]
    return b"".join([*pieces, lines[-1].data])


def build_record(line: Line) -> RawRecord:
    """Return a record of one line."""
    offset, data, length = line
    undecoded = None
    try:
        text = data.decode()
    except UnicodeDecodeError:
        text, undecoded = decode_record(data, cut=len(data) < length)
    return make_named(
        RawRecord, (offset, length, text, offset + length + 1, len(data) < length, undecoded, 0, None, None, True)
    )
