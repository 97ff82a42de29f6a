"""Records in packs are found like those in items of their own: by source and time, in order, and by their ids."""

import base64
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError
from log_processor.work.plan import GRIDS

from ops.errors import CommandError
from ops.reading.item_store import ItemStore
from ops.reading.pack_store import PackStore
from ops.reading.span import Span, count_ms
from ops.reading.spending import ignore_bytes
from ops.reading.store import Question, Record
from ops.reading.stores import JoinedStores
from ops.reading.where import parse_where
from tests.unit.log_processor.edges import World
from tests.unit.ops.reading.conftest import LOGS, Tables

BEGIN = datetime(2026, 5, 4, 20, tzinfo=UTC)
LEVELS = ("info", "error")
ALL = Span.between(BEGIN, BEGIN + timedelta(days=3))


def make_body(count: int, step: timedelta = timedelta(seconds=20)) -> bytes:
    """Return lines whose times jump to and fro."""
    times = [(BEGIN + step * (number ^ 5)).isoformat() for number in range(count)]
    return "".join(
        f'{{"time": "{at}", "level": "{LEVELS[n % 50 == 0]}", "n": {n}}}\n' for n, at in enumerate(times)
    ).encode()


def store(tables: Tables, body: bytes, key: str = "web/a.log", storage: str = "packs") -> None:
    """Store an object as the function does."""
    world = World(storage=storage)
    world.run(world.put(body, key))
    for item in world.wire.items.values():
        put(tables, item)


def put(tables: Tables, item: dict[str, Any]) -> None:
    data = item["log_data"]
    typed = {"B": base64.b64decode(data["B"])} if "B" in data else data
    tables.client.put_item(TableName=LOGS, Item=item | {"log_data": typed})


def read_numbers(records: list[Record]) -> list[int]:
    return [record.get("n") for record in records]


def open_packs(tables: Tables) -> PackStore:
    return PackStore(tables.client, LOGS)


@pytest.mark.parametrize("newest_first", [False, True])
@pytest.mark.parametrize("where", [None, "level=error", "n>100"])
def test_packs_answer_as_items_do(tables: Tables, where: str | None, *, newest_first: bool) -> None:
    """The same records in the same order of time, over two days, of which the second is not whole in the span."""
    body = make_body(240, timedelta(seconds=120))
    store(tables, body)
    store(tables, body, "api/a.log", "records")
    span = Span(count_ms(BEGIN) + 500_000, count_ms(BEGIN) + 25_000_000)
    answers = []
    for source, stored in (("web", open_packs(tables)), ("api", ItemStore(tables.client, LOGS, 8))):
        question = Question((source,), span, parse_where(where) if where else None, newest_first)
        answers.append(list(stored.read(question, ignore_bytes)))
    packed, items = answers
    assert read_numbers(packed) == read_numbers(items)
    assert packed
    own = {"log_id", "source", "source_file", "day_shard", "object_version"}
    for one, other in zip(packed, items, strict=True):
        differing = {
            name for name in one.attributes.keys() | other.attributes.keys() if one.get(name) != other.get(name)
        }
        assert differing <= own


@pytest.mark.parametrize("newest_first", [False, True])
def test_pages_of_packs_meet(tables: Tables, *, newest_first: bool) -> None:
    """Each page goes on after the last record of the one before, also where several have one timestamp."""
    store(tables, make_body(40) * 3)
    seen: list[Record] = []
    while True:
        after = seen[-1].position if seen else None
        question = Question(("web",), ALL, None, newest_first, after=after, limit=30)
        page = list(open_packs(tables).read(question, ignore_bytes))
        if not page:
            break
        seen += page
    assert len({record.log_id for record in seen}) == len(seen) == 120
    assert [record.timestamp for record in seen] == sorted((r.timestamp for r in seen), reverse=newest_first)


def test_records_of_many_days_are_found(tables: Tables) -> None:
    """Those that share a pack stand in the answer of each of their days."""
    store(tables, make_body(300, timedelta(days=1)))
    span = Span.between(BEGIN, BEGIN + timedelta(days=310))
    assert len(list(open_packs(tables).read(Question(("web",), span), ignore_bytes))) == 300
    day = Span.between(BEGIN + timedelta(days=200), BEGIN + timedelta(days=201))
    assert read_numbers(list(open_packs(tables).read(Question(("web",), day), ignore_bytes))) == [200 ^ 5]


def test_a_packed_record_is_found_by_its_id(tables: Tables) -> None:
    """Its cell on each grid follows from its id: two queries each, whatever the table holds."""
    store(tables, make_body(6_000))
    record = list(open_packs(tables).read(Question(("web",), ALL), ignore_bytes))[5_000]
    tables.requests.clear()
    assert open_packs(tables).find(record.log_id) == record
    assert tables.requests == {"Query": 2 * len(GRIDS)}
    assert open_packs(tables).find("0" * 30 + "-7") is None
    assert open_packs(tables).find("no id") is None


def test_both_ways_are_read_as_one(tables: Tables) -> None:
    """Records of items and of packs come in one order, and are found by their ids."""
    store(tables, make_body(40))
    store(tables, make_body(40), "web/b.log", "records")
    joined = JoinedStores([ItemStore(tables.client, LOGS, 8), open_packs(tables)])
    records = list(joined.read(Question(("web",), ALL), ignore_bytes))
    assert [record.timestamp for record in records] == sorted(record.timestamp for record in records)
    assert len({record.log_id for record in records}) == 80
    assert len(list(joined.read(Question(("web",), ALL, limit=30), ignore_bytes))) == 30
    for record in (records[0], records[1]):
        found = joined.find(record.log_id)
        assert found is not None
        assert found.get("n") == record.get("n")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"layout": {"S": "2.zstd"}}, "has the layout '2.zstd': read it with a newer version"),
        ({"log_data": {"B": b"no pack"}}, "is damaged"),
    ],
)
def test_an_unreadable_pack_hides_no_other(tables: Tables, change: dict[str, Any], words: str) -> None:
    """All others are read; then an error names it."""
    store(tables, make_body(3_000) * 3)
    items = tables.client.scan(TableName=LOGS)["Items"]
    broken = max(items, key=lambda item: int(item["records"]["N"]))
    tables.client.put_item(TableName=LOGS, Item=broken | change)
    store(tables, make_body(40), "web/b.log", "records")
    joined = JoinedStores([ItemStore(tables.client, LOGS, 8), open_packs(tables)])
    records = list(joined.read(Question(("web",), ALL), ignore_bytes))
    assert len(records) == 9_000 + 40 - int(broken["records"]["N"])
    with pytest.raises(CommandError, match=words) as raised:
        joined.check()
    assert str(raised.value).count(broken["log_id"]["S"]) == 1


def test_a_table_without_the_index_has_no_packs(tables: Tables) -> None:
    """An environment that never packed answers with nothing."""
    tables.client.update_table(TableName=LOGS, GlobalSecondaryIndexUpdates=[{"Delete": {"IndexName": "by_pack_day"}}])
    assert list(open_packs(tables).read(Question(("web",), ALL), ignore_bytes)) == []


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (
            "AccessDeniedException",
            "not authorized to perform: dynamodb:Query on resource: table/logs/index/by_pack_day",
        ),
        ("ProvisionedThroughputExceededException", "throughput for one or more global secondary indexes was exceeded"),
        ("ValidationException", "Cannot read from backfilling global secondary index: by_pack_day"),
    ],
)
def test_an_index_that_is_not_read_is_not_empty(tables: Tables, code: str, words: str) -> None:
    """What DynamoDB denies, throttles or still builds is an error, not an answer without records."""
    refusal: Any = {"Error": {"Code": code, "Message": words}}

    def refuse(**_: Any) -> None:
        raise ClientError(refusal, "Query")

    tables.client.meta.events.register("before-call.dynamodb.Query", refuse)
    with pytest.raises(ClientError, match=code):
        list(open_packs(tables).read(Question(("web",), ALL), ignore_bytes))
