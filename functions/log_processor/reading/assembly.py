"""Join lines into raw records: those whose first byte lies in a range, and no others.

The ranges of an object meet without an overlap, so each record is read by exactly one of them.
"""

from collections.abc import Iterator

from log_processor.errors import PermanentError
from log_processor.reading.line_group import JoiningRules, LineGroup, Match, build_record
from log_processor.reading.lines import Line
from log_processor.reading.range_border import RangeBorder
from log_processor.record import RawRecord
from log_processor.state import InRecord


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
        yield [build_record(line) for line in in_range if line.data and not line.data.isspace()]
        if reaches_end:
            return


def _select_lines(block: list[Line], start: int, end: int | None) -> list[Line]:
    return [line for line in block if line.offset >= start and (end is None or line.offset < end)]


def join_records(
    blocks: Iterator[list[Line]],
    start: int,
    end: int | None,
    starts: JoiningRules,
    *,
    aligned: bool,
    resumed: InRecord | None = None,
    border: RangeBorder | None = None,
) -> Iterator[list[RawRecord]]:
    r"""Yield the records that begin in `[start, end)`: each a line that begins one, and the lines up to the next.

    - A line that `starts` matches begins a record. That depends on the line alone, so all ranges of an object agree
      about it, and ranges begin and end with such lines.
    - Within a range another line begins a record too, if it may not stand below the first line of the record above it.
    - If the range is `aligned`, the line at `start` begins a record even if `starts` does not match it.
    - Otherwise the lines before the first match belong to the range before.
    - The last record of a range takes its lines also from beyond `end`.
    - After 1,000 lines or 256 KiB a record is cut: its next lines are another piece of it, in the same range. `resumed`
      is the record that goes on at `start`, if an earlier reader stopped after such a cut.
    - `border` gets the offset of the line beyond `end` that ends the last record, if there is one.

    For example, if `starts` matches lines that begin with a date, the five lines below are two records. A range that
    begins with the second line, and is not aligned, has the second record alone:

        2026-05-04 failed
        java.io.IOException: x
        \tat a.B.c
        2026-05-04 retried
        \tat d.E.f

    If the object is damaged, yield the record of the lines before the damage, and raise the error after it.
    """
    group, match = LineGroup(starts, resumed, may_begin=aligned), starts.match
    try:
        for block in blocks:
            inside, beyond = _cut_block(block, start, end)
            is_trace_free = starts.is_trace_free([line.data for line in inside])
            records = group.begin_each(inside) if is_trace_free else group.join_lines(inside, match)
            ended, is_over = _finish(group, beyond, match, border or RangeBorder())
            records += ended
            if records:
                yield records
            if is_over:
                return
    except PermanentError:  # damage: the lines before it are whole; after any other error they are read again
        yield group.close()
        raise
    yield group.close()


def _cut_block(block: list[Line], start: int, end: int | None) -> tuple[list[Line], list[Line]]:
    """Return the lines of a block that begin in `[start, end)`, and those that begin beyond it."""
    if block[0].offset < start:
        block = [line for line in block if line.offset >= start]
    if end is None or not block or block[-1].offset < end:
        return block, []
    inside = [line for line in block if line.offset < end]
    return inside, block[len(inside) :]


def _finish(group: LineGroup, beyond: list[Line], match: Match, border: RangeBorder) -> tuple[list[RawRecord], bool]:
    """Return the records that end in the lines beyond the range, and whether its last one has ended."""
    records: list[RawRecord] = []
    for line in beyond:
        if not line.data or line.data.isspace():
            group.add_blank(line)
        elif match(line.data) is not None or not group.is_open:
            border.next_start = line.offset if group.is_open else 0
            return records + group.close(), True
        else:
            records += group.add(line)
    return records, False
