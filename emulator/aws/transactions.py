"""Undo a transaction that fails item by item: for each item, moto 5.2.5 copies a whole table, to put the copy in place.

That took minutes with many records, and what others had stored meanwhile was gone with what was undone.
"""

import copy
from collections.abc import Iterator, Mapping, Sequence
from functools import wraps
from types import SimpleNamespace
from typing import Any, NamedTuple

from moto.dynamodb import models
from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.dynamo_type import Item
from moto.dynamodb.models.table import Table

from emulator.aws.table_indexes import ItemKey, find_item, note_change, read_key

MOTO_COPY = "copy"
"""The name under which moto's transactions find what copies tables and items."""


class ItemBefore(NamedTuple):
    """An item as it was before a transaction; None if there was none."""

    table: Table
    key: ItemKey
    item: Item | None


def undo_transactions() -> None:
    """Make moto's transactions copy the items that they change, and nothing else of a table."""
    moto_write = DynamoDBBackend.transact_write_items

    @wraps(moto_write)
    def transact_write_items(backend: DynamoDBBackend, transact_items: list[dict[str, Any]]) -> None:
        before = list(_copy_changed(backend.tables, transact_items))
        try:
            moto_write(backend, transact_items)
        except Exception:
            for one in before:
                _put_back(one)
            raise

    setattr(DynamoDBBackend, moto_write.__name__, transact_write_items)
    setattr(models, MOTO_COPY, SimpleNamespace(deepcopy=_copy_but_tables))


def _copy_changed(tables: Mapping[str, Table], changes: Sequence[Mapping[str, Any]]) -> Iterator[ItemBefore]:
    for change in changes:
        for kind, one in change.items():
            table = tables.get(one.get("TableName"))
            if table is None or kind == "ConditionCheck":
                continue
            key = read_key(table, one.get("Item") or one.get("Key") or {})
            yield ItemBefore(table, key, copy.deepcopy(find_item(table, *key)))


def _put_back(before: ItemBefore) -> None:
    (hash_key, range_key), stored = before.key, before.table.items
    items: Any = stored if range_key is None else stored[hash_key]
    own_key = hash_key if range_key is None else range_key
    if before.item is None:
        items.pop(own_key, None)
    else:
        items[own_key] = before.item
    note_change(before.table, hash_key, range_key)


def _copy_but_tables(original: Any) -> Any:
    """Copy an item; moto's copy of a table is the table itself, so that it puts that in place of itself."""
    return original if isinstance(original, Table) else copy.deepcopy(original)
