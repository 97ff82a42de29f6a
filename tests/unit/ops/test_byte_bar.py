"""A bar shows for each byte of an object what became of it."""

from typing import Any

import pytest
from log_processor.storing.ledger_row import parse_row

from ops.byte_bar import ByteBar, build_bars
from tests.unit.ops.test_coverage import make_row, make_split

Item = dict[str, dict[str, Any]]


def draw(*items: Item) -> ByteBar:
    (bar,) = build_bars([parse_row(item) for item in items])
    return bar


def list_states(bar: ByteBar) -> list[tuple[int, int, str]]:
    return [(one.start, one.end, one.state) for one in bar.stretches]


def test_each_range_stands_over_its_bytes() -> None:
    """A range that was split has none of its own, and what no range has is missing."""
    bar = draw(make_split(3, 300), make_row(0, 100), make_row(200, 300, "failed", stored=0, read=0))
    assert list_states(bar) == [(0, 100, "done"), (100, 200, "missing"), (200, 300, "failed")]
    assert [(one.x, one.width, one.kind) for one in bar.rectangles] == [
        (0, 333.33, "stored"),
        (333.33, 333.33, "missing"),
        (666.67, 333.33, "failed"),
    ]
    assert bar.describe() == "100 bytes done, 100 bytes missing, 100 bytes failed"


def test_the_height_is_divided_by_records() -> None:
    """What was filtered and rejected stands below what was stored, in the shares of the range."""
    bar = draw(make_row(0, None, read=10, stored=5, filtered=3, rejected=2))
    shares = [(one.kind, one.y, one.height) for one in bar.rectangles]
    assert shares == [("stored", 0, 50), ("filtered", 50, 30), ("rejected", 80, 20)]


@pytest.mark.parametrize(
    ("items", "states"),
    [
        ([make_row(0, None, "continued", resume=50), make_row(50, None)], [(0, 50, "continued"), (50, 150, "done")]),
        (
            [make_split(2, 200), make_row(0, 100, "continued", resume=130), make_row(130, 100), make_row(100, 200)],
            [(0, 100, "continued"), (100, 200, "done")],
        ),
        (
            [make_split(2, 100), make_row(0, 100), make_row(50, 100)],
            [(0, 100, "done"), (50, 100, "done"), (50, 100, "repeated")],
        ),
        ([make_row(0, None, "running", bytes=0)], [(0, 1, "running")]),
    ],
)
def test_hops_and_overlaps_are_seen(items: list[Item], states: list[tuple[int, int, str]]) -> None:
    """The rest of a continued range begins where it ended, also behind the range's own end."""
    assert list_states(draw(*items)) == states


def test_each_member_of_a_zip_has_a_bar() -> None:
    """The zip's own row, which counts its members, has none."""
    members = [{**make_row(0, None), "member": {"N": str(number)}} for number in (1, 0)]
    assert [bar.member for bar in build_bars([parse_row(item) for item in (make_split(2, 900), *members)])] == [0, 1]


def test_thousands_of_ranges_are_one_drawing() -> None:
    """Neighbours that are narrower than a point stand together, with all their records."""
    bar = draw(make_split(9_000, 90_000), *(make_row(n * 10, n * 10 + 10) for n in range(9_000)))
    assert len(bar.stretches) == 9_000
    assert 500 <= len(bar.rectangles) <= 1_000
    assert round(sum(one.width for one in bar.rectangles)) == 1_000


def test_rejects_are_marked_at_their_places() -> None:
    """Many at one place are one mark."""
    assert draw(make_row(0, None, bytes=200)).mark([0, 50, 50, 100]).rejects == (0, 250, 500)
