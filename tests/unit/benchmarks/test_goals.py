"""What storing takes reaches its goals, whatever number of lines is measured; `make cost` prints the table."""

import tomllib
from typing import Any

import pytest

from benchmarks import goals
from benchmarks.cost import PRICES
from benchmarks.goals import Goal, build_table, list_goals
from benchmarks.packs import read_lines
from benchmarks.rows import ROWS

LINES = 4_000


@pytest.fixture
def prices(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Return the list prices, with fewer lines to measure: cells that are not full cost more, not less."""
    monkeypatch.setattr(goals, "read_lines", lambda kind, count=LINES: read_lines(kind, count))
    goals.measure_both.cache_clear()
    goals.measure_reads.cache_clear()
    return tomllib.loads(PRICES.read_text("utf-8"))


def test_every_goal_is_reached(prices: dict[str, Any]) -> None:
    """Of each format, of small objects, of what is kept, and of what is read."""
    rows = list(list_goals(prices))
    missed = [one.name for one in rows if one.measure() > one.goal]
    goals.measure_both.cache_clear()
    goals.measure_reads.cache_clear()
    assert missed == []
    assert len({one.name for one in rows}) == len(rows) >= 20


def test_the_benchmarks_have_the_goals_too(prices: dict[str, Any]) -> None:
    """`make bench` prints each beside the others; none is a gate, since `make cost` is."""
    of_bench = {row.name: (row.goal, row.is_limit, row.is_gate) for row in ROWS}
    for one in list_goals(prices):
        assert of_bench[one.name] == (one.goal, True, False)


def test_a_missed_goal_is_marked(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that the command fails."""
    rows = [Goal("small", 2, lambda: 2), Goal("large", 2, lambda: 2.01)]
    monkeypatch.setattr(goals, "list_goals", lambda _: iter(rows))
    assert [line.split("|")[-2].strip() for line in build_table({})][2:] == ["reached", "missed"]
    assert goals.main() == 1
