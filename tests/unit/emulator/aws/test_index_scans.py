"""A scan of an index finds the items that stand in it, without a look at the others."""

from typing import Any

from moto.dynamodb.models.dynamo_type import Item
from moto.dynamodb.models.table import Table

from tests.unit.emulator.aws.test_queries import client, get_table

__all__ = ["client"]


def put(client: Any, number: int, **more: Any) -> None:
    client.put_item(TableName="t", Item={"id": {"S": f"a{number}"}, "at": {"N": "1"}} | more)


def test_a_scan_finds_what_moto_finds(client: Any) -> None:
    """Items without the index's key are in no answer, and what leaves the index is gone from the next."""
    for number in range(6):
        put(client, number, **({"g": {"S": "p"}, "r": {"N": str(number)}} if number % 2 else {}))
    find = Table.has_idx_items
    for _ in range(2):
        scanned = client.scan(TableName="t", IndexName="whole")["Items"]
        assert sorted(item["id"]["S"] for item in scanned) == sorted(
            item.attrs["id"].value for item in find(get_table(), "whole")
        )
        assert scanned
        put(client, 1)


def test_a_scan_of_an_empty_index_looks_at_no_item(client: Any, monkeypatch: Any) -> None:
    """Once the index is known: so many items may stand in the table that none is in the index of."""
    put(client, 1)
    assert client.scan(TableName="t", IndexName="whole", Limit=1)["Items"] == []
    monkeypatch.setattr(Item, "__getattribute__", refuse)
    assert client.scan(TableName="t", IndexName="whole", Limit=1)["Items"] == []


def refuse(_: Item, name: str) -> Any:
    raise AssertionError(f"an item was asked for {name}")
