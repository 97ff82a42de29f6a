"""Admit as many invocations at once as the account's quota and the functions' reservations allow.

Source: AWS Lambda Developer Guide, Understanding Lambda function scaling. What one function reserves is its own; the
others share the rest.
"""

import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

THROTTLED = "TooManyRequestsException: Rate Exceeded."


class ConcurrencyPool:
    """The concurrent executions of an account, `size` at most; `reservations` returns what functions reserve, by name.

    `throttles` counts by function how often there was no room.
    """

    def __init__(self, size: int, reservations: Callable[[], Mapping[str, int]]) -> None:
        self.size = size
        self._reservations = reservations
        self._running: Counter[str] = Counter()
        self._lock = threading.Lock()
        self.throttles: Counter[str] = Counter()

    @contextmanager
    def admit(self, function: str) -> Iterator[bool]:
        """Count one more execution of a function within the block, and yield whether there was room for it."""
        with self._lock:
            admitted = self._has_room(function)
            if admitted:
                self._running[function] += 1
            else:
                self.throttles[function] += 1
        try:
            yield admitted
        finally:
            if admitted:
                with self._lock:
                    self._running[function] -= 1

    def _has_room(self, function: str) -> bool:
        reservations = self._reservations()
        if function in reservations:
            return self._running[function] < reservations[function]
        shared = sum(count for name, count in self._running.items() if name not in reservations)
        return shared < self.size - sum(reservations.values())
