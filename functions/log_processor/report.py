"""Say what became of one attempt at a range, for the function's log and for its metrics."""

import time
from dataclasses import dataclass, field

from log_processor.errors import PipelineError
from log_processor.storing.batches import Checkpoint
from log_processor.work.outcome import Denied, Done, Failed, Outcome
from log_processor.work.ranges import ObjectRange


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptReport:
    """What became of one attempt at the range `work`, of an object of the source `source`.

    - `is_final`: whether the ledger took this as the last word on the range's records, so that they are counted once.
    - `totals`: how far the range is stored, with the counts of its records.
    - `number`: the number of the attempt; 0 if the range could not be begun.
    - `throttles`: how many tries of a batch the table did not take whole.
    - `ended_ms`: when the attempt ended, in epoch milliseconds.
    """

    work: ObjectRange
    outcome: Outcome
    source: str
    totals: Checkpoint | None = None
    is_final: bool = False
    number: int = 0
    format: str | None = None
    duration_ms: int = 0
    throttles: int = 0
    ended_ms: int = field(default_factory=lambda: int(time.time() * 1000))

    @property
    def status(self) -> str:
        """Return the outcome in a word, such as `done`; `split` if the range was sent as smaller ones."""
        is_split = isinstance(self.outcome, Done) and self.outcome.parts
        return "split" if is_split else type(self.outcome).__name__.lower()

    @property
    def error(self) -> PipelineError | None:
        """Return why the attempt failed or is denied, with what the route hides hidden; None if it did neither."""
        return self.outcome.error if isinstance(self.outcome, Denied | Failed) else None

    @property
    def bytes(self) -> int:
        """Return how many decompressed bytes of the range are stored."""
        return self.totals.position - self.work.start if self.totals else 0

    @property
    def lag_ms(self) -> int | None:
        """Return the time from S3's event until the end of the range is stored; 0 if the clock of S3 is ahead.

        It is None if the range is not at its end, or if no event named its object.
        """
        if not self.is_final or self.status != "done" or self.work.event_ms is None:
            return None
        return max(0, self.ended_ms - self.work.event_ms)
