"""Records are found by source and time in either index, in order, and by their ids."""

import pytest

from ops.reading import item_store
from ops.reading.item_store import ItemStore
from ops.reading.partitions import IndexPartition, Pages, PartitionReader
from ops.reading.span import Span
from ops.reading.spending import ignore_bytes
from ops.reading.store import Question
from ops.reading.where import parse_where
from tests.unit.ops.reading.conftest import LOGS, Tables
from tests.unit.ops.reading.stored import DIGEST, FIRST_MS, SHARDS, ask, make_record, number, put_old, put_records


def test_records_of_one_moment_come_once_over_pages(tables: Tables) -> None:
    """Two hundred records of two sources have one timestamp: pages of seven give each of them once."""
    for source in ("web", "api"):
        put_records((make_record(one + (source == "api") * 100, FIRST_MS) for one in range(100)), source)
    span, after = Span(FIRST_MS, FIRST_MS), None
    seen: list[int] = []
    while page := ask(tables, Question(("web", "api"), span, after=after, limit=7)):
        seen += map(number, page)
        after = page[-1].position
    assert sorted(seen) == list(range(200))


def test_records_of_before_stand_among_the_new_ones(tables: Tables) -> None:
    """Both indexes are asked; an old record says its status by its fields, and is fetched by no further request."""
    for one in range(0, 400, 2):
        put_old(tables.client, make_record(one, FIRST_MS + one))
    put_records(make_record(one, FIRST_MS + one) for one in range(1, 400, 2))
    span = Span(FIRST_MS, FIRST_MS + 399)
    assert [number(record) for record in ask(tables, Question(("web",), span))] == list(range(400))
    errors = ask(tables, Question(("web",), span, parse_where("status=500")))
    assert [number(record) for record in errors] == [0, 100, 200, 300]
    assert tables.requests == {"Scan": 1, "Query": 2 * SHARDS}


def test_a_record_is_found_by_its_id(tables: Tables) -> None:
    """One request; an id that no record has gives none."""
    put_records(make_record(one, FIRST_MS + one) for one in range(3))
    store = ItemStore(tables.client, LOGS, SHARDS)
    tables.requests.clear()
    record = store.find(f"{DIGEST}-1")
    assert record is not None
    assert record.get("log_data") == "line 1"
    assert tables.requests == {"Query": 1}
    assert store.find(f"{DIGEST}-9") is None


@pytest.mark.parametrize(
    ("where", "limit", "first", "later"),
    [
        ("user.name=web", 5, 4, 4),  # the index does not tell: all of them may have to be read
        ("status=200", 5, 1, 1),  # a page that its first day fills
        ("status=500", 15, 1, 5),  # one that it does not fill
        ("status=200", None, 4, 6),
    ],
)
def test_days_are_asked_at_once(
    tables: Tables, monkeypatch: pytest.MonkeyPatch, where: str, limit: int | None, first: int, later: int
) -> None:
    """Four of them before the first record, unless the index may fill the page from one."""
    days: list[str] = []

    class Watched(PartitionReader):
        def __init__(self, partition: IndexPartition, pages: Pages) -> None:
            days.append(partition.key.split("#")[1])
            super().__init__(partition, pages)

    monkeypatch.setattr(item_store, "PartitionReader", Watched)
    put_records(make_record(one, FIRST_MS + one * 86_400) for one in range(6_000))
    span = Span(FIRST_MS, FIRST_MS + 6 * 86_400_000 - 1)
    question = Question(("web",), span, parse_where(where), whole=False, limit=limit)
    records = ItemStore(tables.client, LOGS, SHARDS).read(question, ignore_bytes)
    next(records)
    assert len(set(days)) == first
    assert len(list(records)) + 1 == (limit or 5_940)
    assert len(set(days)) == later
