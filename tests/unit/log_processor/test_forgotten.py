"""What is forgotten stays so: whatever reads its object again leaves it out, and counts it as filtered out."""

import gzip
from collections.abc import Iterator
from typing import Any, cast

import boto3
import pytest
from hypothesis import given
from hypothesis import strategies as st
from log_processor.record import LogRecord, build_log_id
from log_processor.storing.forgotten import IDS, STRETCH_BITS, ForgottenRecords, name_object, name_stretch
from log_processor.work.ranges import ObjectRange
from moto import mock_aws

from tests.unit.log_processor.edges import World, asks
from tests.unit.log_processor.packed import unpack_items

BODY = b"".join(b'{"n": %d, "user": "%s"}\n' % (number, b"eve" if number % 7 == 3 else b"bob") for number in range(900))
SETTINGS: dict[str, Any] = {"split_threshold_bytes": 8_000, "range_bytes": 5_000}


def list_stored(world: World) -> dict[str, str]:
    """Return the text of each record that is stored, by its log id."""
    return {item["log_id"]["S"]: item["log_data"]["S"] for item in unpack_items(world.wire.items).values()}


def forget_eve(world: World) -> frozenset[str]:
    """Do in one step what `ops forget` does: note her records, and remove what holds one."""
    ids = frozenset(log_id for log_id, text in list_stored(world).items() if '"eve"' in text)
    world.ledger.forgotten.log_ids |= ids
    for key, item in list(world.wire.items.items()):
        if "layout" in item or item["log_id"]["S"] in ids:
            del world.wire.items[key]
    return ids


@pytest.mark.parametrize("storage", ["records", "packs"])
@pytest.mark.parametrize("settings", [{}, SETTINGS])
@pytest.mark.parametrize("body", [BODY, gzip.compress(BODY)], ids=["plain", "gzip"])
def test_a_replay_brings_nothing_back(body: bytes, settings: dict[str, Any], storage: str) -> None:
    """Of an object in one range, in several, and one that is continued; the account closes."""
    world = World(storage=storage, **settings)
    event = world.put(body)
    world.run(event)
    stored = list_stored(world)
    ids = forget_eve(world)
    world.run(world.replay(event), iter([asks(9)] * 500))
    assert list_stored(world) == {log_id: text for log_id, text in stored.items() if log_id not in ids}
    totals = world.totals()
    assert (totals["read"], totals["filtered"], totals["rejected"]) == (900, len(ids), 0)
    assert totals["stored"] == 900 - len(ids)


def test_what_is_not_read_again_stays_as_it_is() -> None:
    """A second delivery of the event finds its work done, and asks for nothing."""
    world = World()
    event = world.put(BODY)
    world.run(event)
    assert world.ledger.forgotten.reads == 1
    forget_eve(world)
    before = list_stored(world)
    world.run(event)
    assert (list_stored(world), world.ledger.forgotten.reads) == (before, 1)


def test_a_reject_is_not_archived_again() -> None:
    """A record that no format could read, and that is forgotten, is in no new archive."""
    world = World('[[route]]\nkeys = ["web/*"]\nformat = "json_lines"\n')
    event = world.put(b'{"n": 1}\n{"user": "eve"\n')
    world.run(event)
    (reject,) = world.rejects()
    world.ledger.forgotten.log_ids = frozenset({reject["log_id"]})
    world.s3.written.clear()
    world.run(world.replay(event))
    assert (world.rejects(), world.totals()["filtered"]) == ([], 1)


@pytest.fixture
def dynamodb(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Yield a client of DynamoDB with a ledger table."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "local")
    with mock_aws():
        client: Any = boto3.client("dynamodb", region_name="us-east-1")
        keys = (("object", "HASH"), ("range", "RANGE"))
        client.create_table(
            TableName="ledger",
            BillingMode="PAY_PER_REQUEST",
            KeySchema=[{"AttributeName": name, "KeyType": kind} for name, kind in keys],
            AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name, _ in keys],
        )
        yield client


def test_a_range_reads_ids_from_its_first_byte_on(dynamodb: Any) -> None:
    """Those of its own object version; also those behind its end, where its last record may go on."""
    work = ObjectRange("source", "web/a.log", "v1", "etag")
    for offset, digest in ((5, work.digest), (70_000, work.digest), (200_000, work.digest), (5, "other")):
        row = {"object": {"S": name_object(digest)}, "range": {"S": name_stretch(offset)}, IDS: {"SS": [f"{offset:x}"]}}
        dynamodb.put_item(TableName="ledger", Item=row)
    forgotten = ForgottenRecords(dynamodb, "ledger")
    for start, end, offsets in ((0, None, (5, 70_000, 200_000)), (65_536, 131_072, (70_000, 200_000))):
        part = ObjectRange("source", "web/a.log", "v1", "etag", start, end)
        assert forgotten.find(part).list_all() == {f"{work.digest}-{offset:x}" for offset in offsets}
    assert not forgotten.find(ObjectRange("source", "web/b.log", "v1", "etag"))


def test_ids_are_read_as_far_as_records_are() -> None:
    """A row of each stretch of a large object is more than one answer holds: most ranges need the first one alone."""
    asked: list[Any] = []

    class Pages:
        def query(self, **request: Any) -> Any:
            asked.append(request.get("ExclusiveStartKey"))
            first = 2 * len(asked) - 2
            offsets = [number << STRETCH_BITS for number in (first, first + 1)]
            rows = [{"range": {"S": name_stretch(offset)}, IDS: {"SS": [f"{offset:x}"]}} for offset in offsets]
            return {"Items": rows} | ({"LastEvaluatedKey": {"range": {"S": f"{first}"}}} if first < 4 else {})

    work, pages = ObjectRange("source", "web/a.log", "v1", "etag"), Pages()
    found = ForgottenRecords(cast("Any", pages), "ledger").find(work)
    assert found
    assert [found.has(make_record(work, offset)) for offset in (0, 5)] == [True, False]
    assert len(asked) == 1
    assert [found.has(make_record(work, offset)) for offset in (0x30000, 0, 0x30001)] == [True, True, False]
    assert found.list_all() == {f"{work.digest}-{number << STRETCH_BITS:x}" for number in range(6)}
    assert asked == [None, {"range": {"S": "0"}}, {"range": {"S": "2"}}]


def make_record(work: ObjectRange, offset: int) -> LogRecord:
    return LogRecord(build_log_id(work.digest, offset), 0, "text", "", offset, 0)


@pytest.mark.parametrize("storage", ["records", "packs"])
def test_what_goes_on_behind_its_range_stays_forgotten(storage: str) -> None:
    """The pieces of a long trace are of the range in which it begins, however far they reach."""
    line = b"2026-03-02 09:00:00.123 ERROR [main] com.example.Order - failed\n"
    trace = b"java.lang.IllegalStateException: closed\n" + b"\tat com.example.Order.close(Order.java:17)\n" * 12_000
    world = World(storage=storage, split_threshold_bytes=1, range_bytes=1 << 18)
    event = world.put(line * 20 + line + trace + line * 20)
    world.run(event)
    ids = {log_id for log_id, text in list_stored(world).items() if "Order.java" in text}
    assert max(int(log_id.split("-")[1], 16) for log_id in ids) > 1 << 18
    world.ledger.forgotten.log_ids = frozenset(ids)
    world.wire.items.clear()
    world.run(world.replay(event))
    assert ids.isdisjoint(list_stored(world))
    assert (len(world.ledger.rows), world.totals()["filtered"]) == (3, len(ids))


@given(offset=st.integers(0, 5 * 2**40), further=st.integers(0, 5 * 2**40))
def test_stretches_sort_like_their_bytes(offset: int, further: int) -> None:
    """So a range is a span of sort keys."""
    assert name_stretch(offset) <= name_stretch(offset + further)
