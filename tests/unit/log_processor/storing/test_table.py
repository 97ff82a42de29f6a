"""How many batches of a range are pending at once, so that each attempt commits some."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import pytest
from log_processor.storing import table
from log_processor.storing.batches import Batch, Checkpoint
from log_processor.storing.stored_keys import StoredKeys
from log_processor.storing.table import BACKLOG_BATCHES, TableWriter
from log_processor.storing.wire import Reply
from log_processor.work.deadline import Deadline

from tests.unit.log_processor.edges import MemoryQueries, MemoryWire

PUT = b'{"PutRequest":{"Item":{"log_id":{"S":"a"},"timestamp":{"N":"1"}}}}'


class SlowQueries(MemoryQueries):
    """Queries of which one is answered every tenth of a second, by a clock of their own."""

    now_s = 100.0

    def post(self, body: bytes, timeout_s: float = 10) -> Reply:
        self.now_s += 0.1
        return super().post(body, timeout_s)


@contextmanager
def opened(queries: Any) -> Iterator[TableWriter]:
    """Yield a writer to an empty table, which has half a second to flush."""
    wire: Any = MemoryWire()
    with ThreadPoolExecutor(2) as pool:
        yield TableWriter(
            wire,
            "logs",
            pool,
            deadline=Deadline(lambda: 4_000),
            start=Checkpoint(0),
            stored_keys=StoredKeys(queries, "logs"),
            on_rejects=lambda *_: None,
        )


@pytest.fixture
def writer() -> Iterator[TableWriter]:
    with opened(MemoryQueries(MemoryWire())) as writer:
        yield writer


def list_pending(writer: TableWriter, batches: list[Batch]) -> list[int]:
    """Return how many batches are pending after each is begun."""
    pending = []
    for number, batch in enumerate(batches, 1):
        writer.write(batch, Checkpoint(number))
        pending.append(number - writer.committed.position)
    writer.flush()
    assert writer.committed.position == len(batches)
    return pending


def test_batches_that_replace_begin_few_at_a_time(writer: TableWriter) -> None:
    """Where each query takes long, two of them are done in time; each that is committed lets one more be pending."""
    pending = list_pending(writer, [Batch(puts=[PUT], places={"a": (1,)}) for _ in range(3 * BACKLOG_BATCHES)])
    assert pending[:8] == [1, 2, 2, 3, 3, 4, 4, 5]
    assert all(0 <= later - earlier <= 1 for earlier, later in pairwise(pending))
    assert max(pending) == BACKLOG_BATCHES


def test_no_more_are_pending_than_can_be_flushed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of ten batches a second that a slow table takes, five are done in the half second after reading has to stop."""
    queries = SlowQueries(MemoryWire())
    monkeypatch.setattr(table, "time", SimpleNamespace(monotonic=lambda: queries.now_s))
    with opened(queries) as writer:
        pending = list_pending(writer, [Batch(puts=[PUT], places={"a": (1,)}) for _ in range(BACKLOG_BATCHES)])
    assert 2 < max(pending[10:]) <= 5


def test_batches_that_replace_nothing_are_many_at_once(writer: TableWriter) -> None:
    """A batch that is tried again holds up none of those after it, as far as there is room."""
    pending = list_pending(writer, [Batch(puts=[PUT]) for _ in range(2 * BACKLOG_BATCHES)])
    assert pending[:BACKLOG_BATCHES] == list(range(1, BACKLOG_BATCHES + 1))
    assert max(pending) == BACKLOG_BATCHES
