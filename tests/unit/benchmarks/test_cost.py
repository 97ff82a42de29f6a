"""Items are counted as DynamoDB counts them, and ADR 8 shows what `make cost` prints."""

import tomllib
from pathlib import Path

import pytest

from benchmarks.cost import KINDS, PRICES, Sizes, build_table, compute_cost, measure
from ops.pricing.item_size import count_item_bytes

PROJECT = Path(__file__).resolve().parents[3]
PAGE = PROJECT / "docs" / "adr" / "0008-records-in-dynamodb.md"


@pytest.mark.parametrize(
    ("item", "size"),
    [
        ({"id": {"S": "grün"}}, 2 + 5),
        ({"n": {"N": "1234"}}, 1 + 3),
        ({"n": {"N": "-1200"}}, 1 + 3),
        ({"b": {"BOOL": True}, "z": {"NULL": True}}, 2 + 2),
        ({"d": {"B": "AAEC"}}, 1 + 3),
        ({"d": {"B": b"AAEC"}}, 1 + 4),
        ({"m": {"M": {"a": {"S": "x"}, "l": {"L": [{"N": "7"}]}}}}, 1 + 3 + 2 + 2 + 1 + 3 + 1 + 2),
    ],
)
def test_an_item_is_counted_as_dynamodb_does(item: dict[str, dict[str, object]], size: int) -> None:
    """Names and text count in UTF-8, numbers two digits a byte and one, maps and lists three and one a member."""
    assert count_item_bytes(item) == size


def test_a_unit_is_a_kilobyte_begun() -> None:
    """A million lines of 1,000 bytes that take two units each: two million units, three with the index."""
    prices = {
        "dynamodb": {"million_write_units": 0.5, "gb_month": 0.25, "gb_month_recovery": 0.25},
        "lambda": {"gb_second": 0.0},
    }
    sizes = Sizes("any", line_bytes=1000, item_bytes=1900, entry_bytes=100, units=2, units_indexed=3, processor_s=0)
    costs = compute_cost(sizes, prices)
    assert (costs.write, costs.write_indexed) == (1.0, 1.5)
    assert (costs.month, costs.month_indexed) == (1.0, 1.05)


def test_every_kind_becomes_records_of_its_format() -> None:
    """No sample line is left out: each is an item of at least one unit, larger than the line."""
    for kind in KINDS:
        sizes = measure(kind, 200)
        assert sizes.units >= 1
        assert sizes.item_bytes > sizes.line_bytes


def test_an_entry_of_the_index_takes_one_unit() -> None:
    """Whatever the size of a record: its entry holds the keys, level, status and format."""
    for kind in KINDS:
        sizes = measure(kind, 200)
        assert sizes.units_indexed == sizes.units + 1
        assert sizes.entry_bytes < 200


def test_the_decision_shows_what_the_command_prints() -> None:
    """ADR 8's table is older than the code, the samples or the prices: run `make cost` and write it there."""
    rows = [line for line in PAGE.read_text("utf-8").splitlines() if line.startswith("|")]
    assert rows == build_table(tomllib.loads(PRICES.read_text("utf-8")))


def test_the_readme_says_the_same() -> None:
    """Its dollars are the decision's, rounded: to write a GB with the index, and to keep it for a month."""
    prices = tomllib.loads(PRICES.read_text("utf-8"))
    alb, json_lines, syslog = (compute_cost(measure(kind), prices) for kind in KINDS)
    words = " ".join((PROJECT / "README.md").read_text("utf-8").split())
    assert f"A GB of ALB lines costs about ${alb.write_indexed:.0f} to store with the query index" in words
    assert f"of JSON lines ${json_lines.write_indexed:.0f}, of short syslog lines ${syslog.write_indexed:.0f}" in words
    assert f"${alb.month_indexed:.0f} to ${syslog.month_indexed:.0f} a month to keep" in words
