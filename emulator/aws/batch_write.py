"""BatchWriteItem of plain puts without moto's request model in between; what is unusual goes moto's own way.

moto 5.2.5 parses each body against the service model and adds up an item's size anew for each attribute: one function
that writes at full speed would wait for it. Items are kept as they came and become moto's objects when they are read.
"""

from collections.abc import Iterable
from typing import Any

import orjson
from moto.core.exceptions import JsonRESTError
from moto.dynamodb.models import dynamodb_backends
from moto.dynamodb.models.dynamo_type import DynamoType, Item, LimitedSizeDict
from moto.dynamodb.models.table import Table

from emulator.aws.edge import Application, Environ, Layer, body_of

TARGET = "DynamoDB_20120810.BatchWriteItem"
MOST_ITEMS = 25
PLAIN_BYTES = 400 * 1024
"""A request below the size of the largest item cannot hold one that is too large."""
ANSWER = b'{"UnprocessedItems":{}}'
HEADERS = [("Content-Type", "application/x-amz-json-1.0"), ("Content-Length", str(len(ANSWER)))]


class StoredItem(Item):
    """An item as it came over the wire; moto's typed attributes are made when somebody asks for them."""

    def __init__(self, hash_key: DynamoType, range_key: DynamoType | None, attributes: dict[str, Any]) -> None:
        self.hash_key = hash_key
        self.range_key = range_key
        self._plain = attributes
        self._typed: LimitedSizeDict | None = None

    @property
    def attrs(self) -> LimitedSizeDict:
        """The attributes in moto's types."""
        if self._typed is None:
            self._typed = LimitedSizeDict()
            for name, value in self._plain.items():
                dict.__setitem__(self._typed, name, DynamoType(value))
        return self._typed

    @attrs.setter
    def attrs(self, attributes: LimitedSizeDict) -> None:
        self._typed = attributes

    def plain(self) -> dict[str, Any] | None:
        """The attributes in DynamoDB's JSON, None where moto may have changed them."""
        return self._plain if self._typed is None else None


def batch_writes(account_id: str, region: str) -> Layer:
    """The layer that stores plain puts at once and passes every other request on."""
    backend = dynamodb_backends[account_id][region]

    def layer(application: Application) -> Application:
        def answer(environ: Environ, start_response: Any) -> Iterable[bytes]:
            if environ.get("HTTP_X_AMZ_TARGET") == TARGET and _store(backend.tables, body_of(environ)):
                start_response("200 OK", HEADERS)
                return [ANSWER]
            return application(environ, start_response)

        return answer

    return layer


def _store(tables: dict[str, Table], body: bytes) -> bool:
    """Store the puts of `body`; False, with nothing stored, where moto has to judge the request."""
    if len(body) > PLAIN_BYTES:
        return False
    try:
        requests = orjson.loads(body)["RequestItems"]
        found = [(tables[name], _items(tables[name], puts)) for name, puts in requests.items()]
    except (JsonRESTError, LookupError, AttributeError, TypeError, ValueError):
        return False
    if not 0 < sum(len(items) for _, items in found) <= MOST_ITEMS:
        return False
    for table, items in found:
        _keep(table, items)
    return True


def _keep(table: Table, items: list[StoredItem]) -> None:
    kept: Any = table.items
    for item in items:
        if item.range_key is None:
            kept[item.hash_key] = item
        else:
            kept[item.hash_key][item.range_key] = item


def _items(table: Table, puts: list[dict[str, Any]]) -> list[StoredItem]:
    """The items of one table's puts; raises where one is not plain: moto then says what is wrong with it."""
    if table.stream_shard is not None:
        raise ValueError(table.name)
    keys = {attribute["AttributeName"]: attribute["AttributeType"] for attribute in table.attr}
    items = [_item(table, keys, put["PutRequest"]["Item"]) for put in puts]
    if len({(item.hash_key, item.range_key) for item in items}) != len(puts) or any(len(put) != 1 for put in puts):
        raise ValueError(table.name)
    return items


def _item(table: Table, keys: dict[str, str], attributes: dict[str, Any]) -> StoredItem:
    for name, kind in keys.items():
        if name in attributes and not attributes[name][kind]:
            raise ValueError(name)
    table._validate_item_types(attributes)  # noqa: SLF001 - moto's own judgement of numbers
    range_key = DynamoType(attributes[table.range_key_attr]) if table.range_key_attr else None
    return StoredItem(DynamoType(attributes[table.hash_key_attr]), range_key, attributes)
