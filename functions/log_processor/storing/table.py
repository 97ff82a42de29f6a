"""Write batches of encoded records to the log table: several at a time, and commit them in their order."""

import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Self

from log_processor.storing.batch_store import BatchStore, RejectReasons
from log_processor.storing.batches import Batch, Checkpoint
from log_processor.storing.items import read_refused
from log_processor.storing.record_counts import RefusedRecord
from log_processor.storing.stored_keys import StoredKeys
from log_processor.storing.wire import TableWire
from log_processor.storing.write_window import Write, WriteWindow
from log_processor.work.deadline import Deadline

BACKLOG_BATCHES = 128
"""The most batches that are pending at once: while one is tried again, those after it are stored."""
FIRST_REPLACING_BATCHES = 2
"""The most batches that are pending at first if they replace records; each that is committed makes room for one more.

Each of their records may take a query. Many batches at once on a slow table would all be half done at the deadline, in
each attempt: nothing would ever be committed. So there are never more than can be flushed, at the pace of those before.
"""
WINDOW_BYTES = 4 * 1024 * 1024
MIN_PERIOD_S = 0.001
"""The least time of which a pace is told."""


@dataclass(frozen=True, slots=True)
class _PendingWrite:
    """A batch that is being written, and how far its range is stored after it."""

    write: Write
    batch: Batch
    checkpoint: Checkpoint


class TableWriter:
    """A writer of the batches of one range; use it as a context manager, which flushes at its end.

    `committed` is the checkpoint up to which every batch is stored: if the first and the third of three batches are
    stored, it is the one after the first. `on_rejects` is called with each batch that becomes committed and has
    rejects. `throttles` is how many tries of a batch the table did not take whole.
    """

    def __init__(
        self,
        wire: TableWire,
        table: str,
        pool: ThreadPoolExecutor,
        *,
        deadline: Deadline,
        start: Checkpoint,
        stored_keys: StoredKeys,
        on_rejects: Callable[[Batch, RejectReasons], None],
    ) -> None:
        self._store = BatchStore(wire, table, stored_keys, deadline.get_write_s)
        self._window = WriteWindow(self._store, pool)
        self._on_rejects = on_rejects
        self._pending: deque[_PendingWrite] = deque()
        self._pending_bytes = 0
        self._flush_s = deadline.flush_s
        self._replacing_since_s: float | None = None
        self._replaced = 0
        self._refused: list[RefusedRecord] = []
        self.committed = start

    @property
    def throttles(self) -> int:
        """Return how many tries of a batch the table did not take whole."""
        return self._store.throttles

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.flush()

    def write(self, batch: Batch, checkpoint: Checkpoint) -> None:
        """Start to store `batch`, after waiting until there is room; raise the error of an earlier batch, if any."""
        while self._pending and (
            len(self._pending) >= self._count_room(batch) or self._pending_bytes + batch.size_bytes > WINDOW_BYTES
        ):
            self._finish_oldest()
        self._pending.append(_PendingWrite(self._window.begin(batch), batch, checkpoint))
        self._pending_bytes += batch.size_bytes

    def flush(self) -> None:
        """Wait until all batches are stored; raise the error of the first that is not, which is not committed then."""
        while self._pending:
            self._finish_oldest()

    def _count_room(self, batch: Batch) -> int:
        """Return the most batches that may be pending before `batch` is begun."""
        if not batch.places:
            return BACKLOG_BATCHES
        now_s = time.monotonic()
        self._replacing_since_s = self._replacing_since_s or now_s
        flushed = self._replaced * self._flush_s / max(now_s - self._replacing_since_s, MIN_PERIOD_S)
        room = FIRST_REPLACING_BATCHES + self._replaced
        return min(BACKLOG_BATCHES, room, max(FIRST_REPLACING_BATCHES, int(flushed)))

    def _finish_oldest(self) -> None:
        """Wait for the oldest write and commit its batch; if it failed, abandon those after it and raise its error."""
        pending = self._pending.popleft()
        self._pending_bytes -= pending.batch.size_bytes
        try:
            refused = self._window.finish(pending.write)
        except BaseException:
            self._window.abandon()
            self._pending.clear()
            raise
        self._replaced += bool(pending.batch.places)
        failures = pending.batch.failures
        if refused or failures or pending.batch.rejects:
            self._refused += (read_refused(pending.batch.puts[index]) for index in refused.keys() - failures.keys())
            self._on_rejects(pending.batch, refused | failures)
        self.committed = self._correct(pending.checkpoint) if self._refused else pending.checkpoint

    def _correct(self, checkpoint: Checkpoint) -> Checkpoint:
        """Return the checkpoint after the records that the table refused, which it has as text."""
        number = len(self._refused)
        counts = checkpoint.counts.correct(self._refused)
        return replace(
            checkpoint, stored=checkpoint.stored - number, rejected=checkpoint.rejected + number, counts=counts
        )
