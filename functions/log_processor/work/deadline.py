"""The time of one invocation, and the part of it that is kept for ending well."""

from collections.abc import Callable, Iterator
from typing import TypeVar

from log_processor.errors import OutOfTimeError

Part = TypeVar("Part")
FLUSH_MARGIN_MS = 10_000
FLUSH_SHARE = 0.25
FRESH_SHARE = 0.5


class Deadline:
    """The time of one invocation; `margin_ms` of it is kept for flushing, accounting and handing on."""

    def __init__(self, remaining_ms: Callable[[], float]) -> None:
        self._remaining_ms = remaining_ms
        self._whole_ms = remaining_ms()
        self._margin_ms = min(FLUSH_MARGIN_MS, self._whole_ms * FLUSH_SHARE)

    @property
    def near(self) -> bool:
        """Whether reading has to stop now."""
        return self._remaining_ms() < self._margin_ms

    @property
    def fresh(self) -> bool:
        """Whether what begins now has at least half of an invocation to itself."""
        return self._remaining_ms() >= self._whole_ms * FRESH_SHARE

    def write_s(self) -> float:
        """Return the seconds that a write may still wait; a third of the margin is left for ledger and work queue."""
        return (self._remaining_ms() - self._margin_ms / 3) / 1000

    def watched(self, parts: Iterator[Part]) -> Iterator[Part]:
        """Yield `parts` as long as there is time, and at least one; a stream cut off here ends in `OutOfTimeError`."""
        for number, part in enumerate(parts):
            if number and self.near:
                raise OutOfTimeError
            yield part
