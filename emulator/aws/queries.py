"""Answer Query of moto's tables from their partitions: moto 5.2.5 walks the whole table for each.

moto still reads the request, judges it, and evaluates its filter and projection; `page_reads.py` makes the page.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from moto.dynamodb.models.dynamo_type import DynamoType, Item
from moto.dynamodb.models.table import Table
from moto.dynamodb.responses import DynamoHandler

from emulator.aws.index_entries import Entry, Order, find_bounds, skip_to, sort_entries, walk
from emulator.aws.page_reads import ReadTarget, find_index, read_names, wrap_answer, wrap_read
from emulator.aws.table_indexes import open_indexes, watch_changes
from emulator.aws.table_uses import watch_gets


@dataclass(frozen=True, slots=True)
class _Query(ReadTarget):
    """What a query asks of a table, or of one of its indexes, as moto has read it."""

    partition: DynamoType
    comparison: str | None
    values: list[Any]
    start: Order | None
    forward: bool

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


def answer_queries() -> None:
    """Make moto's tables answer queries from their partitions; once in a process."""
    watch_changes()
    watch_gets()
    wrap_read(Table.query, _read_query)
    wrap_answer(DynamoHandler.query)


def _read_query(table: Table, asked: Mapping[str, Any]) -> _Query | None:
    """Return what moto was asked, or None if moto has to answer: what it refuses, an older API, a key of many parts."""
    index_name, comparison = asked.get("index_name"), asked["range_comparison"]
    index = find_index(table, index_name)
    names = read_names(table, index)
    is_refused = index_name and (index is None or (asked.get("consistent_read") and index in table.global_indexes))
    if names is None or asked["hash_key"] is None or is_refused or asked.get("filter_kwargs"):
        return None
    start_key = asked["exclusive_start_key"]
    start = names.read_order(start_key) if start_key else None
    if (start_key and start is None) or (comparison and not names.has_sort_key):
        return None
    values = [one.cast_value for one in asked["range_objs"]]
    forward = asked["scan_index_forward"] is not False
    return _Query(table, index, names, asked["limit"], asked["hash_key"], comparison, values, start, forward)
