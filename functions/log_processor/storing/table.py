"""Write batches of encoded records to the log table: several at a time, and each until all of its items are stored."""

import random
import threading
from collections import deque
from collections.abc import Callable, Collection, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Self

import orjson

from log_processor.errors import AccessDeniedError, PermanentError, ServiceUnavailableError, ThrottledError
from log_processor.service_errors import DENIED_CODES
from log_processor.storing.batches import BATCH_ITEMS, Batch, Checkpoint
from log_processor.storing.items import is_pack, make_delete, make_plain_put, read_refused
from log_processor.storing.record_counts import RefusedRecord
from log_processor.storing.stored_keys import StoredKeys
from log_processor.storing.wire import BatchWriteWire, Reply

WINDOW_BATCHES = 32
BACKLOG_BATCHES = 4 * WINDOW_BATCHES
"""The most batches that are pending at once: while one is tried again, those after it are stored."""
WINDOW_BYTES = 8 * 1024 * 1024
BACKOFF_BASE_S = 0.05
BACKOFF_CAP_S = 3.0
INVALID_CODE = "ValidationException"
FINAL_CODES = frozenset({"ResourceNotFoundException", "SerializationException"})
RejectReasons = Mapping[int, str]
"""Why records of a batch are rejects, by their index in the batch."""


class _InvalidBatchError(Exception):
    """The table refuses a batch because one of its items is invalid."""


@dataclass(frozen=True, slots=True)
class _PendingWrite:
    """A batch that is being written, and how far its range is stored after it."""

    stored: Future[dict[int, str]]
    batch: Batch
    checkpoint: Checkpoint


class TableWriter:
    """A writer of the batches of one range; use it as a context manager, which flushes at its end.

    `committed` is the checkpoint up to which every batch is stored: if the first and the third of three batches are
    stored, it is the one after the first. `remaining_s` returns the seconds that a write may still wait. `on_rejects`
    is called with each batch that becomes committed and has rejects. `throttles` is how many tries of a batch the table
    did not take whole.
    """

    def __init__(
        self,
        wire: BatchWriteWire,
        table: str,
        pool: ThreadPoolExecutor,
        *,
        remaining_s: Callable[[], float],
        start: Checkpoint,
        stored_keys: StoredKeys,
        on_rejects: Callable[[Batch, RejectReasons], None],
    ) -> None:
        self._wire = wire
        self._head = b'{"RequestItems":{' + orjson.dumps(table) + b":["
        self._table = table
        self._pool = pool
        self._remaining_s = remaining_s
        self._stored_keys = stored_keys
        self._on_rejects = on_rejects
        self._pending: deque[_PendingWrite] = deque()
        self._pending_bytes = 0
        self._refused: list[RefusedRecord] = []
        self._abandoned = threading.Event()
        self._count_lock = threading.Lock()
        self.throttles = 0
        self.committed = start

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.flush()

    def write(self, batch: Batch, checkpoint: Checkpoint) -> None:
        """Start to store `batch`, after waiting until there is room; raise the error of an earlier batch, if any."""
        while self._pending and (
            len(self._pending) >= BACKLOG_BATCHES or self._pending_bytes + batch.size_bytes > WINDOW_BYTES
        ):
            self._finish_oldest()
        self._pending.append(_PendingWrite(self._pool.submit(self._store, batch), batch, checkpoint))
        self._pending_bytes += batch.size_bytes

    def flush(self) -> None:
        """Wait until all batches are stored; raise the error of the first that is not, which is not committed then."""
        while self._pending:
            self._finish_oldest()

    def _abandon(self) -> None:
        """Stop the writes after one that failed; their records are read again by the next attempt."""
        self._abandoned.set()
        wait([write.stored for write in self._pending if not write.stored.cancel()])
        self._pending.clear()

    def _finish_oldest(self) -> None:
        """Wait for the oldest write and commit its batch; if it failed, abandon those after it and raise its error."""
        write = self._pending.popleft()
        self._pending_bytes -= write.batch.size_bytes
        try:
            refused = write.stored.result()
        except BaseException:
            self._abandon()
            raise
        failures = write.batch.failures
        if refused or failures or write.batch.rejects:
            self._refused += (read_refused(write.batch.puts[index]) for index in refused.keys() - failures.keys())
            self._on_rejects(write.batch, refused | failures)
        self.committed = self._correct(write.checkpoint) if self._refused else write.checkpoint

    def _correct(self, checkpoint: Checkpoint) -> Checkpoint:
        """Return the checkpoint after the records that the table refused, which it has as text."""
        number = len(self._refused)
        counts = checkpoint.counts.correct(self._refused)
        return replace(
            checkpoint, stored=checkpoint.stored - number, rejected=checkpoint.rejected + number, counts=counts
        )

    def _store(self, batch: Batch) -> dict[int, str]:
        """Store a batch, and return the reasons for which the table refused some of its items, by index.

        A record that is refused is stored as plain text instead. What the batch replaces is removed after that.
        """
        refused: dict[int, str] = {}
        puts = batch.puts
        for index, reason in self._isolate_invalid(puts):
            if is_pack(puts[index]):
                raise PermanentError(
                    f"writing to table {self._table}: it refuses a pack: {reason}; "
                    "set `storage` to records, and upload the object again"
                )
            refused[index] = reason
            try:
                self._put([make_plain_put(puts[index], f"DynamoDB refused the record as parsed: {reason}")])
            except _InvalidBatchError as error:
                raise PermanentError(
                    f"writing to table {self._table}: it refuses even a plain record: {error}; check its keys"
                ) from error
        if batch.places:
            self._remove_replaced(batch.places)
        return refused

    def _remove_replaced(self, places: Mapping[str, Collection[int]]) -> None:
        """Remove all items at `places` but those with the timestamps that stay."""
        stale = [
            make_delete(log_id, timestamp)
            for log_id, kept in places.items()
            for timestamp in self._stored_keys.list_timestamps(log_id, self._remaining_s, self._pause)
            if timestamp not in kept
        ]
        for first in range(0, len(stale), BATCH_ITEMS):
            self._put(stale[first : first + BATCH_ITEMS])

    def _isolate_invalid(self, puts: list[bytes]) -> Iterator[tuple[int, str]]:
        """Store all valid `puts`, and yield the index and the reason of each invalid one, found by bisection."""
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
        """Send PutRequests, or DeleteRequests, again and again until none is unprocessed."""
        attempt = 0
        while puts:
            try:
                reply = self._wire.post(self._head + b",".join(puts) + b"]}}", self._remaining_s())
            except ServiceUnavailableError as error:
                reply = Reply(error=str(error))
            puts = self._find_unprocessed(reply, puts)
            if puts:
                self._pause(attempt, reply)
                attempt += 1

    def _find_unprocessed(self, reply: Reply, puts: list[bytes]) -> list[bytes]:
        """Return those of `puts` that are to be sent again after `reply`; raise if sending them again cannot help."""
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
        """Wait before the next try; raise `ThrottledError` if there is no time for it.

        The pause has full jitter (AWS Architecture Blog, Exponential Backoff And Jitter).
        """
        with self._count_lock:
            self.throttles += 1
        pause_s = random.uniform(0, min(BACKOFF_CAP_S, BACKOFF_BASE_S * 2**attempt))  # noqa: S311 - no secret
        if self._remaining_s() <= pause_s or self._abandoned.wait(pause_s):
            reason = reply.error or "items left unprocessed"
            raise ThrottledError(f"table {self._table} did not take a batch in {attempt + 1} tries: {reason}")
