"""Statistics are those of CloudWatch's definitions."""

import pytest

from emulator.aws.alarms.statistics import compute_statistic

VALUES = [float(number) for number in range(1, 101)]


@pytest.mark.parametrize(
    ("statistic", "wanted"),
    [
        ("Sum", 5050.0),
        ("Average", 50.5),
        ("Minimum", 1.0),
        ("Maximum", 100.0),
        ("SampleCount", 100.0),
        ("p99", 99.0),
        ("p99.9", 100.0),
        ("p0", 1.0),
        ("TC(90:)", 10.0),
        ("TC(:90)", 90.0),
        ("PR(10:20)", 10.0),
    ],
)
def test_a_statistic_is_computed_from_all_values(statistic: str, wanted: float) -> None:
    """In a trimmed count the lower bound is left out, and the upper one counted."""
    assert compute_statistic(statistic, VALUES) == wanted


def test_no_values_have_no_statistic() -> None:
    """A period without samples has no data point, not even a sum of 0."""
    assert compute_statistic("Sum", []) is None


def test_an_unknown_statistic_is_refused() -> None:
    """It is named."""
    with pytest.raises(LookupError, match="IQM"):
        compute_statistic("IQM", VALUES)
