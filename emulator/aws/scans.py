"""Answer Scan of a table or an index from where its page begins, by keys that are sorted once until an item changes.

For each page, moto 5.2.5 sorts all items by comparisons in Python, walks through all pages before, and looks through
the whole table for the items of an index.
"""

import inspect
from contextvars import ContextVar
from dataclasses import dataclass
from functools import wraps
from typing import Any

from moto.dynamodb.models.dynamo_type import Item
from moto.dynamodb.models.table import SecondaryIndex, Table
from moto.dynamodb.responses import DynamoHandler

from emulator.aws.index_entries import KeyNames, ScanPosition
from emulator.aws.queries import check_index
from emulator.aws.table_indexes import list_items, make_primary, open_indexes


@dataclass(frozen=True, slots=True)
class _ScanPage:
    """A page of a scan: of an index, or of the table itself, from behind `start` on, or from the beginning."""

    index: SecondaryIndex | None
    names: KeyNames
    start: ScanPosition | None


_page: ContextVar[_ScanPage | None] = ContextVar("page", default=None)
"""The page that this request asks for; None if moto is to find it."""


def answer_scans() -> None:
    """Make moto's tables list what a scan asks for by their keys; once in a process, after `watch_changes`."""
    _wrap_scan()
    _wrap_listing()
    moto_answer = DynamoHandler.scan

    @wraps(moto_answer)
    def answer(handler: DynamoHandler) -> Any:
        check_index(handler)
        return moto_answer(handler)

    setattr(DynamoHandler, moto_answer.__name__, answer)


def _wrap_scan() -> None:
    moto_scan = Table.scan
    signature = inspect.signature(moto_scan)

    @wraps(moto_scan)
    def scan(table: Table, filters: Any, limit: int, start: Any, *rest: Any, **more: Any) -> Any:
        asked = signature.bind(table, filters, limit, start, *rest, **more).arguments
        page = _read_page(table, asked.get("index_name"), start)
        first: Any = start if page is None else None
        token = _page.set(page)
        try:
            return moto_scan(table, filters, limit, first, *rest, **more)
        finally:
            _page.reset(token)

    setattr(Table, moto_scan.__name__, scan)


def _wrap_listing() -> None:
    """Replace what moto lists and sorts for a page; outside a scan nothing changes but the order of all items."""
    moto_index, moto_sort = Table.has_idx_items, Table.sorted_items

    @wraps(moto_index)
    def has_idx_items(table: Table, index_name: str) -> list[Item]:
        page = _page.get()
        return moto_index(table, index_name) if page is None else _list_page(table, page)

    @wraps(moto_sort)
    def sorted_items(table: Table, hashes: Any, ranges: Any, items: list[Item]) -> list[Item]:
        return moto_sort(table, hashes, ranges, items) if _page.get() is None else items

    @wraps(Table.all_items)
    def all_items(table: Table) -> list[Item]:
        page = _page.get()
        return _list_in_order(table) if page is None else _list_page(table, page)

    for method in (has_idx_items, sorted_items, all_items):
        setattr(Table, method.__name__, method)


def _read_page(table: Table, index_name: str | None, start: Any) -> _ScanPage | None:
    """Return the page that is asked for; None if moto is to judge the start key, or keys have more than two parts."""
    index: Any = table.get_index(index_name) if index_name else None
    names = KeyNames.of_table(table) if index is None else KeyNames.of_index(table, index)
    position = names.read_position(start) if names and start else None
    return None if names is None or (start and position is None) else _ScanPage(index, names, position)


def _list_page(table: Table, page: _ScanPage) -> list[Item]:
    return open_indexes(table).list_after(page.index, page.names, page.start)


def _list_in_order(table: Table) -> list[Item]:
    placed = [(make_primary(*key), item) for *key, item in list_items(table)]
    return [item for _, item in sorted(placed, key=lambda one: one[0])]
