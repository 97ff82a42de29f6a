"""The time of one invocation, and the part of it that is kept for ending well."""

from collections.abc import Callable, Iterator
from typing import TypeVar

Part = TypeVar("Part")
FLUSH_MARGIN_MS = 10_000
FLUSH_SHARE = 0.25
FRESH_SHARE = 0.5


class OutOfTimeError(Exception):
    """The deadline is near: what is read so far is flushed, and the rest handed on. A signal, not a failure."""


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
        """Seconds that a write may still wait; a third of the margin is left for the ledger and the work queue."""
        return (self._remaining_ms() - self._margin_ms / 3) / 1000

    def watched(self, parts: Iterator[Part]) -> Iterator[Part]:
        """The same parts, as long as there is time, and at least one; then raises `OutOfTimeError`."""
        for number, part in enumerate(parts):
            if number and self.near:
                raise OutOfTimeError
            yield part
