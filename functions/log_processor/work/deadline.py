"""The time of one invocation, and the part of it that is kept for ending well."""

from collections.abc import Callable

FLUSH_MARGIN_MS = 10_000
FLUSH_SHARE = 0.25


class Deadline:
    """The time of one invocation; `margin_ms` of it is kept for flushing, accounting and handing on."""

    def __init__(self, remaining_ms: Callable[[], float]) -> None:
        self._remaining_ms = remaining_ms
        self._margin_ms = min(FLUSH_MARGIN_MS, remaining_ms() * FLUSH_SHARE)

    @property
    def near(self) -> bool:
        """Whether reading has to stop now."""
        return self._remaining_ms() < self._margin_ms

    def write_s(self) -> float:
        """Seconds that a write may still wait; a third of the margin is left for the ledger and the work queue."""
        return (self._remaining_ms() - self._margin_ms / 3) / 1000
