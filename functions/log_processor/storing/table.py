"""Batches of encoded records become BatchWriteItem calls: a bounded window in flight, what is left over retried."""

import random
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Self

import orjson

from log_processor.errors import AccessDeniedError, PermanentError, ServiceUnavailableError, ThrottledError
from log_processor.services import DENIED_CODES
from log_processor.storing.batches import Batch, Checkpoint
from log_processor.storing.items import plain_put
from log_processor.storing.wire import BatchWriteWire, Reply

WINDOW_BATCHES = 8
BACKLOG_BATCHES = 4 * WINDOW_BATCHES
"""Batches behind one that is being retried: the others go on being stored while it waits."""
WINDOW_BYTES = 8 * 1024 * 1024
BACKOFF_BASE_S = 0.05
BACKOFF_CAP_S = 3.0
INVALID_CODE = "ValidationException"
FINAL_CODES = frozenset({"ResourceNotFoundException", "SerializationException"})
Refused = Mapping[int, str]
"""The rejected records of a batch: their places in it, and why."""


class _InvalidBatchError(Exception):
    """The table refuses a batch for what one of its items is."""


@dataclass(frozen=True, slots=True)
class _Flight:
    stored: Future[dict[int, str]]
    batch: Batch
    checkpoint: Checkpoint


class TableWriter:
    """Writes the batches of one range; `committed` only moves over batches that are stored without a gap.

    `remaining_s` says how long a write may still wait; `rejected` hears of the rejects of each batch that is committed.
    Use it as a context, which flushes at its end.
    """

    def __init__(
        self,
        wire: BatchWriteWire,
        table: str,
        pool: ThreadPoolExecutor,
        *,
        remaining_s: Callable[[], float],
        start: Checkpoint,
        rejected: Callable[[Batch, Refused], None],
    ) -> None:
        self._wire = wire
        self._head = b'{"RequestItems":{' + orjson.dumps(table) + b":["
        self._table = table
        self._pool = pool
        self._remaining_s = remaining_s
        self._rejected = rejected
        self._flying: deque[_Flight] = deque()
        self._flying_bytes = 0
        self._refused = 0
        self._abandoned = threading.Event()
        self.committed = start

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.flush()

    def write(self, batch: Batch, checkpoint: Checkpoint) -> None:
        """Start to store `batch`; waits while the window is full; raises what an earlier batch met."""
        while self._flying and (
            len(self._flying) >= BACKLOG_BATCHES or self._flying_bytes + batch.size_bytes > WINDOW_BYTES
        ):
            self._land()
        self._flying.append(_Flight(self._pool.submit(self._store, batch.puts), batch, checkpoint))
        self._flying_bytes += batch.size_bytes

    def flush(self) -> None:
        """Wait until everything written is stored; raises the first failure, with `committed` before the gap."""
        while self._flying:
            self._land()

    def _abandon(self) -> None:
        """End what flies behind a failure: it is read again, so nothing has to wait for it."""
        self._abandoned.set()
        wait([flight.stored for flight in self._flying if not flight.stored.cancel()])
        self._flying.clear()

    def _land(self) -> None:
        """Wait for the oldest flight; where it failed, nothing behind it lands any more: `committed` has no gap."""
        flight = self._flying.popleft()
        self._flying_bytes -= flight.batch.size_bytes
        try:
            refused = flight.stored.result()
        except BaseException:
            self._abandon()
            raise
        failures = flight.batch.failures
        if refused or failures:
            self._refused += len(refused.keys() - failures.keys())
            self._rejected(flight.batch, refused | failures)
        checkpoint = flight.checkpoint
        if self._refused:
            checkpoint = replace(
                checkpoint, stored=checkpoint.stored - self._refused, rejected=checkpoint.rejected + self._refused
            )
        self.committed = checkpoint

    def _store(self, puts: list[bytes]) -> dict[int, str]:
        """Store `puts`; what the table refuses as it is becomes plain text, and is returned with the reason."""
        refused: dict[int, str] = {}
        for part, reason in self._invalid_parts(puts):
            refused[part] = reason
            try:
                self._put([plain_put(puts[part], f"DynamoDB refused the record as parsed: {reason}")])
            except _InvalidBatchError as error:
                raise PermanentError(
                    f"writing to table {self._table}: it refuses even a plain record: {error}; check its keys"
                ) from error
        return refused

    def _invalid_parts(self, puts: list[bytes]) -> Iterator[tuple[int, str]]:
        """Store all of `puts` but the invalid ones, which are found by bisection: their places and why."""
        pending = [range(len(puts))] if puts else []
        while pending:
            part = pending.pop()
            try:
                self._put(puts[part.start : part.stop])
            except _InvalidBatchError as error:
                if len(part) == 1:
                    yield part.start, str(error)
                else:
                    half = len(part) // 2
                    pending += [part[half:], part[:half]]

    def _put(self, puts: list[bytes]) -> None:
        attempt = 0
        while puts:
            try:
                reply = self._wire.post(self._head + b",".join(puts) + b"]}}", self._remaining_s())
            except ServiceUnavailableError as error:
                reply = Reply(error=str(error))
            puts = self._left_over(reply, puts)
            if puts:
                self._pause(attempt, reply)
                attempt += 1

    def _left_over(self, reply: Reply, puts: list[bytes]) -> list[bytes]:
        message = reply.payload.get("message", "")
        if reply.error in DENIED_CODES:
            raise AccessDeniedError(f"writing to table {self._table}: {reply.error}; check the function's role")
        if reply.error == INVALID_CODE:
            raise _InvalidBatchError(message)
        if reply.error in FINAL_CODES:
            raise PermanentError(f"writing to table {self._table}: {reply.error}: {message}")
        if reply.error is not None:
            return puts
        return [orjson.dumps(put) for put in reply.payload.get("UnprocessedItems", {}).get(self._table, ())]

    def _pause(self, attempt: int, reply: Reply) -> None:
        """Full jitter (AWS Architecture Blog, Exponential Backoff And Jitter), within the time that is left."""
        pause_s = random.uniform(0, min(BACKOFF_CAP_S, BACKOFF_BASE_S * 2**attempt))  # noqa: S311 - no secret
        if self._remaining_s() <= pause_s or self._abandoned.wait(pause_s):
            reason = reply.error or "items left unprocessed"
            raise ThrottledError(f"table {self._table} did not take a batch in {attempt + 1} tries: {reason}")
