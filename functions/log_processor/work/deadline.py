"""Measure the time of one invocation, and the margin at its end that is kept for flushing and recording."""

import time
from collections.abc import Callable, Iterator
from typing import TypeVar

from log_processor.errors import OutOfTimeError

Part = TypeVar("Part")
FLUSH_MARGIN_MS = 10_000
FLUSH_SHARE = 0.25
LAST_MS = 200
"""The end of an invocation, in which no call is under way: the function returns."""
FULL_TIME_SHARE = 0.5
REPORT_SHARE = 0.5
"""The share of the margin that is left after the last write, to archive rejects, to write the ledger and to send."""


def compute_margin_ms(whole_ms: float) -> float:
    """Return the margin at the end of an invocation that has `whole_ms`: 10 s, or a quarter of it if that is less."""
    return min(FLUSH_MARGIN_MS, whole_ms * FLUSH_SHARE)


class Deadline:
    """The end of an invocation's time, less a margin to flush, to write the ledger and to send continuations.

    `remaining_ms` returns the milliseconds that are left.
    """

    def __init__(self, remaining_ms: Callable[[], float]) -> None:
        self._remaining_ms = remaining_ms
        self._whole_ms = remaining_ms()
        self._end_s = time.monotonic() + self._whole_ms / 1000
        self._margin_ms = compute_margin_ms(self._whole_ms)

    @property
    def near(self) -> bool:
        """Tell whether the margin has begun, so that reading has to stop."""
        return self._remaining_ms() < self._margin_ms

    @property
    def whole_s(self) -> float:
        """Return how long the invocation may take from its beginning on: no other one began before that and runs on."""
        return self._whole_ms / 1000

    @property
    def has_half_the_time(self) -> bool:
        """Tell whether at least half of the invocation's time is left."""
        return self._remaining_ms() >= self._whole_ms * FULL_TIME_SHARE

    def get_write_s(self) -> float:
        """Return the seconds that a write may wait: after it, `REPORT_SHARE` of the margin is left."""
        return (self._remaining_ms() - self._margin_ms * REPORT_SHARE) / 1000

    @property
    def flush_s(self) -> float:
        """Return the seconds in which writes may still wait after reading has to stop."""
        return self._margin_ms * (1 - REPORT_SHARE) / 1000

    def get_read_s(self) -> float:
        """Return the seconds until the margin begins, so that reading has to stop."""
        return self._end_s - self._margin_ms / 1000 - time.monotonic()

    def get_call_s(self) -> float:
        """Return the seconds until every call of a service has to end, the ledger's and the queue's too."""
        return self._end_s - LAST_MS / 1000 - time.monotonic()

    def check(self, parts: Iterator[Part]) -> Iterator[Part]:
        """Yield `parts`, and raise `OutOfTimeError` before the second or a later one if the deadline is near."""
        for number, part in enumerate(parts):
            if number and self.near:
                raise OutOfTimeError
            yield part
