"""Lines of interwoven streams become raw records: parts of a line, and lines of a trace, joined within their stream.

What joins two lines is told by what lies at most `REACH_BYTES` before the second one, so a reader that begins
`LOOKBACK_BYTES` early finds the records that one pass from the beginning finds, wherever the object is entered.
"""

from collections import deque
from collections.abc import Callable, Iterator

from log_processor.errors import PermanentError
from log_processor.formats.lib.format import StreamLine
from log_processor.reading.lines import Line
from log_processor.record import MAX_RECORD_BYTES, RawRecord

REACH_BYTES = 256 * 1024
LOOKBACK_REACHES = 3
LOOKBACK_BYTES = LOOKBACK_REACHES * REACH_BYTES + 1
"""What tells of a line whether it goes on with another; and a byte of the line before.

One reach holds the line that it may go on with, one more says whether that was a part, and a third one whether the
parts have gone on for so long that they are cut.
"""
CUT_REACHES = 4
"""Parts that have gone on for a reach are cut where so many reaches of the object end."""
NEVER = -(2**62)


def stranded_records(
    blocks: Iterator[list[Line]],
    start: int,
    end: int | None,
    read_stream_line: Callable[[bytes], StreamLine],
    reach_bytes: int = REACH_BYTES,
) -> Iterator[list[RawRecord]]:
    """The records that start in `[start, end)`, in the order of their first lines.

    `blocks` begin three reaches and a byte before `start`, or with the object; what is no whole line there is passed.

    A line belongs to the last line of its stream where that is `partial`, or where its own text is not `fresh` and a
    line that began an event lies within reach; a stream's first line within reach begins one, whatever its text. `text`
    holds the record's own lines; `length` reaches from the first to the end of the last, whatever lies between. Beyond
    256 KiB a record is `truncated`. Where other lines lie between, the next record may start right behind the first
    line. Parts that never end are cut at places of the object that every reader knows, so that they hold up no more
    than some reaches of the records behind them.
    """
    weaver = _Weaver(start, end, reach_bytes)
    first_whole = start - LOOKBACK_REACHES * reach_bytes
    try:
        for block in blocks:
            for line in block:
                if line.offset >= first_whole and line.data and not line.data.isspace():
                    weaver.add(line, read_stream_line(line.data))
            if records := weaver.ended(block[-1].offset):
                yield records
            if weaver.over(block[-1].offset):
                return
    except PermanentError:  # damage: the lines before it are whole; after any other error they are read again
        yield weaver.ended(None)
        raise
    yield weaver.ended(None)


class _Record:
    """A record under way: its lines up to the bound, and where the last one ends."""

    __slots__ = ("first", "kept_bytes", "pieces", "stop", "truncated", "unbroken")

    def __init__(self, line: Line) -> None:
        self.first, self.stop, self.pieces = line, line.offset + line.length, [line.data]
        self.kept_bytes, self.truncated, self.unbroken = len(line.data), len(line.data) < line.length, True

    def add(self, line: Line) -> None:
        self.unbroken &= line.offset <= self.stop + 2  # a line end of one byte or two
        self.stop = line.offset + line.length
        self.kept_bytes += line.length
        self.truncated |= self.kept_bytes > MAX_RECORD_BYTES or len(line.data) < line.length
        if not self.truncated:
            self.pieces.append(line.data)

    def raw(self) -> RawRecord:
        data = self.pieces[0] if len(self.pieces) == 1 else b"\n".join(self.pieces)
        try:
            text, undecoded = data.decode(), None
        except UnicodeDecodeError:
            text, undecoded = data.decode("utf-8", "replace"), data
        offset = self.first.offset
        behind = self.stop if self.unbroken else offset + self.first.length
        return RawRecord(offset, self.stop - offset, text, behind + 1, self.truncated, undecoded)


class _Head:
    """What one stream's lines so far say to its next one; `record` is None where that belongs to another range.

    `run` is where the parts began that have gone on up to `last`.
    """

    __slots__ = ("anchor", "last", "partial", "record", "run")

    def __init__(self) -> None:
        self.anchor, self.last, self.run, self.partial = NEVER, NEVER, NEVER, False
        self.record: _Record | None = None


class _Weaver:
    def __init__(self, start: int, end: int | None, reach_bytes: int) -> None:
        self._start, self._end, self._reach = start, end, reach_bytes
        self._heads: dict[bytes, _Head] = {}
        self.under_way: deque[_Record] = deque()

    def add(self, line: Line, said: StreamLine) -> None:
        """Take a line: it goes on with its stream's record, or begins one."""
        head = self._heads.get(said.stream)
        if head is None:
            head = self._heads[said.stream] = _Head()
        joined = self._joins(head, line.offset, said)
        head.last, head.partial = line.offset, said.partial
        if not joined:
            head.record = self._begin(line)
        elif head.record:
            head.record.add(line)

    def over(self, position: int) -> bool:
        """Whether no line after `position` belongs to a record of the range."""
        return self._end is not None and position >= self._end and not self.under_way

    def _joins(self, head: _Head, offset: int, said: StreamLine) -> bool:
        """Whether a line belongs to the record of its stream; notes in `head` what the next one has to know."""
        near = offset - head.last <= self._reach
        if head.partial and near and not self._cut(head, offset):
            return True
        head.run = offset
        if head.partial and near:
            return False
        if said.begins_event or not near:
            head.anchor = offset
            return False
        return offset - head.anchor <= self._reach

    def _begin(self, line: Line) -> _Record | None:
        """Begin the record of `line`; None if it belongs to another range."""
        if line.offset < self._start or (self._end is not None and line.offset >= self._end):
            return None
        record = _Record(line)
        self.under_way.append(record)
        return record

    def _cut(self, head: _Head, offset: int) -> bool:
        """Whether the parts end before the one at `offset`, however they go on."""
        place = offset - offset % (CUT_REACHES * self._reach)
        return head.last < place and head.run <= place - self._reach

    def ended(self, position: int | None) -> list[RawRecord]:
        """The records whose turn it is and that no line behind `position` can go on with; all where it is None."""
        if position is None:
            self._heads = {}
        else:  # a stream that is silent for longer joins nothing any more, and there may be very many
            self._heads = {
                stream: head
                for stream, head in self._heads.items()
                if position - max(head.last, head.anchor) <= self._reach
            }
        open_ones = {head.record for head in self._heads.values()}
        ended = []
        while self.under_way and self.under_way[0] not in open_ones:
            ended.append(self.under_way.popleft().raw())
        return ended
