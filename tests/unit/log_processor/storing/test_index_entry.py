"""The query index holds the keys of a record, and what queries filter by."""

from collections.abc import Iterator
from typing import Any

import boto3
import orjson
import pytest
from log_processor.record import LogRecord
from log_processor.settings import Settings
from log_processor.storing.index_entry import (
    INDEX_KEY,
    INDEXED,
    QUERY_INDEX,
    WHOLE_RECORD_INDEX,
    WHOLE_RECORD_KEY,
    find_status,
)
from log_processor.storing.items import ItemEncoder, ObjectFacts, make_plain_put
from moto import mock_aws

from emulator.aws.item_sizes import count_item_bytes
from emulator.aws.moto_fixes import apply_fixes

UNIT_BYTES = 1024
DIGEST = "0123456789abcdef0123456789abcdef"


def encode(record: LogRecord, source: str = "web", shards: int = 8) -> bytes:
    facts = ObjectFacts("s3://b/web/a.log", source, "v1", "2026-05-04T10:00:00.000Z")
    return ItemEncoder(facts, index_shards=shards, record_ttl_days=0).encode(record)


def read_item(put: bytes) -> dict[str, Any]:
    item: dict[str, Any] = orjson.loads(put)["PutRequest"]["Item"]
    return item


def make_record(fields: dict[str, Any], text: str = "a line") -> LogRecord:
    return LogRecord(f"{DIGEST}-1f", 1_777_881_601_000, "combined", text, 31, len(text), fields, level="error")


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"http.response.status_code": 502}, 502),
        ({"http.response.status_code": 0, "status": "ok"}, None),
        ({"status": 404}, 404),
        ({"status": "503"}, 503),
        ({"status": "ok", "statusCode": 500}, 500),
        ({"status": True}, None),
        ({"status": "5\N{SUPERSCRIPT TWO}0"}, None),
        ({"status": 200.0, "status_code": None}, None),
        ({"status": 99_999}, None),
        ({"status": ["500"]}, None),
        ({}, None),
    ],
)
def test_the_status_is_that_of_the_answer(fields: dict[str, Any], status: int | None) -> None:
    """A number or three digits from 100 to 599, in the field of the formats or in one that JSON usually has it in."""
    assert find_status(fields) == status


def test_an_entry_takes_one_unit() -> None:
    """Whatever the record holds, and also if the source's name is 800 bytes long."""
    item = read_item(encode(make_record({"status": 500, "x": "y" * 9000}, "z" * 9000), source="s" * 800))
    entry = {name: item[name] for name in ("log_id", "timestamp", INDEX_KEY, *INDEXED)}
    assert count_item_bytes(item) > 9 * UNIT_BYTES
    assert count_item_bytes(entry) <= UNIT_BYTES


def test_without_the_index_a_record_has_nothing_for_it() -> None:
    """Neither the key nor the status, which stands in the fields."""
    assert not {INDEX_KEY, "status"} & read_item(encode(make_record({"status": 500}), shards=0)).keys()


def test_a_record_that_becomes_text_has_no_status() -> None:
    """It has no fields either, which the status is of."""
    plain = read_item(make_plain_put(encode(make_record({"status": 500})), "refused"))
    assert "status" not in plain
    assert INDEX_KEY in plain


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Yield a client of a table that was upgraded: it has both indexes."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "local")
    apply_fixes()
    keys = {QUERY_INDEX: INDEX_KEY, WHOLE_RECORD_INDEX: WHOLE_RECORD_KEY}
    projections: dict[str, Any] = {
        QUERY_INDEX: {"ProjectionType": "INCLUDE", "NonKeyAttributes": list(INDEXED)},
        WHOLE_RECORD_INDEX: {"ProjectionType": "ALL"},
    }
    with mock_aws():
        client: Any = boto3.client("dynamodb", region_name="us-east-1")
        client.create_table(
            TableName="logs",
            KeySchema=define_key("log_id"),
            AttributeDefinitions=[
                {"AttributeName": name, "AttributeType": "N" if name == "timestamp" else "S"}
                for name in ("log_id", "timestamp", *keys.values())
            ],
            GlobalSecondaryIndexes=[
                {"IndexName": name, "KeySchema": define_key(key), "Projection": projections[name]}
                for name, key in keys.items()
            ],
            BillingMode="PAY_PER_REQUEST",
        )
        yield client


def define_key(partition: str) -> list[dict[str, str]]:
    return [
        {"AttributeName": partition, "KeyType": "HASH"},
        {"AttributeName": "timestamp", "KeyType": "RANGE"},
    ]


def query(client: Any, index: str, key: str, value: str) -> list[dict[str, Any]]:
    condition, values = "#key = :key", {":key": {"S": value}}
    found: list[dict[str, Any]] = client.query(
        TableName="logs",
        IndexName=index,
        KeyConditionExpression=condition,
        ExpressionAttributeNames={"#key": key},
        ExpressionAttributeValues=values,
    )["Items"]
    return found


def test_a_record_of_before_moves_when_it_is_written_again(client: Any) -> None:
    """It is found in exactly one of the indexes: in the old one as a whole, in the new one by its keys."""
    new = read_item(encode(make_record({"status": 500})))
    shard = new[INDEX_KEY]["S"]
    old = {name: value for name, value in new.items() if name not in {INDEX_KEY, "status"}}
    old |= {WHOLE_RECORD_KEY: {"S": shard}}
    client.put_item(TableName="logs", Item=old)
    assert query(client, WHOLE_RECORD_INDEX, WHOLE_RECORD_KEY, shard) == [old]
    assert query(client, QUERY_INDEX, INDEX_KEY, shard) == []

    client.put_item(TableName="logs", Item=new)
    entry = {name: new[name] for name in ("log_id", "timestamp", INDEX_KEY, *INDEXED)}
    assert query(client, WHOLE_RECORD_INDEX, WHOLE_RECORD_KEY, shard) == []
    assert query(client, QUERY_INDEX, INDEX_KEY, shard) == [entry]


@pytest.mark.parametrize(
    ("shards", "names_version", "left_out"),
    [
        (8, False, {"offset", "source", "object_version"}),
        (8, True, {"offset", "source"}),
        (0, False, {"offset", "object_version"}),
    ],
)
def test_what_is_said_elsewhere_is_left_out(*, shards: int, names_version: bool, left_out: set[str]) -> None:
    """The id says the offset, the key of the index the source, and the ledger the version if its rows live longer."""
    facts = ObjectFacts("s3://b/web/a.log", "web", "v1", "now")
    encoder = ItemEncoder(facts, index_shards=shards, record_ttl_days=0, names_version=names_version)
    item = read_item(encoder.encode(make_record({})))
    assert {"offset", "source", "object_version"} - item.keys() == left_out


@pytest.mark.parametrize(
    ("record_days", "ledger_days", "is_longer"),
    [(0, 0, True), (30, 0, True), (30, 60, True), (60, 30, False), (0, 60, False)],
)
def test_when_the_ledger_lives_longer(record_days: int, ledger_days: int, *, is_longer: bool) -> None:
    """It keeps its rows for good, or for more days than the table has for its records."""
    settings = Settings(
        "logs", "errors", "ledger", "work", "dead", record_ttl_days=record_days, ledger_ttl_days=ledger_days
    )
    assert settings.ledger_outlives_records is is_longer
