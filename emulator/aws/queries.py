"""Answer Query of moto's tables from their partitions: moto 5.2.5 walks the whole table for each.

moto still reads the request, judges it, and evaluates its filter and projection. As AWS does, and moto does not, a page
ends after a mebibyte of what the index projects, it names its last key whenever its limit ended it, and what it
consumed is counted.
"""

import base64
import inspect
from collections.abc import Iterator, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from functools import wraps
from typing import Any

import orjson
from moto.core.responses import ActionContext, ActionResult
from moto.dynamodb.exceptions import MockValidationException
from moto.dynamodb.models.dynamo_type import DynamoType, Item
from moto.dynamodb.models.table import SecondaryIndex, Table
from moto.dynamodb.responses import DynamoHandler

from emulator.aws.batch_write import StoredItem
from emulator.aws.index_entries import Entry, KeyNames, Order, find_bounds, skip_to, sort_entries, walk
from emulator.aws.item_sizes import count_item_bytes
from emulator.aws.table_indexes import open_indexes, watch_changes
from emulator.aws.table_uses import count_read_units, tell_read, watch_gets

PAGE_BYTES = 1024 * 1024
MOTO_SIGNATURE = inspect.signature(Table.query)

_read_bytes: ContextVar[int | None] = ContextVar("read_bytes", default=None)
"""The bytes that the query of this request has read; None if moto answered it."""


@dataclass(frozen=True, slots=True)
class _Query:
    """What a query asks of a table, or of one of its indexes, as moto has read it."""

    table: Table
    index: SecondaryIndex | None
    names: KeyNames
    partition: DynamoType
    comparison: str | None
    values: list[Any]
    start: Order | None
    forward: bool
    limit: int | None

    def list_items(self) -> Iterator[Item]:
        """Yield the items that the query may return, in its direction, from its start key on."""
        entries = self._list_entries()
        first, stop = find_bounds(entries, self.comparison, self.values)
        if self.start is not None:
            cut = skip_to(entries, self.start, forward=self.forward)
            first, stop = (max(first, cut), stop) if self.forward else (first, min(stop, cut))
        return walk(entries, first, stop, forward=self.forward)

    def _list_entries(self) -> list[Entry]:
        if self.index is not None:
            return open_indexes(self.table).read_partition(self.index, self.names, self.partition)
        stored: Any = self.table.items
        below = stored.get(self.partition, {})
        items = tuple(below.values()) if self.table.range_key_attr else (below,) if below else ()
        return sort_entries((() if item.range_key is None else (item.range_key.cast_value,), item) for item in items)

    def build_last_key(self, item: Item) -> dict[str, Any]:
        """Return the key of an item in what is queried: its primary key, and that of the index."""
        return {name: item.attrs[name] for name in self.names.required}

    def project(self, attributes: dict[str, Any]) -> dict[str, Any]:
        """Return those attributes of an item that the index holds."""
        projection = self.index.projection if self.index is not None else None
        if not projection or projection.get("ProjectionType") not in {"KEYS_ONLY", "INCLUDE"}:
            return attributes
        held = {*self.names.required, *projection.get("NonKeyAttributes", ())}
        return {name: value for name, value in attributes.items() if name in held}


class _JsonResult(ActionResult):
    """An answer that is written as JSON at once: moto's walk along the service's model takes most of a query's time."""

    def execute_result(self, _context: ActionContext) -> Any:
        """Return the status, the headers and the body of the answer."""
        return 200, {"Content-Type": "application/x-amz-json-1.0"}, orjson.dumps(self.result, default=_encode_bytes)


def _encode_bytes(value: Any) -> str:
    return base64.b64encode(value).decode()


def answer_queries() -> None:
    """Make moto's tables answer queries from their partitions; once in a process."""
    watch_changes()
    watch_gets()
    moto_query, moto_answer = Table.query, DynamoHandler.query

    @wraps(moto_query)
    def query(table: Table, *args: Any, **kwargs: Any) -> Any:
        asked = MOTO_SIGNATURE.bind(table, *args, **kwargs).arguments
        read = _read_query(table, asked)
        if read is None:
            _read_bytes.set(None)
            return moto_query(table, *args, **kwargs)
        return _answer(read, asked.get("filter_expression"), asked.get("projection_expressions"))

    @wraps(moto_answer)
    def answer(handler: DynamoHandler) -> Any:
        check_index(handler)
        result: Any = moto_answer(handler).result
        size_bytes, body = _read_bytes.get(), handler.body
        if size_bytes is not None:
            units = count_read_units(size_bytes, consistent=bool(body.get("ConsistentRead")))
            tell_read(body["TableName"], body.get("IndexName"), units)
            if "ConsumedCapacity" in result:
                result["ConsumedCapacity"] = _describe_capacity(body, units)
        return _JsonResult(result)

    for owner, method in ((Table, query), (DynamoHandler, answer)):
        setattr(owner, method.__name__, method)


def check_index(handler: DynamoHandler) -> None:
    """Refuse a request for an index that its table does not have, as DynamoDB does: moto answers otherwise."""
    name = handler.body.get("IndexName")
    table = handler.dynamodb_backend.tables.get(handler.body.get("TableName", ""))
    if name and table is not None and name not in {index.name for index in table.all_indexes()}:
        raise MockValidationException(f"The table does not have the specified index: {name}")


def _read_query(table: Table, asked: Mapping[str, Any]) -> _Query | None:
    """Return what moto was asked, or None if moto has to answer: what it refuses, an older API, a key of many parts."""
    index_name, comparison = asked.get("index_name"), asked["range_comparison"]
    index = next((one for one in table.all_indexes() if one.name == index_name), None)
    names = KeyNames.of_table(table) if index is None else KeyNames.of_index(table, index)
    is_refused = index_name and (index is None or (asked.get("consistent_read") and index in table.global_indexes))
    if names is None or asked["hash_key"] is None or is_refused or asked.get("filter_kwargs"):
        return None
    start_key = asked["exclusive_start_key"]
    start = names.read_order(start_key) if start_key else None
    if (start_key and start is None) or (comparison and not names.has_sort_key):
        return None
    values = [one.cast_value for one in asked["range_objs"]]
    forward = asked["scan_index_forward"] is not False
    return _Query(table, index, names, asked["hash_key"], comparison, values, start, forward, asked["limit"])


def _answer(query: _Query, condition: Any, projection: Any) -> tuple[list[Item], int, dict[str, Any] | None]:
    """Return a page of items, how many were read for it, and the last one's key if the page ended before the query."""
    page: list[Item] = []
    size_bytes, last = 0, None
    for item in query.list_items():
        whole = _copy(item)
        attributes = query.project(whole.get_plain_attributes() or {})
        item_bytes = count_item_bytes(attributes)
        if size_bytes + item_bytes > PAGE_BYTES:
            break
        page.append(StoredItem(whole.hash_key, whole.range_key, attributes))
        size_bytes, last = size_bytes + item_bytes, whole
        if len(page) == query.limit:
            break
    else:
        last = None
    _read_bytes.set(size_bytes)
    kept = [item for item in page if condition is None or condition.expr(item)]
    if projection:
        kept = [item.project(projection) for item in kept]
    return kept, len(page), None if last is None else query.build_last_key(last)


def _copy(item: Item) -> StoredItem:
    """Return an item with attributes of its own, as another thread may change those of the table."""
    plain = item.get_plain_attributes() if isinstance(item, StoredItem) else None
    return StoredItem(item.hash_key, item.range_key, item.to_json()["Attributes"] if plain is None else plain)


def _describe_capacity(body: Mapping[str, Any], units: float) -> dict[str, Any]:
    """Return the capacity that a query consumed, as it asked for it."""
    described: dict[str, Any] = {"TableName": body["TableName"], "CapacityUnits": units}
    if body["ReturnConsumedCapacity"] == "INDEXES":
        name = body.get("IndexName")
        described["Table"] = {"CapacityUnits": 0.0 if name else units}
        if name:
            described["GlobalSecondaryIndexes"] = {name: {"CapacityUnits": units}}
    return described
