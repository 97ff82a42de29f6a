"""Join the lines of interleaved container streams into raw records: parts of a broken line, and lines of a trace.

Whether two lines are joined depends only on lines at most `REACH_BYTES` before the second one. So a reader that begins
`LOOKBACK_BYTES` before its range finds the same records as one that reads the object from its beginning.
"""

from collections import deque
from collections.abc import Callable, Iterator

from log_processor.errors import PermanentError
from log_processor.formats.lib.format import StreamLine
from log_processor.reading.gaps import GAP_BYTES
from log_processor.reading.lines import Line
from log_processor.record import MAX_RECORD_BYTES, RawRecord
from log_processor.record_text import decode_record

REACH_BYTES = 256 * 1024
LOOKBACK_REACHES = 3
LOOKBACK_BYTES = LOOKBACK_REACHES * REACH_BYTES + GAP_BYTES
"""How far before a range a reader begins: three reaches, and the bytes that tell whether a line begins after them.

The first reach before a line holds the line that it may continue. The second one tells whether that is a partial line.
The third one tells whether the partial lines have gone on for so long that they are cut.
"""
CUT_REACHES = 4
"""Partial lines that have gone on for a reach are cut at each multiple of so many reaches in the object."""
NEVER = -(2**62)


def join_stream_records(
    blocks: Iterator[list[Line]],
    start: int,
    end: int | None,
    read_stream_line: Callable[[bytes], StreamLine],
    reach_bytes: int = REACH_BYTES,
) -> Iterator[list[RawRecord]]:
    """Yield the records that begin in `[start, end)`, in the order of their first lines.

    `blocks` begin three reaches and a byte before `start`, or at the object's beginning. A line that begins in that
    first byte may be incomplete and is skipped. `read_stream_line` tells of a line what joins it to others.

    A line continues the record of its stream in two cases, each within `reach_bytes`; otherwise it begins a record:

    - The stream's last line is partial.
    - The line's own text begins no event, and a line of the stream before it began one.

    For example, these five lines are the records `a1 a2` of `stdout`, and `panic: x` with its trace of `stderr`:

        stdout P a1
        stderr F panic: x
        stdout F a2
        stderr F goroutine 1:
        stderr F main.main()

    The `text` of a record holds its own lines. Its `length` goes from its first byte to the end of its last line, with
    the lines of other streams that lie between; if there are any, `next_offset` is right after the first line. After
    256 KiB a record is `truncated`. Partial lines that never end are cut at offsets that depend on the object alone, so
    they delay the records after them by some reaches at most.
    """
    joiner = _StreamJoiner(start, end, reach_bytes)
    first_whole = start - LOOKBACK_REACHES * reach_bytes
    try:
        for block in blocks:
            for line in block:
                if line.offset >= first_whole and line.data and not line.data.isspace():
                    joiner.add(line, read_stream_line(line.data))
            if records := joiner.take_ended(block[-1].offset):
                yield records
            if joiner.is_over(block[-1].offset):
                return
    except PermanentError:  # damage: the lines before it are whole; after any other error they are read again
        yield joiner.take_ended(None)
        raise
    yield joiner.take_ended(None)


class _GrowingRecord:
    """A record that may get more lines: its lines up to the bound, and the offset after the last one."""

    __slots__ = ("first", "is_contiguous", "kept_bytes", "pieces", "stop", "truncated")

    def __init__(self, line: Line) -> None:
        self.first, self.stop, self.pieces = line, line.offset + line.length, [line.data]
        self.kept_bytes, self.truncated, self.is_contiguous = len(line.data), len(line.data) < line.length, True

    def add(self, line: Line) -> None:
        self.is_contiguous &= line.offset <= self.stop + 2  # a line end of one byte or two
        self.stop = line.offset + line.length
        self.kept_bytes += line.length
        self.truncated |= self.kept_bytes > MAX_RECORD_BYTES or len(line.data) < line.length
        if not self.truncated:
            self.pieces.append(line.data)

    def build_raw(self) -> RawRecord:
        data = self.pieces[0] if len(self.pieces) == 1 else b"\n".join(self.pieces)
        text, undecoded = decode_record(data, cut=self.truncated)
        offset = self.first.offset
        stop = self.stop if self.is_contiguous else offset + self.first.length
        return RawRecord(offset, self.stop - offset, text, stop + 1, self.truncated, undecoded)


class _StreamTail:
    """What the next line of a stream has to know of the lines before it; all offsets are bytes of the object.

    `last_offset` is where the last line begins, and `partial` says whether that is a partial line. `event_offset` is
    where the last line begins that began an event, and `parts_offset` where the partial lines begin that have gone on
    up to the last line. `record` is the record to continue, None if it belongs to another range.
    """

    __slots__ = ("event_offset", "last_offset", "partial", "parts_offset", "record")

    def __init__(self) -> None:
        self.event_offset, self.last_offset, self.parts_offset, self.partial = NEVER, NEVER, NEVER, False
        self.record: _GrowingRecord | None = None


class _StreamJoiner:
    """The records that are not released yet, in the order of their first lines, and the tail of each stream."""

    def __init__(self, start: int, end: int | None, reach_bytes: int) -> None:
        self._start, self._end, self._reach = start, end, reach_bytes
        self._tails: dict[bytes, _StreamTail] = {}
        self._records: deque[_GrowingRecord] = deque()

    def add(self, line: Line, stream_line: StreamLine) -> None:
        """Add a line to the record of its stream, or begin a record with it."""
        tail = self._tails.get(stream_line.stream)
        if tail is None:
            tail = self._tails[stream_line.stream] = _StreamTail()
        is_continuation = self._is_continuation(tail, line.offset, stream_line)
        tail.last_offset, tail.partial = line.offset, stream_line.partial
        if not is_continuation:
            tail.record = self._begin_record(line)
        elif tail.record:
            tail.record.add(line)

    def is_over(self, offset: int) -> bool:
        """Tell whether no line after `offset` belongs to a record of the range."""
        return self._end is not None and offset >= self._end and not self._records

    def take_ended(self, offset: int | None) -> list[RawRecord]:
        """Return the records that no line after `offset` can continue; after the object's end (None), return all.

        The first record that may still grow holds up those after it.
        """
        if offset is None:
            self._tails = {}
        else:  # a stream that is silent for longer joins nothing any more, and there may be very many
            self._tails = {
                stream: tail
                for stream, tail in self._tails.items()
                if offset - max(tail.last_offset, tail.event_offset) <= self._reach
            }
        growing = {tail.record for tail in self._tails.values()}
        ended = []
        while self._records and self._records[0] not in growing:
            ended.append(self._records.popleft().build_raw())
        return ended

    def _is_continuation(self, tail: _StreamTail, offset: int, stream_line: StreamLine) -> bool:
        """Tell whether a line at `offset` continues the record of its stream; if not, note in `tail` what it begins."""
        is_near = offset - tail.last_offset <= self._reach
        if tail.partial and is_near and not self._is_cut(tail, offset):
            return True
        tail.parts_offset = offset
        if tail.partial and is_near:
            return False
        if stream_line.begins_event or not is_near:
            tail.event_offset = offset
            return False
        return offset - tail.event_offset <= self._reach

    def _is_cut(self, tail: _StreamTail, offset: int) -> bool:
        """Tell whether the partial lines that go on up to `offset` are cut before it."""
        cut_offset = offset - offset % (CUT_REACHES * self._reach)
        return tail.last_offset < cut_offset and tail.parts_offset <= cut_offset - self._reach

    def _begin_record(self, line: Line) -> _GrowingRecord | None:
        """Begin the record of `line`; return None if it belongs to another range."""
        if line.offset < self._start or (self._end is not None and line.offset >= self._end):
            return None
        record = _GrowingRecord(line)
        self._records.append(record)
        return record
