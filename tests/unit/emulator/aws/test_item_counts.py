"""The description of a table counts its items and those of its indexes, and leaves the items as they are."""

from typing import Any

from emulator.aws.index_entries import read_attributes
from emulator.aws.table_indexes import list_items
from tests.unit.emulator.aws.test_queries import client, fill, get_table

__all__ = ["client"]


def test_each_index_tells_how_many_items_it_has(client: Any) -> None:
    """The items that have no attribute of its key are not among them."""
    fill(client, 3)
    client.put_item(TableName="t", Item={"id": {"S": "c"}, "at": {"N": "1"}, "g": {"S": "p"}})
    described = client.describe_table(TableName="t")["Table"]
    assert described["ItemCount"] == 5
    counts = {index["IndexName"]: index["ItemCount"] for index in described["GlobalSecondaryIndexes"]}
    assert counts == {"whole": 4, "keys": 5, "some": 4}


def test_a_count_leaves_the_items_plain(client: Any) -> None:
    """What was stored as JSON is not built in moto's types: that takes seconds, and slows answers from then on."""
    fill(client, 3)
    client.describe_table(TableName="t")
    assert {type(read_attributes(item)) for _, _, item in list_items(get_table())} == {dict}


def test_a_table_without_a_sort_key_is_counted(client: Any) -> None:
    """Each of its keys has one item."""
    client.create_table(
        TableName="locks",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    for number in range(2):
        client.put_item(TableName="locks", Item={"id": {"S": str(number)}})
    assert client.describe_table(TableName="locks")["Table"]["ItemCount"] == 2
