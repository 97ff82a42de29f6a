"""The states are those of the tables in AWS's guide: X breaches, 0 does not, - is missing; the newest stands last."""

import pytest

from emulator.aws.alarms.judgement import decide_state

BREACHES = {"X": True, "0": False, "-": None}
TREATMENTS = ("missing", "ignore", "breaching", "notBreaching")
KEPT = "as it was"
THREE_OF_THREE = [
    ("0 - X - X", "OK", "OK", "OK", "OK"),
    ("0 - - - -", "OK", "OK", "OK", "OK"),
    ("- - - - -", "INSUFFICIENT_DATA", KEPT, "ALARM", "OK"),
    ("0 X X - X", "ALARM", "ALARM", "ALARM", "ALARM"),
    ("- - X - -", "ALARM", KEPT, "ALARM", "OK"),
]
TWO_OF_THREE = [
    ("0 - X - X", "ALARM", "ALARM", "ALARM", "ALARM"),
    ("0 0 X 0 X", "ALARM", "ALARM", "ALARM", "ALARM"),
    ("0 - X - -", "OK", "OK", "ALARM", "OK"),
    ("- - - - 0", "OK", "OK", "ALARM", "OK"),
    ("- - - X -", "ALARM", KEPT, "ALARM", "OK"),
]
CASES = [(3, *row) for row in THREE_OF_THREE] + [(2, *row) for row in TWO_OF_THREE]


@pytest.mark.parametrize(("datapoints", "drawn", "missing", "ignore", "breaching", "not_breaching"), CASES)
def test_missing_points_are_judged_as_documented(
    datapoints: int, drawn: str, missing: str, ignore: str, breaching: str, not_breaching: str
) -> None:
    """Only as many count as the alarm lacks; the state before is kept where nothing else is known."""
    points = [BREACHES[one] for one in drawn.split()]
    wanted = (missing, ignore, breaching, not_breaching)
    found = tuple(decide_state(points, 3, datapoints, treatment, KEPT) for treatment in TREATMENTS)
    assert found == wanted


def test_older_points_are_not_needed() -> None:
    """If none is missing, the newest decide."""
    assert decide_state([True, True, False], 1, 1, "notBreaching", "ALARM") == "OK"


def test_a_young_breach_alone_changes_nothing() -> None:
    """It is younger than the points that the alarm needs."""
    assert decide_state([None, None, None, None, True], 3, 3, "missing", "OK") == "OK"
