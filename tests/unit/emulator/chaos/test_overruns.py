"""A call that does not end while its answer trickles is noticed by the invocations that it takes with it."""

import pytest

from emulator.aws.invocations import Invocation
from emulator.chaos.overruns import find_overruns

TIMED_OUT = "r1 Task timed out after 3.00 seconds"
KILLED = "RequestId: r1 Error: Runtime exited with -9"


def make_invocations(late: str, others: str) -> list[Invocation]:
    """Return invocations of processes with these letters as access keys; those of `late` outlasted their time."""
    errors = [(key, TIMED_OUT) for key in late] + [(key, error) for key in others for error in (None, KILLED)]
    return [
        Invocation("app", "1", "r1", "sqs", 3e3, 90, cold=False, error=error, access_key=key) for key, error in errors
    ]


@pytest.mark.parametrize(
    ("late", "trickled", "problems"),
    [
        ("", "abcd", 0),
        ("xyz", "abcd", 0),
        ("a", "a", 0),
        ("ab", "ab", 1),
        ("abc", "abcd", 0),
        ("abcdx", "abcd", 1),
    ],
    ids=["none", "others", "a single one", "both", "three of four", "each"],
)
def test_what_most_trickled_answers_take_with_them_is_a_problem(late: str, trickled: str, problems: int) -> None:
    """A few may be late on a busy machine; a call without a bound is late each time."""
    found = list(find_overruns(make_invocations(late, "abcdz"), {"GetObject": set(trickled), "LedgerEnd": {"z"}}))
    assert len(found) == problems
    assert all("to which GetObject trickled an answer" in problem for problem in found)
