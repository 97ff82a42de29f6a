"""A query for attributes of one partition is answered as moto answers it, and any other is left to moto."""

from typing import Any

import orjson
import pytest
from moto.dynamodb.models import dynamodb_backends

from emulator.aws.key_queries import answer_key_query
from emulator.aws.table_uses import add_counter, remove_counter
from tests.unit.emulator.aws.test_queries import ACCOUNT_ID, REGION, client

__all__ = ["client"]

QUERY = {
    "TableName": "t",
    "KeyConditionExpression": "id = :id",
    "ProjectionExpression": "id, #at",
    "ExpressionAttributeNames": {"#at": "at"},
    "ExpressionAttributeValues": {":id": {"S": "a"}},
    "ConsistentRead": True,
    "Select": "SPECIFIC_ATTRIBUTES",
}


def ask(query: dict[str, Any]) -> Any:
    answer = answer_key_query(dynamodb_backends[ACCOUNT_ID][REGION].tables, orjson.dumps(query))
    return None if answer is None else orjson.loads(answer)


class Units:
    """The read units that are told of."""

    def __init__(self) -> None:
        self.read: list[tuple[str, str | None, float]] = []

    def note_write(self, _write: Any) -> None:
        pass

    def note_read(self, table: str, index: str | None, units: float) -> None:
        self.read.append((table, index, units))


@pytest.mark.parametrize("key", ["a", "b", "none"])
def test_the_answer_and_the_units_are_those_of_moto(client: Any, key: str) -> None:
    """In the order of the sort key, which is a number; nothing else of an item is in it."""
    for number in (2, 10, -1):
        client.put_item(TableName="t", Item={"id": {"S": "a"}, "at": {"N": str(number)}, "x": {"S": "x" * 3000}})
    client.put_item(TableName="t", Item={"id": {"S": "b"}, "at": {"N": "1.0"}})
    query = QUERY | {"ExpressionAttributeValues": {":id": {"S": key}}}
    units = Units()
    add_counter(units)
    try:
        said = client.query(**query)
        answer = ask(query)
    finally:
        remove_counter(units)
    assert answer == {name: said[name] for name in ("Items", "Count", "ScannedCount")}
    assert units.read[0] == units.read[1]
    assert len(units.read) == 2


@pytest.mark.parametrize(
    "change",
    [
        {"IndexName": "whole"},
        {"Limit": 1},
        {"Select": "COUNT"},
        {"ExclusiveStartKey": {"id": {"S": "a"}, "at": {"N": "1"}}},
        {"FilterExpression": "x = :id"},
        {"ReturnConsumedCapacity": "TOTAL"},
        {"TableName": "unknown"},
        {"KeyConditionExpression": "id = :other"},
        {"KeyConditionExpression": "x = :id"},
        {"KeyConditionExpression": "id = :id AND #at = :id"},
        {"ProjectionExpression": "id, at"},
        {"ProjectionExpression": "id, id, #at"},
        {"ProjectionExpression": "id"},
        {"ProjectionExpression": "id, #at.x"},
        {"ExpressionAttributeValues": {":id": {"N": "1"}}},
        {"ExpressionAttributeValues": {":id": {"S": ""}}},
        {"ExpressionAttributeValues": {":id": {"S": "a"}, ":b": {"S": "b"}}},
        {"ExpressionAttributeNames": {"#at": "id"}},
    ],
    ids=lambda change: f"{next(iter(change))}-{orjson.dumps(next(iter(change.values()))).decode()[:24]}",
)
@pytest.mark.usefixtures("client")
def test_what_is_not_plain_is_left_to_moto(change: dict[str, Any]) -> None:
    assert ask(QUERY) == {"Items": [], "Count": 0, "ScannedCount": 0}
    assert ask(QUERY | change) is None


@pytest.mark.usefixtures("client")
def test_a_body_that_is_no_query_is_left_to_moto() -> None:
    for body in (b"", b"[]", b"{", b'{"TableName":["t"]}'):
        assert answer_key_query(dynamodb_backends[ACCOUNT_ID][REGION].tables, body) is None


def test_more_than_a_page_is_left_to_moto(client: Any) -> None:
    for number in range(3):
        client.put_item(TableName="t", Item={"id": {"S": "a"}, "at": {"N": str(number)}, "x": {"S": "x" * 390_000}})
    assert ask(QUERY) is None
    assert "LastEvaluatedKey" in client.query(**QUERY)
