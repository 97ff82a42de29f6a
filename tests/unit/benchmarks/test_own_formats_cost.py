"""Parsing by a format of `routes.toml` costs at most four times what the formats that are built in take."""

from benchmarks.own_formats import measure_formats

MAX_RATIO = 4.0


def test_an_own_format_takes_at_most_four_times_the_median() -> None:
    """A delimiter, an expression, and one with lines that go on, side by side with all others."""
    ratios, _ = measure_formats(rounds=20)
    assert len(ratios) == 3
    assert {name: ratio for name, ratio in ratios.items() if ratio > MAX_RATIO} == {}
