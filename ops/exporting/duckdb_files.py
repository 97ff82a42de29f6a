"""Make a Parquet file or a DuckDB database of rows in JSON lines."""

from pathlib import Path
from typing import Any

import duckdb

from ops.exporting.columns import COLUMNS

DuckDBError = duckdb.Error
TABLE = "records"
TIMES = (
    "* REPLACE (make_timestamptz(timestamp * 1000) AS timestamp, try_cast(processed_at AS timestamptz) AS processed_at)"
)
CONFIG: dict[str, str | bool | int | float | list[str]] = {"autoinstall_known_extensions": False, "TimeZone": "UTC"}
"""Nothing is downloaded: what is needed is in the package."""


def write_parquet(path: Path, rows: Path) -> int:
    """Write a Parquet file, compressed by zstd; return the number of its rows. Raise `DuckDBError` if it cannot."""
    with _connect(":memory:") as connection:
        _read_rows(connection, rows).write_parquet(str(path), compression="zstd")
        return _count(connection.read_parquet(str(path)))


def write_duckdb(path: Path, rows: Path) -> int:
    """Write a database with the table `records`; return the number of its rows. Raise `DuckDBError` if it cannot."""
    with _connect(str(path)) as connection:
        _read_rows(connection, rows).create(TABLE)
        return _count(connection.table(TABLE))


def _connect(database: str) -> Any:
    return duckdb.connect(database, config=CONFIG)


def _read_rows(connection: Any, rows: Path) -> Any:
    """Return the rows as a relation, in their order, with times for timestamps."""
    return connection.read_json(str(rows), format="newline_delimited", columns=COLUMNS).project(TIMES)


def _count(relation: Any) -> int:
    ((count,),) = relation.count("*").fetchall()
    return int(count)
