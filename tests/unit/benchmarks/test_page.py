"""The pace of the page is measured on the same records as that of Datasette."""

import sqlite3
from pathlib import Path

import pytest

from benchmarks import page
from ops.view.cache.table import CacheTable

COUNT = 60


def test_both_sides_have_the_same_records(tmp_path: Path) -> None:
    """Else their ratio would say nothing."""
    table, path = CacheTable(), tmp_path / "records.db"
    assert table.add(page.make_records(COUNT)) == COUNT
    page._write_sqlite(path, COUNT)
    asked = "SELECT log_id, timestamp, level, status, log_data FROM records ORDER BY log_id"
    with sqlite3.connect(path) as connection:
        assert connection.execute(asked).fetchall() == table.select(asked)
    connection.close()


def test_a_page_and_a_search_are_measured() -> None:
    """Both are in milliseconds."""
    figures = page.measure_page(COUNT)
    assert sorted(figures) == ["facets_ms", "search_ms"]
    assert all(0 < value < 60_000 for value in figures.values())


def test_datasette_is_not_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where it is not installed, there is no ratio."""

    def refuse(name: str) -> None:
        raise ImportError(name)

    monkeypatch.setattr(page, "import_module", refuse)
    assert page.measure_datasette(COUNT) is None
