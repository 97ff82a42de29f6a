"""A batch that replaces items asks for their keys one by one: not beyond its time, and not for an attempt that ends."""

import itertools
from collections.abc import Callable
from typing import Any

import pytest
from log_processor.errors import ThrottledError
from log_processor.storing.batch_store import BatchStore
from log_processor.storing.batches import BATCH_PLACES, Batch
from log_processor.storing.stored_keys import StoredKeys
from log_processor.storing.wire import Reply


class CountingTable:
    """A table without items; `on_query` is called with the number of each query."""

    def __init__(self, on_query: Callable[[int], None]) -> None:
        self.queries, self._on_query = 0, on_query

    def post(self, _body: bytes, _timeout_s: float) -> Reply:
        self.queries += 1
        self._on_query(self.queries)
        return Reply(error=None, payload={"Items": []})


BATCH = Batch(places={f"id-{number}": () for number in range(BATCH_PLACES)})


def test_no_key_is_asked_for_when_the_time_is_over() -> None:
    """Each query may take a tenth of a second at least: fifty of them would outlast the invocation."""
    left_s = itertools.chain([2.0, 1.0, 0.5], itertools.repeat(-0.1))
    table: Any = CountingTable(lambda _number: None)
    store = BatchStore(table, "logs", StoredKeys(table, "logs"), lambda: next(left_s))
    with pytest.raises(ThrottledError, match="no time is left to remove what the batch replaces"):
        store.store(BATCH)
    assert 0 < table.queries <= 3


def test_no_key_is_asked_for_after_the_attempt_ended() -> None:
    """Whoever abandons a store waits for what is under way: a query, not the rest of a batch."""
    table: Any = CountingTable(lambda number: store.abandon() if number == 2 else None)
    store = BatchStore(table, "logs", StoredKeys(table, "logs"), lambda: 60)
    with pytest.raises(ThrottledError):
        store.store(BATCH)
    assert table.queries == 2
