"""Say how an attempt ended, as the attributes of its ledger row."""

from dataclasses import dataclass
from typing import Any

from log_processor.state import ReaderState, encode
from log_processor.storing.batches import Checkpoint
from log_processor.storing.record_counts import RecordCounts

TOTALS = ("read", "stored", "filtered", "rejected", "skipped_bytes")


@dataclass(frozen=True, slots=True)
class Ending:
    """How an attempt ended: the row's status (`done`, `continued` or `failed`), its counts and what else there is.

    `resume` is the byte at which the rest begins if the status is `continued`. `ranges` is the number of ranges into
    which the object was split. `rejects_key` is the key of the rejects in the error archive. `size_bytes` is the size
    of the object, if the range is all of it.
    """

    status: str
    totals: Checkpoint
    duration_ms: int
    format: str | None = None
    reason: str | None = None
    resume: int | None = None
    state: ReaderState | None = None
    sequential: bool = False
    rejects_key: str | None = None
    ranges: int | None = None
    size_bytes: int | None = None

    def build_attributes(self, start: int) -> dict[str, Any]:
        """Return the attributes, in DynamoDB's JSON, of the row of a range that begins at the byte `start`."""
        totals = self.totals
        attributes: dict[str, Any] = {
            "status": {"S": self.status},
            **{name: {"N": str(getattr(totals, name))} for name in TOTALS},
            "bytes": {"N": str(totals.position - start)},
            "duration_ms": {"N": str(self.duration_ms)},
            **_build_counts(totals.counts),
        }
        for name in ("format", "reason", "rejects_key"):
            if value := getattr(self, name):
                attributes[name] = {"S": value}
        for name, number in (("ranges", self.ranges), ("size", self.size_bytes)):
            if number is not None:
                attributes[name] = {"N": str(number)}
        if self.state is not None:
            attributes["reader_state"] = {"S": encode(self.state)}
        if self.resume is not None:
            attributes["resume"] = {"N": str(self.resume)}
            attributes["sequential"] = {"BOOL": self.sequential}
        return attributes


def _build_counts(counts: RecordCounts) -> dict[str, Any]:
    """Return what the records say; a row without `text_fallbacks` is of a version that did not count."""
    times = (("first_time", counts.first_ms), ("last_time", counts.last_ms))
    return {
        "text_fallbacks": {"N": str(counts.text_fallbacks)},
        "levels": {"M": {level: {"N": str(count)} for level, count in counts.levels.items()}},
        **{name: {"N": str(ms)} for name, ms in times if ms is not None},
    }
