"""A batch: what one BatchWriteItem stores, what it was read from, and how far its range is stored after it."""

from dataclasses import dataclass, field

from log_processor.errors import PipelineError
from log_processor.reading.assembly import RawRecord

BATCH_ITEMS = 25
BATCH_BYTES = 1024 * 1024
"""Where a batch ends before its 25th item: 25 of the largest items would be 10 MB, and eight batches are in flight."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """How far a range is stored: where the next record starts, and the counts of everything before it.

    `read = stored + filtered + rejected`: a reject stands in the table too, as text, but counts as rejected alone.
    `header` is what the last header line before `position` said, for formats that have one.
    """

    position: int
    read: int = 0
    stored: int = 0
    filtered: int = 0
    rejected: int = 0
    header: str | None = None


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
    """A batch, and how far its range is stored after it; `stopped` says why the stream ended early behind it."""

    batch: Batch
    checkpoint: Checkpoint
    stopped: PipelineError | None = None
