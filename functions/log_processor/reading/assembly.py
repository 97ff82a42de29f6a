"""Lines become raw records: the records whose first byte lies in the range, and no other."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Protocol

from log_processor.errors import PermanentError
from log_processor.reading.lines import Line
from log_processor.record import MAX_RECORD_BYTES, RawRecord

MAX_RECORD_LINES = 1000


class LineStarts(Protocol):
    """Tells the lines that begin a record: a compiled expression."""

    def match(self, line: bytes, /) -> object:
        """Something other than None where `line` begins one."""


def raw_records(blocks: Iterator[list[Line]], start: int, end: int | None) -> Iterator[list[RawRecord]]:
    """The records of one line each that start in `[start, end)`, a list a block; blank lines are no records.

    `length` counts the record's bytes without its line terminator.
    """
    for block in blocks:
        if block[-1].offset < start:
            continue
        over = end is not None and block[-1].offset >= end
        within = _within(block, start, end) if over or block[0].offset < start else block
        yield [_record(line) for line in within if line.data and not line.data.isspace()]
        if over:
            return


def _within(block: list[Line], start: int, end: int | None) -> list[Line]:
    return [line for line in block if line.offset >= start and (end is None or line.offset < end)]


def joined_records(
    blocks: Iterator[list[Line]], start: int, end: int | None, starts: LineStarts, *, aligned: bool
) -> Iterator[list[RawRecord]]:
    """The records that start in `[start, end)`, each a line that `starts` matches with all that follow up to the next.

    Where a record starts is decided by its line alone, so every range of an object decides it alike. The first line at
    `start` begins a record where the range is `aligned`; otherwise lines before the first start belong to the range
    before. A record that grows beyond 1,000 lines or 256 KiB goes on as another one, of the same range.
    """
    group = _Group(opened=aligned)
    try:
        for block in blocks:
            records, over = _grouped(block, group, start, end, starts)
            if records:
                yield records
            if over:
                return
    except PermanentError:  # damage: the lines before it are whole; after any other error they are read again
        yield group.close()
        raise
    yield group.close()


def _grouped(
    block: list[Line], group: "_Group", start: int, end: int | None, starts: LineStarts
) -> tuple[list[RawRecord], bool]:
    """The records that end in `block`, and whether the range is over."""
    records: list[RawRecord] = []
    for line in block:
        if line.offset < start:
            continue
        if not line.data or line.data.isspace():
            group.pass_blank(line)
            continue
        fresh = starts.match(line.data) is not None
        behind = end is not None and line.offset >= end
        if fresh and behind:
            return records + group.close(), True
        records += group.add(line, fresh=fresh)
        if behind and not group.lines:
            return records, True
    return records, False


class _Group:
    """The lines of the record under way; `opened` says that a line which starts none may still begin one."""

    def __init__(self, *, opened: bool) -> None:
        self.lines: list[Line] = []
        self._blanks: list[Line] = []
        self._opened = opened
        self._size = 0

    def add(self, line: Line, *, fresh: bool) -> list[RawRecord]:
        """Take a line; return the record that it ended, if any."""
        if not (fresh or self.lines or self._opened):
            return []
        self._opened = False
        full = len(self.lines) >= MAX_RECORD_LINES or self._size + line.length > MAX_RECORD_BYTES
        ended = self.close() if self.lines and (fresh or full) else []
        self.lines += [*self._blanks, line] if self.lines else [line]
        self._blanks = []
        self._size += line.length
        return ended

    def pass_blank(self, line: Line) -> None:
        """Keep a blank line in mind: it belongs to the record if the record goes on after it."""
        if self.lines and len(self._blanks) < MAX_RECORD_LINES and self._size <= MAX_RECORD_BYTES:
            self._blanks.append(line)
            self._size += line.length

    def close(self) -> list[RawRecord]:
        """End the record under way."""
        lines, self.lines, self._blanks, self._size = self.lines, [], [], 0
        if not lines:
            return []
        return [_record(lines[0]) if len(lines) == 1 else _joined(lines)]


def _joined(lines: list[Line]) -> RawRecord:
    """One record of several lines, with the very line ends between them."""
    pieces = []
    for line, following in pairwise(lines):
        gap = following.offset - line.offset - line.length
        pieces += [line.data, b"\r\n" if gap > 1 else b"\n"]
    data = b"".join([*pieces, lines[-1].data])
    offset = lines[0].offset
    return _record(Line(offset, data, lines[-1].offset + lines[-1].length - offset))


def _record(line: Line) -> RawRecord:
    offset, data, length = line
    try:
        text, undecoded = data.decode(), None
    except UnicodeDecodeError:
        text, undecoded = data.decode("utf-8", "replace"), data
    return RawRecord(offset, length, text, offset + length + 1, len(data) < length, undecoded)
