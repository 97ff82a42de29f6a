"""The table of objects shows every name and every number in full at any width."""

from dataclasses import replace

import pytest

from emulator.demo.ledger import ObjectAccount
from emulator.demo.table import render_table
from tests.unit.emulator.demo.results import make_result, readable, unreadable

LONG = "load-balancer/app-shop_20260302T0900Z_192.0.2.17_2k8x.log.gz"


def render_lines(width: int, *keys: str) -> list[str]:
    big = ObjectAccount("done", "syslog_rfc3164", "", 1_234_567, 1_234_560, 7, 0, 83_500)
    objects = [replace(readable(key), account=big) for key in keys]
    return [line.plain for line in render_table(make_result(*objects, unreadable("x.zip")), width)]


@pytest.mark.parametrize("width", [40, 60, 80, 120])
def test_names_and_numbers_are_whole(width: int) -> None:
    """If both do not fit on one line, the name has a line of its own."""
    table = "\n".join(render_lines(width, LONG, "büro/日本.log"))
    for whole in (LONG, "büro/日本.log", "syslog_rfc3164", "1,234,567", "1,234,560", "83.50 s", "2,469,134"):
        assert whole in table


def test_a_wide_table_has_one_line_for_each_object() -> None:
    """Its columns are aligned, also after names of wide characters."""
    table = render_lines(120, "a.log", "日本.log")
    assert [line[: line.index("1,234,567")].rstrip() for line in table if "1,234,567" in line] == [
        "a.log     syslog_rfc3164",
        "日本.log  syslog_rfc3164",
    ]


def test_a_long_name_among_short_ones_has_a_line_of_its_own() -> None:
    """The other names share a line with their numbers."""
    table = render_lines(100, "a.log", LONG)
    assert next(line for line in table if line.startswith("a.log")).split()[:3] == [
        "a.log",
        "syslog_rfc3164",
        "1,234,567",
    ]
    row = table.index(LONG)
    assert table[row + 1].split()[:2] == ["syslog_rfc3164", "1,234,567"]


def test_a_narrow_table_has_two_lines_for_each_object() -> None:
    """The first has name and format, the second the numbers, within 60 columns."""
    table = render_lines(60, LONG)
    row = table.index(f"{LONG}  syslog_rfc3164")
    assert table[row + 1].split() == ["1,234,567", "1,234,560", "7", "0", "83.50", "s", "done"]
    assert all(len(line) <= 60 for line in table if not line.startswith(LONG))


def test_each_total_is_the_sum_of_its_column() -> None:
    """Times are summed, too, although objects are processed side by side."""
    total = render_lines(120, "a.log", "b.log")[-1].split()
    assert total == ["total", "2,469,134", "2,469,120", "14", "0", "167.05", "s"]


def test_keys_cannot_move_the_cursor() -> None:
    """Control characters are escaped."""
    assert "a\\x1b[2J.log" in "\n".join(render_lines(120, "a\x1b[2J.log"))
