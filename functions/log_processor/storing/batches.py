"""Gather records into batches for BatchWriteItem, with the checkpoint of the range after each batch."""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from log_processor.errors import PipelineError
from log_processor.reading.records import GetState
from log_processor.record import LogRecord, RawRecord
from log_processor.state import ReaderState
from log_processor.storing.items import ItemEncoder
from log_processor.storing.record_counts import RecordCounter, RecordCounts

BATCH_ITEMS = 25
BATCH_PLACES = 50
MAX_SKIPPED = 5_000
"""A batch ends also after so many records that are not stored."""
BATCH_BYTES = 1024 * 1024
"""The size at which a batch ends before its 25th item; 25 of the largest items would be 10 MB, times eight batches."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """How far a range is stored: the offset of the next record, and the counts of the records before it.

    `read = stored + filtered + rejected`. A reject is stored in the table as text, but counts as rejected alone.
    `skipped_bytes` are the bytes before it in runs of NULs, which are in no record. `state` is the state of a reader
    that begins at `position`. `counts` is what the stored records say.
    """

    position: int
    read: int = 0
    stored: int = 0
    filtered: int = 0
    rejected: int = 0
    state: ReaderState | None = None
    skipped_bytes: int = 0
    counts: RecordCounts = field(default_factory=RecordCounts)


class Reject(NamedTuple):
    """A record that its declared format could not parse: its key in the table, its raw record, and the reason."""

    log_id: str
    timestamp_ms: int
    raw: RawRecord
    reason: str


@dataclass(slots=True)
class Batch:
    """Up to 25 encoded records (`puts`) with their raw records (`raws`), or as many packs.

    `failures` says why the declared format could not parse some of the records, by their index in `puts`; `rejects`
    are those in packs. `places` are log ids of which all items are removed but those with the given timestamps, after
    the batch is stored. If it `keeps_stored`, what stands under the key of one of its items stays in the item's place.
    """

    puts: list[bytes] = field(default_factory=list)
    raws: list[RawRecord] = field(default_factory=list)
    failures: dict[int, str] = field(default_factory=dict)
    size_bytes: int = 0
    rejects: list[Reject] = field(default_factory=list)
    places: dict[str, Collection[int]] = field(default_factory=dict)
    keeps_stored: bool = False

    @property
    def is_empty(self) -> bool:
        """Tell whether there is nothing to store, and nothing to remove."""
        return not self.puts and not self.places

    def add(self, put: bytes, raw: RawRecord, failure: str | None) -> bool:
        """Add one record; `failure` is why its declared format could not parse it, or None.

        Tell whether the batch is full: it has 25 items or 1 MiB, so that no record may be added.
        """
        puts = self.puts
        if failure is not None:
            self.failures[len(puts)] = failure
        puts.append(put)
        self.raws.append(raw)
        size_bytes = len(put)
        self.size_bytes += size_bytes if size_bytes >= raw.length else size_bytes + raw.length
        return len(puts) == BATCH_ITEMS or self.size_bytes >= BATCH_BYTES


@dataclass(frozen=True, slots=True)
class Portion:
    """A batch and the checkpoint after it; `error` is why the stream ended early after it, or None."""

    batch: Batch
    checkpoint: Checkpoint
    error: PipelineError | None = None


def make_portions(
    records: Iterable[tuple[RawRecord, LogRecord | None]],
    encoder: ItemEncoder,
    start: int,
    get_state: GetState,
    count_skipped: Callable[[int | None], int],
    counter: RecordCounter,
) -> Iterator[Portion]:
    """Yield the batches of `records`, which begin at the byte `start`, each with the checkpoint after it.

    A record that is None was filtered out, or is a header line: both count as filtered, and are not stored.
    `get_state` returns the reader state after a raw record, and `count_skipped` the bytes in no record before an
    offset, or before the end of the stream; `counter` counts what the records say. The last batch may be empty, because
    its checkpoint counts the records that were filtered out at the end.
    If reading raises an error, the last portion has the records before it, and the error.
    """
    batch = Batch()
    read, filtered, rejected, position = 0, 0, 0, start
    skipped = 0
    last: RawRecord | None = None
    error: PipelineError | None = None

    def make_checkpoint(stop: int | None) -> Checkpoint:
        stored, skipped_bytes = read - filtered - rejected, count_skipped(stop)
        return Checkpoint(position, read, stored, filtered, rejected, get_state(last), skipped_bytes, counter.count())

    try:
        for raw, record in records:
            read += 1
            last, position = raw, raw.next_offset
            if record is None:
                filtered += 1
                skipped += 1
                is_full = skipped == MAX_SKIPPED
            else:
                rejected += record.parse_error is not None
                is_full = batch.add(encoder.encode(record), raw, record.parse_error)
                counter.add(record)
            if is_full:
                yield Portion(batch, make_checkpoint(position))
                batch, skipped = Batch(), 0
    except PipelineError as raised:
        error = raised
    yield Portion(batch, make_checkpoint(position if error else None), error)
