"""Records become batches: what one BatchWriteItem stores, and how far the range is stored after it."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from log_processor.errors import PipelineError
from log_processor.record import LogRecord, RawRecord
from log_processor.state import ReaderState
from log_processor.storing.items import ItemEncoder

BATCH_ITEMS = 25
BATCH_BYTES = 1024 * 1024
"""Where a batch ends before its 25th item: 25 of the largest items would be 10 MB, and eight batches are in flight."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """How far a range is stored: where the next record starts, and the counts of everything before it.

    `read = stored + filtered + rejected`: a reject stands in the table too, as text, but counts as rejected alone.
    `state` is what a reader that goes on at `position` has to know, if anything.
    """

    position: int
    read: int = 0
    stored: int = 0
    filtered: int = 0
    rejected: int = 0
    state: ReaderState | None = None


@dataclass(slots=True)
class Batch:
    """Encoded records (`puts`) beside the raw ones (`raws`); `failures` names those whose declared format failed.

    Its keys are places in `puts`, its values reasons.
    """

    puts: list[bytes] = field(default_factory=list)
    raws: list[RawRecord] = field(default_factory=list)
    failures: dict[int, str] = field(default_factory=dict)
    size_bytes: int = 0

    @property
    def full(self) -> bool:
        """Whether no record may be added."""
        return len(self.puts) == BATCH_ITEMS or self.size_bytes >= BATCH_BYTES

    def add(self, put: bytes, raw: RawRecord, failure: str | None) -> None:
        """Add one record; `failure` says why its declared format could not parse it."""
        if failure is not None:
            self.failures[len(self.puts)] = failure
        self.puts.append(put)
        self.raws.append(raw)
        self.size_bytes += len(put) + (raw.length if len(put) < raw.length else 0)


@dataclass(frozen=True, slots=True)
class Portion:
    """A batch, and how far its range is stored after it; `stopped` says why the stream ended early after it."""

    batch: Batch
    checkpoint: Checkpoint
    stopped: PipelineError | None = None


def portions(
    records: Iterable[tuple[RawRecord, LogRecord | None]],
    encoder: ItemEncoder,
    start: int,
    state_after: Callable[[RawRecord | None], ReaderState | None],
) -> Iterator[Portion]:
    """Encode and count `records`, which begin at the byte `start`; a record that is None is filtered.

    The last batch may be empty: its checkpoint counts what was filtered at the end. If the stream ends early, the last
    portion holds what was whole before, and says why it ended.
    """
    batch = Batch()
    read, filtered, rejected, position = 0, 0, 0, start
    last: RawRecord | None = None
    stopped: PipelineError | None = None

    def checkpoint() -> Checkpoint:
        return Checkpoint(position, read, read - filtered - rejected, filtered, rejected, state_after(last))

    try:
        for raw, record in records:
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
