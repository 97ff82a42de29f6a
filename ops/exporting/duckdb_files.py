"""Make a Parquet file or a DuckDB database of rows in JSON lines."""

from pathlib import Path
from typing import Any

import duckdb

from ops.exporting.columns import COLUMNS

TABLE = "records"
AS_TIME = "* REPLACE (make_timestamptz(timestamp * 1000) AS timestamp)"
CONFIG: dict[str, str | bool | int | float | list[str]] = {"autoinstall_known_extensions": False, "TimeZone": "UTC"}
"""Nothing is downloaded: what is needed is in the package."""


def write_parquet(path: Path, rows: Path) -> int:
    """Write a Parquet file, compressed by zstd; return the number of its rows."""
    with _connect(":memory:") as connection:
        _read_rows(connection, rows).write_parquet(str(path), compression="zstd")
        return _count(connection.read_parquet(str(path)))


def write_duckdb(path: Path, rows: Path) -> int:
    """Write a DuckDB database with the table `records`; return the number of its rows."""
    with _connect(str(path)) as connection:
        _read_rows(connection, rows).create(TABLE)
        return _count(connection.table(TABLE))


def _connect(database: str) -> Any:
    return duckdb.connect(database, config=CONFIG)


def _read_rows(connection: Any, rows: Path) -> Any:
    """Return the rows as a relation, in their order; their timestamps are times."""
    return connection.read_json(str(rows), format="newline_delimited", columns=COLUMNS).project(AS_TIME)


def _count(relation: Any) -> int:
    ((count,),) = relation.count("*").fetchall()
    return int(count)
