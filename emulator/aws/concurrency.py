"""Admit as many invocations at once as the account's quota and the functions' reservations allow.

Source: AWS Lambda Developer Guide, Understanding Lambda function scaling; API Reference, PutFunctionConcurrency. What
one function reserves is its own; the others share the rest, of which 100 stay for them.
"""

import json
import re
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from emulator.aws.edge import Application, Environ, read_body

RESERVATION = re.compile(r"/2017-10-31/functions/([^/]+)/concurrency$")
MIN_UNRESERVED = 100
"""How many executions of an account functions may not reserve; an account that has fewer reserves none."""
REFUSAL = (
    "Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its "
    "minimum value of [{}]."
)
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

    def refuse_reservations(self, application: Application) -> Application:
        """Return the application behind a check of what functions reserve of the account."""

        def answer(environ: Environ, start_response: Any) -> Iterable[bytes]:
            match = RESERVATION.search(str(environ["PATH_INFO"])) if environ["REQUEST_METHOD"] == "PUT" else None
            if match is None:
                return application(environ, start_response)
            count = int(json.loads(read_body(environ))["ReservedConcurrentExecutions"])
            least = min(MIN_UNRESERVED, self.size)
            others = sum(kept for name, kept in self._reservations().items() if name != match[1])
            if count == 0 or self.size - others - count >= least:
                return application(environ, start_response)
            content = json.dumps({"Type": "User", "message": REFUSAL.format(least)}).encode()
            headers = [("Content-Type", "application/json"), ("x-amzn-ErrorType", "InvalidParameterValueException")]
            start_response("400 Bad Request", [*headers, ("Content-Length", str(len(content)))])
            return [content]

        return answer

    def _has_room(self, function: str) -> bool:
        reservations = self._reservations()
        if function in reservations:
            return self._running[function] < reservations[function]
        shared = sum(count for name, count in self._running.items() if name not in reservations)
        return shared < self.size - sum(reservations.values())
