"""ADR 25 shows what the fields of a key add to an item, and no usual line needs a write unit more for them."""

from pathlib import Path

from benchmarks.key_fields import OWN, ROWS, build_table, measure_row

PAGE = Path(__file__).resolve().parents[3] / "docs" / "adr" / "0025-fields-of-the-key.md"


def test_the_decision_shows_what_the_command_prints() -> None:
    """Its table is older than the code or the samples: run `python -m benchmarks.key_fields` and write it there."""
    rows = [line for line in PAGE.read_text("utf-8").splitlines() if line.startswith("|")]
    assert rows == build_table()


def test_usual_keys_cost_no_more_units() -> None:
    """The median item is of as many units with the fields that its key gives by itself as without."""
    for row in ROWS:
        before, after = measure_row(row)[2:4]
        assert row.key_fields is not OWN or before == after
