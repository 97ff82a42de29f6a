"""Decide the state of an alarm from the data points of its evaluation range.

Source: Amazon CloudWatch User Guide, Configuring how CloudWatch alarms treat missing data. The range has more periods
than are evaluated, so that a few missing ones can be replaced by older ones.
"""

from collections.abc import Sequence

OK, ALARM, INSUFFICIENT_DATA = "OK", "ALARM", "INSUFFICIENT_DATA"
EXTRA_PERIODS = 2
"""How many more periods the range has in the examples of the guide, which gives no rule for it."""
Point = bool | None
"""Whether a period breaches the threshold; None if it has no value."""


def decide_state(points: Sequence[Point], periods: int, datapoints: int, missing: str, state: str) -> str:
    """Return the state that follows `state`; `points` are the evaluation range, the oldest first.

    Missing points count only if fewer than `periods` are there. `missing` says as what.
    """
    present = [point for point in points if point is not None]
    if len(present) >= periods:
        return ALARM if sum(present[-periods:]) >= datapoints else OK
    if not present:
        return {"breaching": ALARM, "notBreaching": OK, "ignore": state}.get(missing, INSUFFICIENT_DATA)
    if missing in {"breaching", "notBreaching"}:
        added = (periods - len(present)) * (missing == "breaching")
        return ALARM if sum(present) + added >= datapoints else OK
    if sum(present) >= datapoints:
        return ALARM
    if not all(present):
        return OK
    age = len(points) - next(number for number, point in enumerate(points) if point)
    return ALARM if missing != "ignore" and age >= datapoints else state
