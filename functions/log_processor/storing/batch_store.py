"""Store the encoded records of a batch until the log table has all of them, whatever it answers."""

import random
import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

import orjson

from log_processor.errors import PermanentError, ThrottledError
from log_processor.storing.batches import BATCH_ITEMS, Batch
from log_processor.storing.items import is_pack, make_delete, make_plain_put, read_key
from log_processor.storing.stored_keys import StoredKeys
from log_processor.storing.table_answers import INVALID_CODE, ask_table, raise_final
from log_processor.storing.wire import Flight, Reply, TableWire

BACKOFF_BASE_S = 0.05
BACKOFF_CAP_S = 3.0
RejectReasons = dict[int, str]
"""Why records of a batch are rejects, by their index in the batch."""


class _InvalidBatchError(Exception):
    """The table refuses a batch because one of its items is invalid."""


class BatchStore:
    """What stores the batches of one range in `table`; several threads may use it at once.

    `remaining_s` returns the seconds that a write may still wait, and `throttles` is how many tries of a batch the
    table did not take whole. After `abandon`, no batch is tried again.
    """

    def __init__(self, wire: TableWire, table: str, stored_keys: StoredKeys, remaining_s: Callable[[], float]) -> None:
        self._wire, self._stored_keys = wire, stored_keys
        self._head = b'{"RequestItems":{' + orjson.dumps(table) + b":["
        self._table = table
        self._remaining_s = remaining_s
        self._abandoned = threading.Event()
        self._count_lock = threading.Lock()
        self.throttles = 0

    def begin(self, batch: Batch) -> Flight | None:
        """Send a batch if that is all there is to do, and needs no waiting, and return the flight; else None."""
        if batch.places or batch.keeps_stored or not batch.puts or not self._wire.has_idle:
            return None
        return self._wire.begin(self._render(batch.puts), self._remaining_s())

    def finish(self, flight: Flight) -> Reply | None:
        """Return the reply to what `begin` sent; None if there is none, so that it has to be sent again."""
        return self._wire.finish(flight)

    def abandon(self) -> None:
        """Stop to try again: the records are read again by the next attempt."""
        self._abandoned.set()

    def store(self, batch: Batch, reply: Reply | None = None) -> RejectReasons:
        """Store a batch, and return the reasons for which the table refused some of its items, by index.

        A record that is refused is stored as plain text instead. What the batch replaces is removed after that. If
        there is a `reply`, the batch was sent once already.
        """
        refused: dict[int, str] = {}
        puts = list(self._find_new(batch.puts)) if batch.keeps_stored else batch.puts
        for index, reason in self._isolate_invalid(puts, reply):
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

    def _find_new(self, puts: Iterable[bytes]) -> Iterator[bytes]:
        """Yield those of `puts` under whose keys nothing is stored."""
        for put in puts:
            log_id, timestamp = read_key(put)
            if timestamp not in self._stored_keys.list_timestamps(log_id, self._remaining_s, self._pause):
                yield put

    def _remove_replaced(self, places: Mapping[str, Collection[int]]) -> None:
        """Remove all items at `places` but those with the timestamps that stay; raise if the time is over before."""
        stale: list[bytes] = []
        for log_id, kept in places.items():
            if self._abandoned.is_set() or self._remaining_s() <= 0:
                raise ThrottledError(f"table {self._table}: no time is left to remove what the batch replaces")
            timestamps = self._stored_keys.list_timestamps(log_id, self._remaining_s, self._pause)
            stale += [make_delete(log_id, timestamp) for timestamp in timestamps if timestamp not in kept]
        for first in range(0, len(stale), BATCH_ITEMS):
            self._put(stale[first : first + BATCH_ITEMS])

    def _render(self, puts: list[bytes]) -> bytes:
        return self._head + b",".join(puts) + b"]}}"

    def _isolate_invalid(self, puts: list[bytes], reply: Reply | None) -> Iterator[tuple[int, str]]:
        """Store all valid `puts`, and yield the index and the reason of each invalid one, found by bisection."""
        pending = [range(len(puts))] if puts else []
        while pending:
            part = pending.pop()
            try:
                self._put(puts[part.start : part.stop], reply)
            except _InvalidBatchError as error:
                if len(part) == 1:
                    yield part.start, str(error)
                else:
                    half = len(part) // 2
                    pending += [part[half:], part[:half]]
            reply = None

    def _put(self, puts: list[bytes], reply: Reply | None = None) -> None:
        """Send PutRequests, or DeleteRequests, again and again until none is unprocessed.

        `reply` is the answer to the first try, if that was made already.
        """
        attempt = 0
        while puts:
            reply = reply or ask_table(self._wire, self._render(puts), self._remaining_s())
            puts = self._find_unprocessed(reply, puts)
            if puts:
                self._pause(attempt, reply)
                attempt += 1
            reply = None

    def _find_unprocessed(self, reply: Reply, puts: list[bytes]) -> list[bytes]:
        """Return those of `puts` that are to be sent again after `reply`; raise if sending them again cannot help."""
        if reply.error == INVALID_CODE:
            raise _InvalidBatchError(reply.payload.get("message", ""))
        raise_final(reply, f"writing to table {self._table}")
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
