"""What raw records become: read by the object's format, treated as its route says, encoded, counted in batches."""

from collections.abc import Callable, Iterator
from itertools import chain

from log_processor.errors import PipelineError
from log_processor.formats.lib.format import Parsed
from log_processor.formats.reader import Reader
from log_processor.reading import documents
from log_processor.reading.assembly import RawRecord
from log_processor.record import LogRecord, log_id, object_digest
from log_processor.storing.batches import Batch, Checkpoint, Portion
from log_processor.storing.items import ItemEncoder
from log_processor.work.ranges import ObjectRange

Treatment = Callable[[RawRecord, LogRecord], RawRecord | None]
"""What a route does with a record: changes it in place and returns the raw one to keep, or None to leave it out."""


def batches(
    blocks: Iterator[list[RawRecord]],
    work: ObjectRange,
    reader: Reader,
    encoder: ItemEncoder,
    last_modified_ms: int,
    treat: Treatment | None = None,
    *,
    around: bool = True,
) -> Iterator[Portion]:
    """Read, encode and count; the last batch may be empty: its checkpoint counts what was filtered at the end.

    `treat`, where there is one, decides what is left of each record. With `around`, the root fields of a document may
    stand in a checkpoint.
    If the stream ends early, the last portion holds what was whole before, and says why it ended.
    """
    batch = Batch()
    read, filtered, rejected, position = 0, 0, 0, work.start
    last: RawRecord | None = None
    stopped: PipelineError | None = None

    def checkpoint() -> Checkpoint:
        header = reader.header or (documents.checkpoint(last, around=around) if last else None)
        return Checkpoint(position, read, read - filtered - rejected, filtered, rejected, header)

    try:
        for raw, record in records(blocks, reader, object_digest(work), last_modified_ms, treat):
            read += 1
            last, position = raw, raw.next_offset
            if record is None:
                filtered += 1
                continue
            rejected += record.parse_error is not None
            batch.add(encoder.encode(record), raw, record.parse_error)
            if batch.full:
                yield Portion(batch, checkpoint())
                batch = Batch()
    except PipelineError as error:
        stopped = error
    yield Portion(batch, checkpoint(), stopped)


def records(
    blocks: Iterator[list[RawRecord]],
    reader: Reader,
    digest: str,
    last_modified_ms: int,
    treat: Treatment | None = None,
) -> Iterator[tuple[RawRecord, LogRecord | None]]:
    """Each raw record, as it is kept, with its record; None for one that is left out: a header line, or by `treat`."""
    for raw in chain.from_iterable(blocks):
        found = reader.read(raw.text)
        if found is None:
            yield raw, None
            continue
        record = record_of(raw, found, digest, last_modified_ms)
        kept = raw if treat is None else treat(raw, record)
        yield (raw, None) if kept is None else (kept, record)


def record_of(raw: RawRecord, found: tuple[str, Parsed], digest: str, last_modified_ms: int) -> LogRecord:
    """The record of `raw` with what was found in it: its identity, and the event's own time or else the object's."""
    name, parsed = found
    around = raw.place.around if raw.place else None
    own_ms = parsed.timestamp_ms
    return LogRecord(
        log_id=log_id(digest, raw.offset, raw.number),
        timestamp_ms=last_modified_ms if own_ms is None else own_ms,
        format=name,
        log_data=raw.text,
        offset=raw.offset,
        length=raw.length,
        fields=around | parsed.fields if around else parsed.fields,
        level=parsed.level,
        parse_error=parsed.parse_error,
        truncated=raw.truncated,
        timestamp_from="object" if own_ms is None else None,
    )
