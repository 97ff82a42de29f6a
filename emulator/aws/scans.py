"""Answer Scan of a table or an index from where its page begins, by keys that are sorted once until an item changes.

For each page, moto 5.2.5 sorts all items by comparisons in Python, walks through all pages before, and looks through
the whole table for the items of an index.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from moto.dynamodb.models.dynamo_type import Item
from moto.dynamodb.models.table import Table
from moto.dynamodb.responses import DynamoHandler

from emulator.aws.index_entries import ScanPosition
from emulator.aws.page_reads import ReadTarget, find_index, read_names, wrap_answer, wrap_read
from emulator.aws.table_indexes import list_items, make_primary, open_indexes


@dataclass(frozen=True, slots=True)
class _Scan(ReadTarget):
    """A page of a scan from behind `start` on, or from the beginning, of all items or of a segment."""

    start: ScanPosition | None
    segments: Any

    def list_items(self) -> Iterator[Item]:
        """Yield the items of the segment from the start key on."""
        items = open_indexes(self.table).list_after(self.index, self.names, self.start)
        return (item for item in items if item.is_within_segment(self.segments))


def answer_scans() -> None:
    """Make moto's tables find what a scan asks for by their keys; once in a process, after `watch_changes`."""
    wrap_read(Table.scan, _read_scan)
    setattr(Table, Table.all_items.__name__, _list_in_order)
    wrap_answer(DynamoHandler.scan)


def _read_scan(table: Table, asked: Mapping[str, Any]) -> _Scan | None:
    """Return what moto was asked; None if moto has to answer: an older API, a start key that it refuses, a long key."""
    index, start = find_index(table, asked.get("index_name")), asked["exclusive_start_key"]
    names = read_names(table, index)
    position = names.read_position(start) if names and start else None
    if names is None or (start and position is None) or asked["filters"]:
        return None
    return _Scan(table, index, names, asked["limit"], position, asked.get("segments", (None, None)))


def _list_in_order(table: Table) -> list[Item]:
    placed = [(make_primary(*key), item) for *key, item in list_items(table)]
    return [item for _, item in sorted(placed, key=lambda one: one[0])]
