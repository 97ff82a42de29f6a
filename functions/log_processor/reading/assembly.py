"""Join lines into raw records: those whose first byte lies in a range, and no others.

The ranges of an object meet without an overlap, so each record is read by exactly one of them.
"""

from collections.abc import Iterator
from itertools import pairwise
from typing import Protocol

from log_processor.errors import PermanentError
from log_processor.reading.lines import Line
from log_processor.record import MAX_RECORD_BYTES, RawRecord

MAX_RECORD_LINES = 1000


class LineStarts(Protocol):
    """The pattern of the lines that begin a record, such as a compiled regular expression."""

    def match(self, line: bytes, /) -> object:
        """Return None if `line` begins no record, else anything but None."""


def read_single_lines(blocks: Iterator[list[Line]], start: int, end: int | None) -> Iterator[list[RawRecord]]:
    r"""Yield each line that begins in `[start, end)` as a record, one list for each block; skip blank lines.

    Offsets are bytes of the decompressed stream; if `end` is None, the range goes on to the end of the object. The
    `length` of a record does not count its line terminator. For example, of `a\nb\n\nc\n` the range `[2, 5)` has the
    record `b` alone: `a` begins before it, the third line is blank, and `c` begins at byte 5.
    """
    for block in blocks:
        if block[-1].offset < start:
            continue
        reaches_end = end is not None and block[-1].offset >= end
        in_range = _select_lines(block, start, end) if reaches_end or block[0].offset < start else block
        yield [_build_record(line) for line in in_range if line.data and not line.data.isspace()]
        if reaches_end:
            return


def _select_lines(block: list[Line], start: int, end: int | None) -> list[Line]:
    return [line for line in block if line.offset >= start and (end is None or line.offset < end)]


def join_records(
    blocks: Iterator[list[Line]], start: int, end: int | None, starts: LineStarts, *, aligned: bool
) -> Iterator[list[RawRecord]]:
    r"""Yield the records that begin in `[start, end)`: each a line that `starts` matches, and the lines up to the next.

    - Whether a line begins a record depends on that line alone, so all ranges of an object agree about it.
    - If the range is `aligned`, the line at `start` begins a record even if `starts` does not match it.
    - Otherwise the lines before the first match belong to the range before.
    - The last record of a range takes its lines also from beyond `end`.
    - After 1,000 lines or 256 KiB a record is ended; its next lines are another record of the same range.

    For example, if `starts` matches lines that begin with a date, the five lines below are two records. A range that
    begins with the second line, and is not aligned, has the second record alone:

        2026-05-04 failed
        java.io.IOException: x
        \tat a.B.c
        2026-05-04 retried
        \tat d.E.f

    If the object is damaged, yield the record of the lines before the damage, and raise the error after it.
    """
    group = _LineGroup(may_begin=aligned)
    try:
        for block in blocks:
            records, is_over = _join_block(block, group, start, end, starts)
            if records:
                yield records
            if is_over:
                return
    except PermanentError:  # damage: the lines before it are whole; after any other error they are read again
        yield group.close()
        raise
    yield group.close()


def _join_block(
    block: list[Line], group: "_LineGroup", start: int, end: int | None, starts: LineStarts
) -> tuple[list[RawRecord], bool]:
    """Return the records that end in `block`, and whether the range is over."""
    records: list[RawRecord] = []
    for line in block:
        if line.offset < start:
            continue
        if not line.data or line.data.isspace():
            group.add_blank(line)
            continue
        begins_record = starts.match(line.data) is not None
        beyond_end = end is not None and line.offset >= end
        if begins_record and beyond_end:
            return records + group.close(), True
        records += group.add(line, begins_record=begins_record)
        if beyond_end and not group.lines:
            return records, True
    return records, False


class _LineGroup:
    """The lines of the current record; if `may_begin`, the next line begins one even if it matches no start."""

    def __init__(self, *, may_begin: bool) -> None:
        self.lines: list[Line] = []
        self._blanks: list[Line] = []
        self._may_begin = may_begin
        self._size = 0

    def add(self, line: Line, *, begins_record: bool) -> list[RawRecord]:
        """Add a line to the current record, or begin one with it; return the record that this ended, if any."""
        if not (begins_record or self.lines or self._may_begin):
            return []
        self._may_begin = False
        is_full = len(self.lines) >= MAX_RECORD_LINES or self._size + line.length > MAX_RECORD_BYTES
        ended = self.close() if self.lines and (begins_record or is_full) else []
        self.lines += [*self._blanks, line] if self.lines else [line]
        self._blanks = []
        self._size += line.length
        return ended

    def add_blank(self, line: Line) -> None:
        """Remember a blank line, which belongs to the record only if another line of the record follows."""
        if self.lines and len(self._blanks) < MAX_RECORD_LINES and self._size <= MAX_RECORD_BYTES:
            self._blanks.append(line)
            self._size += line.length

    def close(self) -> list[RawRecord]:
        """End the current record; return it in a list, which is empty if there is none."""
        lines, self.lines, self._blanks, self._size = self.lines, [], [], 0
        if not lines:
            return []
        return [_build_record(lines[0]) if len(lines) == 1 else _join_lines(lines)]


def _join_lines(lines: list[Line]) -> RawRecord:
    r"""Return one record of several lines, with the object's own line ends, `\n` or `\r\n`, between them."""
    pieces = []
    for line, following in pairwise(lines):
        gap = following.offset - line.offset - line.length
        pieces += [line.data, b"\r\n" if gap > 1 else b"\n"]
    data = b"".join([*pieces, lines[-1].data])
    offset = lines[0].offset
    return _build_record(Line(offset, data, lines[-1].offset + lines[-1].length - offset))


def _build_record(line: Line) -> RawRecord:
    offset, data, length = line
    try:
        text, undecoded = data.decode(), None
    except UnicodeDecodeError:
        text, undecoded = data.decode("utf-8", "replace"), data
    return RawRecord(offset, length, text, offset + length + 1, len(data) < length, undecoded)
