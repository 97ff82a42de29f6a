"""Lines become raw records: the records whose first byte lies in the range, and no other."""

from collections.abc import Iterator
from typing import NamedTuple

from log_processor.reading.lines import Line


class RawRecord(NamedTuple):
    """The bytes of one record: place and length in the decompressed stream, the text, and where the next one starts."""

    offset: int
    length: int
    text: str
    next_offset: int
    truncated: bool
    exact: bool


def raw_records(blocks: Iterator[list[Line]], start: int, end: int | None) -> Iterator[list[RawRecord]]:
    """The records that start in `[start, end)`, a list a block; blank lines are no records.

    `length` counts the record's bytes without its line terminator; `exact` says that they are valid UTF-8.
    """
    for block in blocks:
        if block[-1].offset < start:
            continue
        records = [_record(line) for line in block if line.offset >= start and line.data and not line.data.isspace()]
        if end is not None and block[-1].offset >= end:
            yield [record for record in records if record.offset < end]
            return
        yield records


def _record(line: Line) -> RawRecord:
    offset, data, length = line
    try:
        text, exact = data.decode(), True
    except UnicodeDecodeError:
        text, exact = data.decode("utf-8", "replace"), False
    return RawRecord(offset, length, text, offset + length + 1, len(data) < length, exact)
