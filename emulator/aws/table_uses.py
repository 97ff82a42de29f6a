"""Tell of every read and write of moto's tables, whoever wants to count them."""

from collections.abc import Mapping
from functools import wraps
from typing import Any, NamedTuple, Protocol

from moto.dynamodb.models.dynamo_type import DynamoType, Item
from moto.dynamodb.models.table import Table
from moto.dynamodb.responses import DynamoHandler

from emulator.aws.item_sizes import count_item_bytes

Attributes = Mapping[str, Any]
READ_UNIT_BYTES = 4096


class TableWrite(NamedTuple):
    """An item of a table before and after it was written, in DynamoDB's JSON; None if there was none."""

    table: Table
    before: Attributes | None
    after: Attributes | None


class UseCounter(Protocol):
    """Who counts what is read and written."""

    def note_write(self, write: TableWrite, /) -> None:
        """Note that an item was put, changed or deleted."""

    def note_read(self, table: str, index: str | None, units: float, /) -> None:
        """Note that so many read units of a table, or of one of its indexes, were consumed."""


_counters: list[UseCounter] = []


def add_counter(counter: UseCounter) -> None:
    """Tell `counter` of all uses from now on."""
    _counters.append(counter)


def remove_counter(counter: UseCounter) -> None:
    """Tell `counter` of nothing more."""
    _counters.remove(counter)


def tell_write(write: TableWrite) -> None:
    """Tell those who count of a write."""
    for counter in _counters:
        counter.note_write(write)


def tell_read(table: str, index: str | None, units: float) -> None:
    """Tell those who count of a read."""
    for counter in _counters:
        counter.note_read(table, index, units)


def copy_attributes(item: Item | None) -> Attributes | None:
    """Return the attributes of an item as they are now, in DynamoDB's JSON."""
    if item is None:
        return None
    plain: Attributes | None = getattr(item, "get_plain_attributes", lambda: None)()
    return item.to_json()["Attributes"] if plain is None else plain


def count_read_units(size_bytes: int, *, consistent: bool) -> float:
    """Return the units of a read: one for each 4 KiB, begun, and half of it unless it is consistent."""
    return max(1, -(-size_bytes // READ_UNIT_BYTES)) * (1.0 if consistent else 0.5)


def watch_gets() -> None:
    """Make moto's tables tell of GetItem and BatchGetItem; once in a process. Queries tell of themselves."""
    moto_get, moto_batch = DynamoHandler.get_item, DynamoHandler.batch_get_item

    @wraps(moto_get)
    def get_item(handler: DynamoHandler) -> Any:
        result = moto_get(handler)
        _tell_get(handler, handler.body["TableName"], handler.body["Key"], handler.body)
        return result

    @wraps(moto_batch)
    def batch_get_item(handler: DynamoHandler) -> Any:
        result = moto_batch(handler)
        for table, request in handler.body["RequestItems"].items():
            for key in request["Keys"]:
                _tell_get(handler, table, key, request)
        return result

    for method in (get_item, batch_get_item):
        setattr(DynamoHandler, method.__name__, method)


def _tell_get(handler: DynamoHandler, table: str, key: Attributes, request: Attributes) -> None:
    item = _find_item(handler.dynamodb_backend.get_table(table), key)
    size_bytes = count_item_bytes(copy_attributes(item) or {})
    tell_read(table, None, count_read_units(size_bytes, consistent=bool(request.get("ConsistentRead"))))


def _find_item(table: Table, key: Attributes) -> Item | None:
    hash_key = DynamoType(key[table.hash_key_attr])
    range_key = DynamoType(key[table.range_key_attr]) if table.range_key_attr else None
    return table.get_item(hash_key, range_key)
