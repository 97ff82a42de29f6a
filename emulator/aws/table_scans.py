"""Answer Scan of a table from where its page begins.

For each page, moto 5.2.5 sorts the whole table by comparisons in Python, and walks through all pages before.
"""

import inspect
from bisect import bisect_right
from contextvars import ContextVar
from functools import wraps
from typing import Any

from moto.dynamodb.models.dynamo_type import Item
from moto.dynamodb.models.table import Table

from emulator.aws.table_indexes import list_items, make_primary, read_key

_begins_after: ContextVar[tuple[Any, ...] | None] = ContextVar("begins_after", default=None)
"""The primary key after which the page begins that this request asks for; None for the first page."""


def answer_table_scans() -> None:
    """Make moto's tables list their items by keys that are read once a page; once in a process."""
    moto_scan = Table.scan
    signature = inspect.signature(moto_scan)

    @wraps(moto_scan)
    def scan(table: Table, filters: Any, limit: int, start: Any, *rest: Any, **more: Any) -> Any:
        arguments = signature.bind(table, filters, limit, start, *rest, **more).arguments
        after = _read_start(table, start) if arguments.get("index_name") is None else None
        token = _begins_after.set(after)
        try:
            first: Any = start if after is None else None
            return moto_scan(table, filters, limit, first, *rest, **more)
        finally:
            _begins_after.reset(token)

    setattr(Table, moto_scan.__name__, scan)
    setattr(Table, Table.all_items.__name__, _list_in_order)


def _read_start(table: Table, start: Any) -> tuple[Any, ...] | None:
    """Return the place of a start key; None if there is none, or moto is to judge it as it has not all of the key."""
    names = [name for name in (table.hash_key_attr, table.range_key_attr) if name]
    return make_primary(*read_key(table, start)) if start and all(name in start for name in names) else None


def _list_in_order(table: Table) -> list[Item]:
    placed = sorted(((make_primary(*key), item) for *key, item in list_items(table)), key=_get_place)
    after = _begins_after.get()
    first = 0 if after is None else bisect_right(placed, after, key=_get_place)
    return [item for _, item in placed[first:]]


def _get_place(placed: tuple[tuple[Any, ...], Item]) -> tuple[Any, ...]:
    return placed[0]
