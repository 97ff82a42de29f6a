"""Faults are drawn from a seed, cover every kind, and leave room for success."""

from collections import Counter
from itertools import pairwise

from emulator.chaos.faults import MOST_KILLS, SHARES, Faults
from emulator.chaos.requests import Request


def drawn(seed: int, operation: str, count: int = 400, subject: str = "a.log") -> list[str | None]:
    faults = Faults(seed)
    return [faults.kind_for(Request(operation, subject, "key")) for _ in range(count)]


def test_a_seed_repeats() -> None:
    """The n-th request of an operation for an object has one fate."""
    assert drawn(1, "GetObject") == drawn(1, "GetObject")
    assert drawn(1, "GetObject") != drawn(2, "GetObject")


def test_every_kind_occurs() -> None:
    """Also the rare ones, within few requests."""
    faults = Faults(3)
    for operation in SHARES:
        for number in range(60):
            faults.kind_for(Request(operation, f"{number % 5}.log", "key"))
    assert faults.missing() == []


def test_a_third_of_the_batches_is_throttled_or_left_over() -> None:
    """The share that the run promises."""
    counts = Counter(drawn(4, "BatchWriteItem", 4_000))
    assert 0.27 < (counts["throttled"] + counts["unprocessed"]) / 4_000 < 0.34


def test_an_object_is_killed_twice_at_most() -> None:
    """An event is tried three times: what can succeed does."""
    kinds = drawn(5, "BatchWriteItem", 4_000)
    assert sum(str(kind).startswith("killed") for kind in kinds) == MOST_KILLS


def test_requests_that_are_retried_a_few_times_do_not_fail_twice_in_a_row() -> None:
    """A client gives up after a handful of tries; only until each kind has occurred may it be two."""
    kinds = drawn(6, "LedgerEnd", 2_000)[50:]
    assert not any(first and second for first, second in pairwise(kinds))
