"""Batches of encoded records become BatchWriteItem calls: a bounded window in flight, what is left over retried."""

import random
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

import orjson

from log_processor.errors import AccessDeniedError, PermanentError, ServiceUnavailableError
from log_processor.services import DENIED_CODES
from log_processor.storing.wire import BatchWriteWire, Reply

BATCH_ITEMS = 25
WINDOW_BATCHES = 8
BACKOFF_BASE_S = 0.05
BACKOFF_CAP_S = 3.0
FINAL_CODES = frozenset({"ValidationException", "ResourceNotFoundException", "SerializationException"})


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """How far a range is stored: where the next record starts, and the counts of everything before it.

    `header` is what the last header line before `position` said, for formats that have one.
    """

    position: int
    read: int = 0
    stored: int = 0
    filtered: int = 0
    rejected: int = 0
    header: str | None = None


class TableWriter:
    """Writes the batches of one range; `committed` only moves over batches that are stored without a gap."""

    def __init__(
        self,
        wire: BatchWriteWire,
        table: str,
        pool: ThreadPoolExecutor,
        remaining_s: Callable[[], float],
        start: Checkpoint,
    ) -> None:
        self._wire = wire
        self._head = b'{"RequestItems":{' + orjson.dumps(table) + b":["
        self._table = table
        self._pool = pool
        self._remaining_s = remaining_s
        self._flying: deque[tuple[Future[None], Checkpoint]] = deque()
        self.committed = start

    def write(self, puts: list[bytes], checkpoint: Checkpoint) -> None:
        """Start to store `puts` (at most 25); waits while the window is full; raises what an earlier batch met."""
        while len(self._flying) >= WINDOW_BATCHES:
            self._land()
        self._flying.append((self._pool.submit(self._store, puts), checkpoint))

    def flush(self) -> None:
        """Wait until everything written is stored; raises the first failure, with `committed` before the gap."""
        try:
            while self._flying:
                self._land()
        finally:
            for flying, _ in self._flying:
                flying.cancel()
            self._flying.clear()

    def _land(self) -> None:
        flying, checkpoint = self._flying.popleft()
        flying.result()
        self.committed = checkpoint

    def _store(self, puts: list[bytes]) -> None:
        attempt = 0
        while puts:
            try:
                reply = self._wire.post(self._head + b",".join(puts) + b"]}}")
            except ServiceUnavailableError as error:
                reply = Reply(error=str(error))
            puts = self._left_over(reply, puts)
            if puts:
                self._pause(attempt, reply)
                attempt += 1

    def _left_over(self, reply: Reply, puts: list[bytes]) -> list[bytes]:
        if reply.error in DENIED_CODES:
            raise AccessDeniedError(f"writing to table {self._table}: {reply.error}; check the function's role")
        if reply.error in FINAL_CODES:
            raise PermanentError(f"writing to table {self._table}: {reply.error}: {reply.payload.get('message', '')}")
        if reply.error is not None:
            return puts
        return [orjson.dumps(put) for put in reply.payload.get("UnprocessedItems", {}).get(self._table, ())]

    def _pause(self, attempt: int, reply: Reply) -> None:
        """Full jitter (AWS Architecture Blog, Exponential Backoff And Jitter), within the time that is left."""
        pause_s = random.uniform(0, min(BACKOFF_CAP_S, BACKOFF_BASE_S * 2**attempt))  # noqa: S311 - no secret
        if self._remaining_s() <= pause_s:
            reason = reply.error or "items left unprocessed"
            raise ServiceUnavailableError(f"table {self._table} did not take a batch in {attempt + 1} tries: {reason}")
        time.sleep(pause_s)
