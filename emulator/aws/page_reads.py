"""Read a page of a query or a scan as AWS does, and moto 5.2.5 does not.

A page ends after a mebibyte of what the table or the index holds, it names its last key whenever its limit ended it,
and what it consumed is counted.
"""

import base64
import inspect
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from functools import wraps
from typing import Any

import orjson
from moto.core.responses import ActionContext, ActionResult
from moto.dynamodb.exceptions import MockValidationException
from moto.dynamodb.models.dynamo_type import Item
from moto.dynamodb.models.table import SecondaryIndex, Table
from moto.dynamodb.responses import DynamoHandler

from emulator.aws.batch_write import StoredItem
from emulator.aws.index_entries import KeyNames
from emulator.aws.item_sizes import count_item_bytes
from emulator.aws.table_uses import count_read_units, tell_read

PAGE_BYTES = 1024 * 1024
Page = tuple[list[Item], int, dict[str, Any] | None]
"""The items of a page, how many were read for it, and the last one's key if the page ended before the answer."""

_read_bytes: ContextVar[int | None] = ContextVar("read_bytes", default=None)
"""The bytes that this request has read; None if moto answered it."""


@dataclass(frozen=True, slots=True)
class ReadTarget(ABC):
    """What is read: a table, or one of its indexes, up to `limit` items."""

    table: Table
    index: SecondaryIndex | None
    names: KeyNames
    limit: int | None

    @abstractmethod
    def list_items(self) -> Iterator[Item]:
        """Yield the items that may be read, from the start key on."""

    def build_last_key(self, item: Item) -> dict[str, Any]:
        """Return the key of an item in what is read: its primary key, and that of the index."""
        return {name: item.attrs[name] for name in self.names.required}

    def project(self, attributes: dict[str, Any]) -> dict[str, Any]:
        """Return those attributes of an item that the index holds."""
        projection = self.index.projection if self.index is not None else None
        if not projection or projection.get("ProjectionType") not in {"KEYS_ONLY", "INCLUDE"}:
            return attributes
        held = {*self.names.required, *projection.get("NonKeyAttributes", ())}
        return {name: value for name, value in attributes.items() if name in held}


def wrap_read(
    moto_read: Callable[..., Any], find_target: Callable[[Table, Mapping[str, Any]], ReadTarget | None]
) -> None:
    """Make tables answer a method of moto by pages, and moto where `find_target` finds no target in the arguments."""
    signature = inspect.signature(moto_read)

    @wraps(moto_read)
    def read(table: Table, *args: Any, **kwargs: Any) -> Any:
        asked = signature.bind(table, *args, **kwargs).arguments
        target = find_target(table, asked)
        if target is None:
            _read_bytes.set(None)
            return moto_read(table, *args, **kwargs)
        projection = asked.get("projection_expressions") or asked.get("projection_expression")
        return _read_page(target, asked.get("filter_expression"), projection)

    setattr(Table, moto_read.__name__, read)


def _read_page(target: ReadTarget, condition: Any, projection: Any) -> Page:
    """Return the page of the first items, filtered by moto's condition."""
    page: list[Item] = []
    size_bytes, last = 0, None
    for item in target.list_items():
        whole = _copy(item)
        attributes = target.project(whole.get_plain_attributes() or {})
        item_bytes = count_item_bytes(attributes)
        if size_bytes + item_bytes > PAGE_BYTES:
            break
        page.append(StoredItem(whole.hash_key, whole.range_key, attributes))
        size_bytes, last = size_bytes + item_bytes, whole
        if len(page) == target.limit:
            break
    else:
        last = None
    _read_bytes.set(size_bytes)
    kept = [item for item in page if condition is None or condition.expr(item)]
    if projection:
        kept = [item.project(projection) for item in kept]
    return kept, len(page), None if last is None else target.build_last_key(last)


def find_index(table: Table, name: str | None) -> SecondaryIndex | None:
    """Return the index of a name; None without one."""
    return next((one for one in table.all_indexes() if one.name == name), None)


def read_names(table: Table, index: SecondaryIndex | None) -> KeyNames | None:
    """Return the attributes of the key of an index, or of the table; None if the key has more than two parts."""
    return KeyNames.of_table(table) if index is None else KeyNames.of_index(table, index)


def wrap_answer(moto_answer: Callable[[DynamoHandler], Any]) -> None:
    """Count what an operation of moto's handler consumes, and write its answer at once; refuse an unknown index."""

    @wraps(moto_answer)
    def answer(handler: DynamoHandler) -> Any:
        _check_index(handler)
        result: Any = moto_answer(handler).result
        size_bytes, body = _read_bytes.get(), handler.body
        if size_bytes is not None:
            units = count_read_units(size_bytes, consistent=bool(body.get("ConsistentRead")))
            tell_read(body["TableName"], body.get("IndexName"), units)
            if "ConsumedCapacity" in result:
                result["ConsumedCapacity"] = _describe_capacity(body, units)
        return _JsonResult(result)

    setattr(DynamoHandler, moto_answer.__name__, answer)


class _JsonResult(ActionResult):
    """An answer that is written as JSON at once: moto's walk along the service's model takes most of a query's time."""

    def execute_result(self, _context: ActionContext) -> Any:
        """Return the status, the headers and the body of the answer."""
        return 200, {"Content-Type": "application/x-amz-json-1.0"}, orjson.dumps(self.result, default=_encode_bytes)


def _encode_bytes(value: Any) -> str:
    return base64.b64encode(value).decode()


def _check_index(handler: DynamoHandler) -> None:
    """Refuse a request for an index that its table does not have, as DynamoDB does: moto answers otherwise."""
    name = handler.body.get("IndexName")
    table = handler.dynamodb_backend.tables.get(handler.body.get("TableName", ""))
    if name and table is not None and find_index(table, name) is None:
        raise MockValidationException(f"The table does not have the specified index: {name}")


def _copy(item: Item) -> StoredItem:
    """Return an item with attributes of its own, as another thread may change those of the table."""
    plain = item.get_plain_attributes() if isinstance(item, StoredItem) else None
    return StoredItem(item.hash_key, item.range_key, item.to_json()["Attributes"] if plain is None else plain)


def _describe_capacity(body: Mapping[str, Any], units: float) -> dict[str, Any]:
    """Return the capacity that a request consumed, as it asked for it."""
    described: dict[str, Any] = {"TableName": body["TableName"], "CapacityUnits": units}
    if body["ReturnConsumedCapacity"] == "INDEXES":
        name = body.get("IndexName")
        described["Table"] = {"CapacityUnits": 0.0 if name else units}
        if name:
            described["GlobalSecondaryIndexes"] = {name: {"CapacityUnits": units}}
    return described
