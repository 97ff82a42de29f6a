"""Answer Scan of an index from its entries: moto 5.2.5 looks through the whole table for them."""

from functools import wraps
from typing import Any

from moto.dynamodb.models.dynamo_type import Item
from moto.dynamodb.models.table import Table
from moto.dynamodb.responses import DynamoHandler

from emulator.aws.index_entries import KeyNames
from emulator.aws.queries import check_index
from emulator.aws.table_indexes import open_indexes


def answer_index_scans() -> None:
    """Make moto's tables find the items of an index by its entries; once in a process, after `watch_changes`."""
    moto_list = Table.has_idx_items

    @wraps(moto_list)
    def has_idx_items(table: Table, index_name: str) -> list[Item]:
        index: Any = table.get_index(index_name)
        names = KeyNames.of_index(table, index)
        return moto_list(table, index_name) if names is None else open_indexes(table).list_items(index, names)

    moto_scan = DynamoHandler.scan

    @wraps(moto_scan)
    def scan(handler: DynamoHandler) -> Any:
        check_index(handler)
        return moto_scan(handler)

    setattr(Table, moto_list.__name__, has_idx_items)
    setattr(DynamoHandler, moto_scan.__name__, scan)
