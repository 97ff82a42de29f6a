"""What storing takes reaches its goals, whatever number of lines is measured; `make cost` prints the table."""

import tomllib
from typing import Any

import pytest

from benchmarks import goals
from benchmarks.cost import PRICES
from benchmarks.goals import Goal, build_table, list_goals
from benchmarks.packs import read_lines

LINES = 4_000


@pytest.fixture
def prices(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Return the list prices, with fewer lines to measure: cells that are not full cost more, not less."""
    monkeypatch.setattr(goals, "read_lines", lambda kind, count=LINES: read_lines(kind, count))
    goals.measure_both.cache_clear()
    return tomllib.loads(PRICES.read_text("utf-8"))


def test_every_goal_is_reached(prices: dict[str, Any]) -> None:
    """Of each format, of small objects, of what is kept, and of what is read."""
    found = list(list_goals(prices))
    goals.measure_both.cache_clear()
    assert [one for one in found if not one.is_reached] == []
    assert len({one.name for one in found}) == len(found) >= 20


def test_a_missed_goal_is_marked(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that the command fails."""
    rows = [Goal("small", 2, 2), Goal("large", 2, 2.01)]
    monkeypatch.setattr(goals, "list_goals", lambda _: iter(rows))
    assert [line.split("|")[-2].strip() for line in build_table({})][2:] == ["reached", "missed"]
    assert goals.main() == 1
