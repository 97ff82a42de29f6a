"""The chaos run finds ledger rows that say something else of an object than was uploaded."""

from typing import Any

import pytest

from emulator.chaos.ledger import sum_ranges
from emulator.chaos.row_facts import find_wrong_facts

NAME = "s3://logs/web/a.log"
UPLOADED_MS = 1_780_000_000_000


def find(*rows: dict[str, dict[str, Any]], uploaded_ms: int = UPLOADED_MS) -> list[str]:
    (ranges,) = sum_ranges(rows).values()
    return list(find_wrong_facts(NAME, 500, uploaded_ms, ranges))


def make_row(start: int = 0, **changes: Any) -> dict[str, dict[str, Any]]:
    """Return a row, changed; None takes an attribute away."""
    texts = {"object": NAME, "version": "v1", "status": "done", "source": "web"}
    numbers = {"start": start, "bytes": 500, "size": 500, "event_time": UPLOADED_MS + 40}
    facts = {name: {"S": text} for name, text in texts.items()} | {name: {"N": str(n)} for name, n in numbers.items()}
    kept = {name: value for name, value in changes.items() if value is not None}
    typed = {name: {"S" if isinstance(value, str) else "N": str(value)} for name, value in kept.items()}
    return {name: value for name, value in (facts | typed).items() if changes.get(name, "") is not None}


def test_rows_that_are_right() -> None:
    """The row of a range of the object has no size; an object that failed may have none either."""
    assert find(make_row()) == []
    assert find(make_row(end=500, bytes=0, ranges=1), make_row(end=500, size=None)) == []
    assert find(make_row(status="failed", size=None)) == []


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"source": "logs"}, "that its source is logs, it is web"),
        ({"source": None}, "that its source is , it is web"),
        ({"size": 499}, "that it has [499] bytes, it has 500"),
        ({"size": None}, "that it has [] bytes, it has 500"),
        ({"event_time": None}, "1 ledger rows say no time"),
        ({"event_time": UPLOADED_MS - 61_000}, "1 that of another upload"),
        ({"event_time": UPLOADED_MS + 61_000}, "1 that of another upload"),
    ],
)
def test_each_fact_that_is_wrong_is_a_problem(changes: dict[str, Any], problem: str) -> None:
    """It names the object and both values."""
    (found,) = find(make_row(**changes))
    assert found.startswith(f"{NAME}: ")
    assert problem in found


def test_the_time_of_many_uploads_is_not_judged() -> None:
    """Without versions, an event may be that of an earlier upload; it has a time though."""
    assert find(make_row(event_time=5), uploaded_ms=0) == []
    assert len(find(make_row(event_time=None), uploaded_ms=0)) == 1
