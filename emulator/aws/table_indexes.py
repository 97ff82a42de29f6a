"""Keep the indexes of moto's tables up to date: built at the first query, then told of every item that changes.

moto 5.2.5 changes items in three places, which are wrapped here: `Table.put_item`, `Table.delete_item` and
`DynamoDBBackend.update_item`, on which batches, transactions and PartiQL stand; `batch_write.py` tells of its own puts.
A table that moto restores is another object, which has no indexes yet.
"""

import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from functools import wraps
from typing import Any
from weakref import WeakKeyDictionary

from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.dynamo_type import DynamoType, Item
from moto.dynamodb.models.table import SecondaryIndex, Table

from emulator.aws.index_entries import IndexEntries, KeyNames, PrimaryKey, ScanPosition
from emulator.aws.table_uses import TableWrite, copy_attributes, tell_write

ItemKey = tuple[DynamoType | None, DynamoType | None]


class TableIndexes:
    """The indexes of one table that somebody has queried."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._lock = threading.Lock()
        self._changed: deque[ItemKey] = deque()
        self._entries: dict[str, IndexEntries] = {}

    def note_change(self, hash_key: DynamoType | None, range_key: DynamoType | None) -> None:
        """Note that an item was put, changed or deleted; its entries are brought up to date by the next query."""
        self._changed.append((hash_key, range_key))

    def read_partition(self, index: SecondaryIndex, names: KeyNames, value: DynamoType) -> list[Any]:
        """Return the entries of one partition of an index, in their order."""
        with self._lock:
            return self._open(index, names).list_partition(value)

    def list_after(self, index: SecondaryIndex | None, names: KeyNames, start: ScanPosition | None) -> list[Item]:
        """Return the items of an index in the order of a scan, or those behind `start`; of the table without one."""
        with self._lock:
            return self._open(index, names).list_after(start)

    def _open(self, index: SecondaryIndex | None, names: KeyNames) -> IndexEntries:
        """Return the entries of an index, or of the table itself, as they are now."""
        self._apply_changes()
        name = index.name if index else ""
        entries = self._entries.get(name)
        if entries is None or entries.names != names:
            entries = self._entries[name] = IndexEntries(names)
            for hash_key, range_key, item in list_items(self._table):
                entries.put(make_primary(hash_key, range_key), item)
        return entries

    def _apply_changes(self) -> None:
        while self._changed:
            hash_key, range_key = self._changed.popleft()
            item = find_item(self._table, hash_key, range_key)
            for entries in self._entries.values():
                entries.put(make_primary(hash_key, range_key), item)


_indexes: WeakKeyDictionary[Table, TableIndexes] = WeakKeyDictionary()


def open_indexes(table: Table) -> TableIndexes:
    """Return the indexes of a table, which are told of its changes from now on."""
    return _indexes.setdefault(table, TableIndexes(table))


def note_change(table: Table, hash_key: DynamoType | None, range_key: DynamoType | None) -> None:
    """Note that an item of a table was put, changed or deleted."""
    indexes = _indexes.get(table)
    if indexes is not None:
        indexes.note_change(hash_key, range_key)


def watch_changes() -> None:
    """Wrap the methods of moto that change items, so that each change is noted and told; once in a process."""
    _wrap(Table, "put_item", _find_put)
    _wrap(Table, "delete_item", lambda table, hash_key, range_key: (table, hash_key, range_key))
    _wrap(DynamoDBBackend, "update_item", _find_updated)


def _wrap(owner: type, name: str, find: Callable[..., tuple[Table, Any, Any]]) -> None:
    moto_method = getattr(owner, name)

    @wraps(moto_method)
    def change(self: Any, *args: Any, **kwargs: Any) -> Any:
        table, *key = find(self, *args, **kwargs)
        before = copy_attributes(find_item(table, *key))
        try:
            return moto_method(self, *args, **kwargs)
        finally:
            note_change(table, *key)
            tell_write(TableWrite(table, before, copy_attributes(find_item(table, *key))))

    setattr(owner, name, change)


def _find_put(table: Table, item_attrs: dict[str, Any], *_: Any, **__: Any) -> tuple[Table, Any, Any]:
    return table, *read_key(table, item_attrs)


def _find_updated(
    backend: DynamoDBBackend, table_name: str, key: dict[str, Any], *_: Any, **__: Any
) -> tuple[Table, Any, Any]:
    table = backend.get_table(table_name)
    return table, *read_key(table, key)


def read_key(table: Table, attributes: Mapping[str, Any]) -> ItemKey:
    """Return the key among the attributes of an item."""
    hash_key, range_key = (attributes.get(name) for name in (table.hash_key_attr, table.range_key_attr or ""))
    return DynamoType(hash_key) if hash_key else None, DynamoType(range_key) if range_key else None


def find_item(table: Table, hash_key: DynamoType | None, range_key: DynamoType | None) -> Item | None:
    """Return the item of a key, or None if the table has none."""
    stored: Any = table.items
    below = stored.get(hash_key)
    if below is None or not table.range_key_attr:
        return below  # type: ignore[no-any-return]
    return below.get(range_key)  # type: ignore[no-any-return]


def list_items(table: Table) -> Iterator[tuple[DynamoType, DynamoType | None, Item]]:
    """Yield the items of a table, to which other threads may write at the same time."""
    stored: Any = table.items
    for hash_key, below in tuple(stored.items()):
        if not table.range_key_attr:
            yield hash_key, None, below
            continue
        for range_key, item in tuple(below.items()):
            yield hash_key, range_key, item


def make_primary(hash_key: DynamoType | None, range_key: DynamoType | None) -> PrimaryKey:
    """Return the values of an item's key, by which it can be compared with others."""
    return tuple(None if key is None else key.cast_value for key in (hash_key, range_key))
