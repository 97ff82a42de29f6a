"""What a range's lines become: the object's format chosen, raw records read by it, items encoded, batches counted."""

from collections.abc import Callable, Iterator
from itertools import chain, islice

from log_processor import formats
from log_processor.errors import PipelineError
from log_processor.formats.base import Format
from log_processor.reading.assembly import LineStarts, RawRecord, joined_records, raw_records
from log_processor.reading.lines import Line
from log_processor.reading.strands import LOOKBACK_BYTES, stranded_records
from log_processor.record import LogRecord, Parsed, log_id, object_digest
from log_processor.storing.batches import Batch, Checkpoint
from log_processor.storing.items import ItemEncoder
from log_processor.work.deadline import OutOfTimeError
from log_processor.work.ranges import ObjectRange

SAMPLE_BYTES = 1024 * 1024
Treatment = Callable[[RawRecord, LogRecord], RawRecord | None]
"""What a route does with a record: changes it in place and returns the raw one to keep, or None to leave it out."""


def choose_format(work: ObjectRange, block: list[Line], near_ms: int) -> Format:
    """The format that the object's beginning decided, else the one that its first lines speak for."""
    if work.format in formats.BY_NAME:
        return formats.BY_NAME[work.format]
    written = (line.data[:SAMPLE_BYTES] for line in block if line.data and not line.data.isspace())
    samples = [data.decode("utf-8", "replace") for data in islice(written, formats.SAMPLE_RECORDS)]
    return formats.detect(samples, near_ms)


def entry(work: ObjectRange, chosen: Format | None, own: LineStarts | None) -> int:
    """The byte at which to begin reading so that the records of `work` are told from those before it."""
    chosen = chosen or formats.BY_NAME.get(work.format or "")
    if chosen is not None and chosen.strand is not None and own is None:
        return max(0, work.start - LOOKBACK_BYTES)
    return work.start if work.aligned else max(0, work.start - 1)


def assembled(
    blocks: Iterator[list[Line]], work: ObjectRange, chosen: Format, own: LineStarts | None = None
) -> Iterator[list[RawRecord]]:
    """The raw records of `work`, of one line or of several as its route's `own` start, or else the format, has them."""
    if chosen.strand is not None and own is None:
        return stranded_records(blocks, work.start, work.end, chosen.strand)
    starts = own or chosen.starts
    if starts is None:
        return raw_records(blocks, work.start, work.end)
    return joined_records(blocks, work.start, work.end, starts, aligned=work.aligned)


def batches(
    blocks: Iterator[list[RawRecord]],
    work: ObjectRange,
    reader: formats.Reader,
    encoder: ItemEncoder,
    last_modified_ms: int,
    treat: Treatment | None = None,
) -> Iterator[tuple[Batch, Checkpoint]]:
    """Read, encode and count; the last batch may be empty: its checkpoint counts what was filtered at the end.

    `treat`, where there is one, decides what is left of each record.
    Where the stream ends in an error or for want of time, what was whole before comes first; then that is raised.
    """
    batch = Batch()
    read, filtered, rejected, position = 0, 0, 0, work.start
    digest = object_digest(work)
    ended: PipelineError | OutOfTimeError | None = None

    def checkpoint() -> Checkpoint:
        return Checkpoint(position, read, read - filtered - rejected, filtered, rejected, reader.header)

    try:
        for raw in chain.from_iterable(blocks):
            read += 1
            position = raw.next_offset
            found = reader.read(raw.text)
            if found is None:
                filtered += 1
                continue
            record = record_of(raw, found, digest, last_modified_ms)
            if treat is not None:
                if (treated := treat(raw, record)) is None:
                    filtered += 1
                    continue
                raw = treated  # noqa: PLW2901 - what is kept of a record is what it was treated to
            rejected += record.parse_error is not None
            batch.add(encoder.encode(record), raw, record.parse_error)
            if batch.full:
                yield batch, checkpoint()
                batch = Batch()
    except (PipelineError, OutOfTimeError) as error:
        ended = error
    yield batch, checkpoint()
    if ended is not None:
        raise ended


def record_of(raw: RawRecord, found: tuple[str, Parsed], digest: str, last_modified_ms: int) -> LogRecord:
    """The record of `raw` with what was found in it: its identity, and the event's own time or else the object's."""
    name, parsed = found
    return LogRecord(
        log_id=log_id(digest, raw.offset, raw.number),
        timestamp_ms=last_modified_ms if parsed.timestamp_ms is None else parsed.timestamp_ms,
        format=name,
        log_data=raw.text,
        offset=raw.offset,
        length=raw.length,
        fields=parsed.fields,
        level=parsed.level,
        parse_error=parsed.parse_error,
        truncated=raw.truncated,
    )
