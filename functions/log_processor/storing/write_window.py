"""Have several batches under way at once: sent over idle connections by this thread, or stored by threads aside.

To hand each write over to a thread and back takes as long as half the write. So the usual one is sent, and its answer
read, by the thread that reads; several in a row, while their code is in the processor's caches. What has to wait goes
to a thread: to open a connection, to send a large batch, and to try again.
"""

import select
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass

from log_processor.storing.batch_store import BatchStore, RejectReasons
from log_processor.storing.batches import Batch
from log_processor.storing.wire import Flight, Reply

WINDOW_BATCHES = 48
ROW_BATCHES = 8
"""So many batches are sent in a row: one by one, each takes half as much time again."""


@dataclass(slots=True, eq=False)
class Write:
    """A batch that is stored: `flight` is set from when it is sent until it is answered, `aside` if a thread has it."""

    batch: Batch
    flight: Flight | None = None
    aside: Future[RejectReasons] | None = None


class WriteWindow:
    """The batches of one range that are under way; at most `WINDOW_BATCHES` are sent at once."""

    def __init__(self, store: BatchStore, pool: ThreadPoolExecutor) -> None:
        self._store, self._pool = store, pool
        self._row: list[Write] = []
        self._sent: dict[int, Write] = {}
        self._answers = select.poll()
        self._aside: set[Future[RejectReasons]] = set()

    def begin(self, batch: Batch) -> Write:
        """Begin to store a batch with the next row, after waiting until there is room."""
        write = Write(batch)
        self._row.append(write)
        if len(self._row) >= ROW_BATCHES:
            self._send_row()
        return write

    def finish(self, write: Write) -> RejectReasons:
        """Return what was refused of a batch once it is stored; raise the error that it ended with."""
        if write.flight is None and write.aside is None and write in self._row:
            self._send_row()
        while write.flight is not None:
            self._take_answers(None)
        return write.aside.result() if write.aside else {}

    def abandon(self) -> None:
        """Wait for what is under way, and try nothing again; drop what has not begun."""
        self._store.abandon()
        self._row.clear()
        for future in list(self._aside):
            future.cancel()
        while self._sent:
            self._take_answers(None)
        wait(list(self._aside))

    def _send_row(self) -> None:
        self._take_answers(0)
        row, self._row = self._row, []
        for write in row:
            self._send(write)

    def _send(self, write: Write) -> None:
        """Send a batch over an idle connection; let a thread store it if there is none, and room for another one."""
        while (flight := self._store.begin(write.batch)) is None:
            if not self._sent or len(self._sent) + len(self._aside) < WINDOW_BATCHES:
                self._store_aside(write)
                return
            self._take_answers(None)
        write.flight = flight
        self._sent[flight.descriptor] = write
        self._answers.register(flight.descriptor, select.POLLIN)

    def _store_aside(self, write: Write, reply: Reply | None = None) -> None:
        """Let another thread store a batch; `reply` is the answer to it if it was sent already."""
        write.aside = self._pool.submit(self._store.store, write.batch, reply)
        self._aside.add(write.aside)
        write.aside.add_done_callback(self._aside.discard)

    def _take_answers(self, timeout_ms: int | None) -> None:
        """Read the answers that have arrived; wait for one if `timeout_ms` is None."""
        if not self._sent:
            return
        for descriptor, _ in self._answers.poll(timeout_ms):
            self._answers.unregister(descriptor)
            self._take_answer(self._sent.pop(descriptor))

    def _take_answer(self, write: Write) -> None:
        """Take the answer to a batch; what it leaves to do is done by a thread."""
        if write.flight is None:
            return
        reply, write.flight = self._store.finish(write.flight), None
        if reply is None or reply.error is not None or reply.payload.get("UnprocessedItems"):
            self._store_aside(write, reply)
