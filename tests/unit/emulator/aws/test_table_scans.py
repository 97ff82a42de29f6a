"""The pages of a scan hold every item of the table once, in the order of moto, and each begins where the last ended."""

from typing import Any

import pytest
from moto.dynamodb.models.dynamo_type import DynamoType
from moto.dynamodb.models.table import Table

from emulator.aws.index_entries import IndexEntries
from tests.unit.emulator.aws.test_index_scans import put, refuse
from tests.unit.emulator.aws.test_queries import client, get_table

__all__ = ["client"]


@pytest.mark.parametrize("index_name", [None, "whole"])
def test_pages_hold_each_item_once(client: Any, index_name: str | None) -> None:
    """Also if the item at which a page ended is deleted before the next."""
    for number in (3, 10, 1, 7, 2):
        put(client, number, g={"S": "p"}, r={"N": str(number)})
    options = {"IndexName": index_name} if index_name else {}
    seen: list[str] = []
    start: dict[str, Any] = {}
    while True:
        page = client.scan(TableName="t", Limit=2, **options, **start)
        seen += [item["id"]["S"] for item in page["Items"]]
        if "LastEvaluatedKey" not in page:
            break
        start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}
        client.delete_item(TableName="t", Key={name: page["LastEvaluatedKey"][name] for name in ("id", "at")})
    assert seen == (["a1", "a10", "a2", "a3", "a7"] if index_name is None else ["a1", "a2", "a3", "a7", "a10"])


def test_the_order_is_that_of_moto(client: Any) -> None:
    """By the value of the keys: the sort keys are numbers."""
    for number in range(12):
        client.put_item(TableName="t", Item={"id": {"S": f"a{number % 3}"}, "at": {"N": str(number)}})
    placed = sorted(Table.all_items(get_table()), key=lambda item: (item.hash_key, item.range_key))
    assert Table.all_items(get_table()) == placed
    assert len(placed) == 12


@pytest.mark.parametrize("options", [{}, {"IndexName": "whole"}], ids=["table", "index"])
def test_a_later_page_compares_no_items(client: Any, monkeypatch: pytest.MonkeyPatch, options: dict[str, str]) -> None:
    """They are sorted once: hundreds of pages of a large table would each sort all of it."""
    for number in range(4):
        put(client, number, g={"S": "p"}, r={"N": str(number)})
    last = client.scan(TableName="t", Limit=3, **options)["LastEvaluatedKey"]
    monkeypatch.setattr(Table, "_item_comes_before_dct", refuse)
    monkeypatch.setattr(DynamoType, "__lt__", refuse)
    monkeypatch.setattr(IndexEntries, "put", refuse)
    page = client.scan(TableName="t", ExclusiveStartKey=last, **options)
    assert [item["id"]["S"] for item in page["Items"]] == ["a3"]


def test_a_scan_consumes_what_it_reads(client: Any) -> None:
    """Half a unit for each 4 KiB of the items that it reads, or of what the index holds of them."""
    for number in range(3):
        put(client, number, g={"S": "p"}, r={"N": str(number)}, x={"S": "x" * 3000})
    options = {"TableName": "t", "ReturnConsumedCapacity": "TOTAL"}
    assert client.scan(**options)["ConsumedCapacity"]["CapacityUnits"] == 1.5
    assert client.scan(**options, ConsistentRead=True)["ConsumedCapacity"]["CapacityUnits"] == 3
    assert client.scan(**options, IndexName="keys")["ConsumedCapacity"]["CapacityUnits"] == 0.5
