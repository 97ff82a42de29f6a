"""Name the columns of an exported file, and make a row of a record."""

from collections.abc import Mapping
from typing import Any

COLUMNS = {
    "timestamp": "BIGINT",
    "source": "VARCHAR",
    "level": "VARCHAR",
    "status": "INTEGER",
    "format": "VARCHAR",
    "log_data": "VARCHAR",
    "fields": "JSON",
    "source_file": "VARCHAR",
    "member": "VARCHAR",
    "object_version": "VARCHAR",
    "offset": "BIGINT",
    "length": "BIGINT",
    "log_id": "VARCHAR",
    "continues": "VARCHAR",
    "parse_error": "VARCHAR",
    "truncated": "BOOLEAN",
    "timestamp_from": "VARCHAR",
    "processed_at": "VARCHAR",
}
"""The columns and their types in DuckDB, which makes times of the first and the last."""


def build_row(attributes: Mapping[str, Any]) -> dict[str, Any]:
    """Return a value for each column, None if the record has none."""
    row = {name: attributes.get(name) for name in COLUMNS}
    row["fields"] = row["fields"] or {}
    return row
