"""The chaos run finds ledger rows that do not add up."""

from typing import Any

import pytest

from emulator.chaos.ledger import ObjectVersion, RangeTotals, sum_ranges

VERSION = ObjectVersion("s3://logs/a.log", "v1")


def make_row(start: int, status: str = "done", **numbers: int) -> dict[str, dict[str, Any]]:
    counts = {"read": 5, "stored": 3, "filtered": 1, "rejected": 1, "start": start} | numbers
    texts = {"object": VERSION.name, "version": VERSION.version, "status": status}
    return {name: {"S": text} for name, text in texts.items()} | {name: {"N": str(n)} for name, n in counts.items()}


def sum_rows(*rows: dict[str, dict[str, Any]]) -> RangeTotals:
    return sum_ranges(rows)[VERSION]


def test_ranges_that_follow_each_other_are_accounted_for() -> None:
    """A continued range ends where its work resumes, a split one at its end, the last one at the object's end."""
    totals = sum_rows(
        make_row(0, ranges=2, end=0) | {"end": {"N": "90"}},
        make_row(0, "continued", end=50, resume=20),
        make_row(20, end=50, bytes=33),
        make_row(50, bytes=40, end=90),
    )
    assert totals.unaccounted == 0
    assert (totals.continued, totals.split, totals.open, totals.failed) == (1, 1, 0, False)


def test_a_range_may_be_continued_after_its_end() -> None:
    """Its last record reaches into the next range; a row of its own holds the rest of that record."""
    assert (
        sum_rows(make_row(0, "continued", end=10, resume=17), make_row(17, end=10), make_row(10, bytes=9)).unaccounted
        == 0
    )


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param([make_row(10, bytes=5)], id="the beginning is missing"),
        pytest.param([make_row(0, end=10), make_row(20, bytes=5)], id="a gap"),
        pytest.param([make_row(0, end=10), make_row(5, bytes=5)], id="an overlap"),
        pytest.param([make_row(0, bytes=5, stored=4)], id="the counts do not add up"),
        pytest.param([make_row(0, ranges=2)], id="split and never read"),
        pytest.param([make_row(0, "continued", resume=20)], id="continued and never read"),
    ],
)
def test_gaps_overlaps_and_wrong_sums_are_counted(rows: list[dict[str, dict[str, Any]]]) -> None:
    """Each of these would mean lost or duplicate records."""
    assert sum_rows(*rows).unaccounted == 1


def test_a_row_that_is_not_final_is_open() -> None:
    """Work began, and no row says how it ended."""
    assert sum_rows(make_row(0, "running", bytes=5)).open == 1
