"""Expressions are evaluated for each period; what is missing stays missing."""

import pytest

from emulator.aws.alarms.metric_math import Series, evaluate_expression

SERIES: dict[str, Series] = {"a": (1.0, None, 3.0), "b": (2.0, 5.0, 0.0), "gone": (None, None, None)}


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("100 * a / b", (50.0, None, None)),
        ("a + gone", (None, None, None)),
        ("SUM([a, b, gone])", (3.0, 5.0, 3.0)),
        ("MAX([a, b / 2, gone])", (1.0, 2.5, 3.0)),
        ("MIN([a, b])", (1.0, 5.0, 0.0)),
        ("AVG([a, b])", (1.5, 5.0, 1.5)),
        ("FILL(a, 7)", (1.0, 7.0, 3.0)),
        ("FILL(gone, 0)", (None, None, None)),
        ("IF(b > 1, a, 9)", (1.0, None, 9.0)),
        ("b >= 2", (1.0, 1.0, 0.0)),
        ("4", (4.0, 4.0, 4.0)),
    ],
)
def test_an_expression_has_a_value_for_each_period(text: str, wanted: Series) -> None:
    """Nothing is added to what is missing, and nothing is divided by zero; arrays leave out what misses."""
    assert evaluate_expression(text, SERIES) == wanted


@pytest.mark.parametrize("text", ["ANOMALY_DETECTION_BAND(a)", "a ** b", "unknown + 1", "SUM(METRICS())"])
def test_what_is_not_known_is_refused(text: str) -> None:
    """No alarm is judged by a guess."""
    with pytest.raises(LookupError, match="the local AWS does not know"):
        evaluate_expression(text, SERIES)
