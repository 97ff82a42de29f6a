"""The ledger's rows are held to their arithmetic."""

from typing import Any

import pytest

from emulator.chaos.ledger import Ranges, Version, ranges_of

VERSION = Version("s3://logs/a.log", "v1")


def row(start: int, status: str = "done", **numbers: int) -> dict[str, dict[str, Any]]:
    counts = {"read": 5, "stored": 3, "filtered": 1, "rejected": 1, "start": start} | numbers
    texts = {"object": VERSION.name, "version": VERSION.version, "status": status}
    return {name: {"S": text} for name, text in texts.items()} | {name: {"N": str(n)} for name, n in counts.items()}


def account(*rows: dict[str, dict[str, Any]]) -> Ranges:
    return ranges_of(rows)[VERSION]


def test_ranges_that_follow_each_other_are_accounted_for() -> None:
    """A handed-on range ends where it was handed on, a split one at its end, the last one where the object ends."""
    found = account(
        row(0, ranges=2, end=0) | {"end": {"N": "90"}},
        row(0, "continued", end=50, resume=20),
        row(20, end=50, bytes=33),
        row(50, bytes=40, end=90),
    )
    assert found.unaccounted == 0
    assert (found.continued, found.split, found.open, found.failed) == (1, 1, 0, False)


def test_a_range_may_be_handed_on_behind_its_end() -> None:
    """Its last record reaches into the next range, and the rest has a row of its own."""
    assert account(row(0, "continued", end=10, resume=17), row(17, end=10), row(10, bytes=9)).unaccounted == 0


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param([row(10, bytes=5)], id="the beginning is missing"),
        pytest.param([row(0, end=10), row(20, bytes=5)], id="a gap"),
        pytest.param([row(0, end=10), row(5, bytes=5)], id="an overlap"),
        pytest.param([row(0, bytes=5, stored=4)], id="the counts do not add up"),
        pytest.param([row(0, ranges=2)], id="handed out and never read"),
        pytest.param([row(0, "continued", resume=20)], id="handed on and never read"),
    ],
)
def test_what_is_not_covered_once_is_found(rows: list[dict[str, dict[str, Any]]]) -> None:
    """Each of these would be somebody's lost or doubled records."""
    assert account(*rows).unaccounted == 1


def test_a_row_that_is_not_final_is_open() -> None:
    """Somebody began, and never said how it ended."""
    assert account(row(0, "running", bytes=5)).open == 1
