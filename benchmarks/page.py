"""Measure how fast the records that `ops view` holds are searched and counted, beside Datasette on the same records.

Datasette is no part of this project: `pip install datasette==0.65.5` into an environment adds it (Apache-2.0 licence).
"""

import asyncio
import json
import sqlite3
import time
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ops.exporting.columns import COLUMNS
from ops.reading.conditions import Contains
from ops.reading.span import Span
from ops.view.cache.answers import Selected
from ops.view.cache.table import CacheTable, build_cache_row
from ops.view.pages.search import FACETS, FIELD_FACETS, ROWS, VALUES

RECORDS = 300_000
BEGIN_MS, STEP_MS = 1_777_888_800_000, 100
ROUNDS = 3
TEXT = "path/77"
NO_LIMIT_MS = 600_000
LEVELS = ("info", "info", "info", "warn", "error")


def make_records(count: int) -> Iterator[dict[str, Any]]:
    """Yield the attributes of access records of two sources."""
    for number in range(count):
        status = (200, 200, 304, 404, 500)[number % 5]
        client, path = f"10.0.{number % 256}.{number % 199}", f"/path/{number % 1_000}"
        yield {
            "log_id": f"{number % 997:x}-{number:x}",
            "timestamp": BEGIN_MS + number * STEP_MS,
            "source": ("web", "shop")[number % 2],
            "format": "combined",
            "level": LEVELS[number % 5],
            "status": status,
            "log_data": f'{client} - - [04/May/2026:10:00:00 +0000] "GET {path} HTTP/1.1" {status} 10 "-" "curl/8.5"',
            "fields": {"client.address": client, "url.path": path, "http.response.status_code": status},
            "source_file": "s3://logs/web/access.log",
        }


def measure_page(count: int = RECORDS) -> dict[str, float]:
    """Return the milliseconds of a page with facets, and of a search in the text, of records that are held."""
    table, span = CacheTable(), Span(BEGIN_MS, BEGIN_MS + count * STEP_MS)
    table.add(make_records(count))

    def count_facets() -> None:
        selected = Selected(table, (), span, None)
        for name in (*FACETS, *FIELD_FACETS):
            selected.list_values(name, VALUES)
        selected.count()
        selected.list_fields()
        selected.draw()
        selected.list_records(ROWS, 0, newest_first=True)

    def search_text() -> None:
        selected = Selected(table, (), span, Contains(TEXT))
        selected.count()
        selected.list_records(ROWS, 0, newest_first=True)

    return {"facets_ms": _measure_ms(count_facets), "search_ms": _measure_ms(search_text)}


def measure_datasette(count: int = RECORDS) -> dict[str, float] | None:
    """Return the same of Datasette over SQLite, without its limits of time; None if it is not installed.

    It counts the values of columns alone, and no field.
    """
    try:
        make: Any = import_module("datasette.app").Datasette
    except ImportError:
        return None
    with TemporaryDirectory() as folder:
        path = Path(folder) / "records.db"
        _write_sqlite(path, count)
        settings = {"sql_time_limit_ms": NO_LIMIT_MS, "facet_time_limit_ms": NO_LIMIT_MS}
        page: Any = make([str(path)], settings=settings)
        facets = "&".join(f"_facet={name}" for name in FACETS)

        def get(query: str) -> None:
            address = f"/records/records.json?_size={ROWS}&_sort_desc=timestamp&{query}"
            answer = asyncio.run(page.client.get(address))
            if answer.status_code != 200:
                raise RuntimeError(f"Datasette answered {answer.status_code}: {answer.text[:200]}")

        search = f"log_data__contains={TEXT}"
        return {"facets_ms": _measure_ms(lambda: get(facets)), "search_ms": _measure_ms(lambda: get(search))}


def _write_sqlite(path: Path, count: int) -> None:
    connection = sqlite3.connect(path)
    with connection:
        connection.execute(f"CREATE TABLE records ({', '.join(f'[{name}]' for name in COLUMNS)})")
        marks = ", ".join("?" for _ in COLUMNS)
        rows = (build_cache_row(record) for record in make_records(count))
        connection.executemany(
            f"INSERT INTO records VALUES ({marks})",
            ([json.dumps(value) if isinstance(value, dict) else value for value in row.values()] for row in rows),
        )
    connection.close()


def _measure_ms(act: Callable[[], None]) -> float:
    """Return the least time of some rounds, after one that is not counted."""
    act()
    spans = []
    for _ in range(ROUNDS):
        begin = time.perf_counter()
        act()
        spans.append((time.perf_counter() - begin) * 1_000)
    return min(spans)
