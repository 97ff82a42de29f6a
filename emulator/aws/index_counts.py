"""Tell how many items each index of a table has, which moto 5.2.5 leaves out of a table's description."""

from functools import wraps
from typing import Any

from moto.dynamodb.models.table import Table

from emulator.aws.index_entries import read_attributes
from emulator.aws.table_indexes import list_items


def count_index_items() -> None:
    """Make moto tell them at once; AWS brings its counts up to date every six hours or so."""
    moto_describe = Table.describe

    @wraps(moto_describe)
    def describe(table: Any, base_key: str = "TableDescription") -> dict[str, Any]:
        described: dict[str, Any] = moto_describe(table, base_key)
        indexes = described[base_key].get("GlobalSecondaryIndexes", ())
        items = [read_attributes(item).keys() for _, _, item in list_items(table)] if indexes else ()
        for index in indexes:
            keys = {one["AttributeName"] for one in index["KeySchema"]}
            index["ItemCount"] = sum(keys <= names for names in items)
        return described

    setattr(Table, describe.__name__, describe)
