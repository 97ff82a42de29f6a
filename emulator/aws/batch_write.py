"""Store plain BatchWriteItem requests quickly, and leave every other request to moto.

moto 5.2.5 validates each body against the service model and sums up an item's size once for each attribute, which is
too slow for a function that writes at full speed. Here, items are kept as JSON until somebody reads them.
"""

from typing import Any

import orjson
from moto.core.exceptions import JsonRESTError
from moto.dynamodb.models import dynamodb_backends
from moto.dynamodb.models.dynamo_type import DynamoType, Item, LimitedSizeDict
from moto.dynamodb.models.table import Table

from emulator.aws.edge import Middleware, answer_at_once
from emulator.aws.table_indexes import find_item, note_change
from emulator.aws.table_uses import TableWrite, copy_attributes, tell_write

TARGET = "DynamoDB_20120810.BatchWriteItem"
MAX_ITEMS = 25
MAX_PLAIN_BYTES = 400 * 1024
"""DynamoDB's limit for one item: a request that is no longer cannot hold an item that is too large."""
ANSWER = b'{"UnprocessedItems":{}}'


class StoredItem(Item):
    """An item as it was received. moto's typed attributes are built when they are first read."""

    def __init__(self, hash_key: DynamoType, range_key: DynamoType | None, attributes: dict[str, Any]) -> None:
        self.hash_key = hash_key
        self.range_key = range_key
        self._plain = attributes
        self._typed: LimitedSizeDict | None = None

    @property
    def attrs(self) -> LimitedSizeDict:
        """Return the attributes in moto's types."""
        if self._typed is None:
            self._typed = LimitedSizeDict()
            for name, value in self._plain.items():
                dict.__setitem__(self._typed, name, DynamoType(value))
        return self._typed

    @attrs.setter
    def attrs(self, attributes: LimitedSizeDict) -> None:
        self._typed = attributes

    def get_plain_attributes(self) -> dict[str, Any] | None:
        """Return the attributes in DynamoDB's JSON, or None if moto may have changed them."""
        return self._plain if self._typed is None else None

    def project(self, projection_expressions: list[list[str]]) -> Item:
        """Return an item with these attributes alone; moto makes all of them typed, and plain again, to take a few."""
        plain = self.get_plain_attributes()
        if plain is None or any(len(path) > 1 or "[" in path[0] for path in projection_expressions):
            return super().project(projection_expressions)
        names = {path[0] for path in projection_expressions}
        return StoredItem(self.hash_key, self.range_key, {name: plain[name] for name in names & plain.keys()})


def build_batch_write_middleware(account_id: str, region: str) -> Middleware:
    """Return the middleware that stores plain puts itself and passes every other request on."""
    backend = dynamodb_backends[account_id][region]
    return answer_at_once(TARGET, lambda body: ANSWER if store_puts(backend.tables, body) else None)


def store_puts(tables: dict[str, Table], body: bytes) -> bool:
    """Store the puts of `body` and return True; store nothing and return False if moto has to handle the request.

    moto handles a request that is longer than 400 KiB, has no put or more than 25, or is not plain (see `_read_items`).
    """
    if len(body) > MAX_PLAIN_BYTES:
        return False
    try:
        requests = orjson.loads(body)["RequestItems"]
        batches = [(tables[name], _read_items(tables[name], puts)) for name, puts in requests.items()]
    except (JsonRESTError, LookupError, AttributeError, TypeError, ValueError):
        return False
    if not 0 < sum(len(items) for _, items in batches) <= MAX_ITEMS:
        return False
    for table, items in batches:
        _keep_items(table, items)
    return True


def _keep_items(table: Table, items: list[StoredItem]) -> None:
    stored: Any = table.items
    for item in items:
        before = find_item(table, item.hash_key, item.range_key)
        if item.range_key is None:
            stored[item.hash_key] = item
        else:
            stored[item.hash_key][item.range_key] = item
        note_change(table, item.hash_key, item.range_key)
        tell_write(TableWrite(table, copy_attributes(before), item.get_plain_attributes()))


def _read_items(table: Table, puts: list[dict[str, Any]]) -> list[StoredItem]:
    """Return the items of one table's puts.

    Raise an error, so that moto handles the request, if the table has a stream, a key is empty or occurs twice,
    a number is invalid, or one of the requests is no put.
    """
    if table.stream_shard is not None:
        raise ValueError(table.name)
    keys = {attribute["AttributeName"]: attribute["AttributeType"] for attribute in table.attr}
    items = [_read_item(table, keys, put["PutRequest"]["Item"]) for put in puts]
    if len({(item.hash_key, item.range_key) for item in items}) != len(puts) or any(len(put) != 1 for put in puts):
        raise ValueError(table.name)
    return items


def _read_item(table: Table, keys: dict[str, str], attributes: dict[str, Any]) -> StoredItem:
    for name, kind in keys.items():
        if name in attributes and not attributes[name][kind]:
            raise ValueError(name)
    table._validate_item_types(attributes)  # noqa: SLF001 - moto's own judgement of numbers
    range_key = DynamoType(attributes[table.range_key_attr]) if table.range_key_attr else None
    return StoredItem(DynamoType(attributes[table.hash_key_attr]), range_key, attributes)
