"""Hold records in a DuckDB database in memory, which ends with the process: none of it is written to the disk."""

import json
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from itertools import islice
from threading import RLock
from typing import Any

from log_processor.storing.index_entry import STATUSES

from ops.exporting.columns import COLUMNS, build_row
from ops.reading.conditions import find_attribute

BATCH = 5_000
"""The records that are added at once."""
TYPES = json.dumps(COLUMNS)
ADD_ROWS = "INSERT INTO batch SELECT unnest(from_json(text, ?)) FROM (SELECT unnest(?::VARCHAR[]) AS text)"
OPTIONS: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": False,
    "enable_external_access": False,
    "memory_limit": "1GB",
}


class CacheTable:
    """The table `records`, with the columns of an exported file. One thread at a time uses it."""

    def __init__(self) -> None:
        self.lock = RLock()

    @cached_property
    def _connection(self) -> Any:
        import duckdb

        connection = duckdb.connect(":memory:", config=OPTIONS)
        columns = ", ".join(f'"{name}" {kind}' for name, kind in COLUMNS.items())
        for table in ("records", "batch"):
            connection.execute(f"CREATE TABLE {table} ({columns})")
        return connection

    def add(self, records: Iterable[Mapping[str, Any]]) -> int:
        """Add the attributes of records in place of those with the same ids; return how many they are.

        If reading them fails, none is added.
        """
        rows, count = map(build_cache_row, records), 0
        with self.lock:
            self._connection.execute("DELETE FROM batch")
            while batch := list(islice(rows, BATCH)):
                self._connection.execute(ADD_ROWS, [TYPES, list(map(json.dumps, batch))])
                count += len(batch)
            self._connection.execute("DELETE FROM records WHERE log_id IN (SELECT log_id FROM batch)")
            self._connection.execute("INSERT INTO records SELECT * FROM batch")
            self._connection.execute("DELETE FROM batch")
        return count

    def select(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Return the rows of a statement."""
        with self.lock:
            rows: list[tuple[Any, ...]] = self._connection.execute(sql, list(parameters)).fetchall()
        return rows

    def clear(self) -> None:
        """Remove all records."""
        with self.lock:
            self._connection.execute("DELETE FROM records")


def build_cache_row(attributes: Mapping[str, Any]) -> dict[str, Any]:
    """Return the row of an exported file, with the status that conditions see, also where the fields alone have it."""
    row = build_row(attributes)
    status = find_attribute(attributes, "status")
    return row | {"status": status if type(status) is int and status in STATUSES else None}
