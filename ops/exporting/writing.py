"""Write an export beside its final name, and give it that name when it is whole."""

import csv
import json
import os
import secrets
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ops.errors import CommandError
from ops.exporting.columns import COLUMNS, build_row
from ops.exporting.duckdb_files import DuckDBError, write_duckdb, write_parquet

Attributes = Mapping[str, Any]
SUFFIXES = (".parquet", ".duckdb", ".csv", ".jsonl")


def check_target(path: Path, *, overwrite: bool) -> None:
    """Raise `CommandError` if the file's ending names no form, or the file cannot be written."""
    if path.suffix not in SUFFIXES:
        raise CommandError(f"{path}: the ending says the form of the file: write one of {', '.join(SUFFIXES)}")
    if path.is_dir() or (path.exists() and not overwrite):
        remedy = "name another file" if path.is_dir() else "name another file, or write --overwrite"
        raise CommandError(f"{path} exists already: {remedy}")
    if not os.access(path.parent, os.W_OK | os.X_OK):
        raise CommandError(f"{path}: the folder {path.parent} does not exist or cannot be written to: name another one")


def write_export(path: Path, records: Iterable[Attributes]) -> int:
    """Write the records to `path` in the form that its ending names, and return how many they were.

    If anything ends it before, what was there under that name is as it was. Raises `CommandError` if it cannot be
    written.
    """
    with _hold_partial(path) as partial, _explain_failures(path):
        match path.suffix:
            case ".csv":
                count = _write_csv(partial, records)
            case ".jsonl":
                count = _write_json_lines(partial, records)
            case _:
                count = _write_by_duckdb(path.suffix, partial, records)
        partial.replace(path)
    return count


@contextmanager
def _explain_failures(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        raise CommandError(f"{path} cannot be written ({reason}): name a file where there is room") from error
    except DuckDBError as error:
        reason = " ".join(str(error).split())
        raise CommandError(f"{path}: DuckDB cannot write it ({reason}): export to .jsonl instead") from error


@contextmanager
def _hold_partial(path: Path) -> Iterator[Path]:
    """Yield a name beside `path` for a file that is not whole; it is removed at the end, whatever happens."""
    partial = path.with_name(f".{path.name}.{secrets.token_hex(4)}.partial")
    try:
        yield partial
    finally:
        for left in path.parent.glob(f"{partial.name}*"):  # DuckDB adds files of its own beside it
            with suppress(OSError):
                left.unlink()


def _write_json_lines(path: Path, records: Iterable[Attributes]) -> int:
    count = 0
    with path.open("w", encoding="utf-8") as file:
        for attributes in records:
            file.write(json.dumps(attributes, ensure_ascii=False, separators=(",", ":")) + "\n")
            count += 1
    return count


def _write_csv(path: Path, records: Iterable[Attributes]) -> int:
    count = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, COLUMNS)
        table.writeheader()
        for row in map(build_row, records):
            fields = json.dumps(row["fields"], ensure_ascii=False)
            table.writerow(row | {"timestamp": format_ms(row["timestamp"]), "fields": fields})
            count += 1
    return count


def _write_by_duckdb(suffix: str, path: Path, records: Iterable[Attributes]) -> int:
    """Write rows as JSON lines beside the file, from which DuckDB makes it: memory does not grow with the records."""
    rows = path.with_name(f"{path.name}.rows")
    count = _write_json_lines(rows, map(build_row, records))
    read_back = (write_parquet if suffix == ".parquet" else write_duckdb)(path, rows)
    if read_back != count:
        raise CommandError(f"{path}: DuckDB wrote {read_back:,} of {count:,} records: export to .jsonl instead")
    return count


def format_ms(epoch_ms: int) -> str:
    """Return a time in epoch milliseconds as ISO 8601 in UTC."""
    return datetime.fromtimestamp(epoch_ms / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
