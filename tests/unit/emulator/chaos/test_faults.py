"""Faults are drawn from a seed, every kind occurs, and retries can succeed."""

from collections import Counter
from collections.abc import Iterable
from itertools import pairwise

import pytest

from emulator.chaos.faults import MAX_BATCH_KILLS, MAX_KILLS, SHARES, Fault, Faults
from emulator.chaos.requests import Request


def draw(seed: int, operation: str, count: int = 400, subject: str = "a.log") -> list[str | None]:
    faults = Faults(seed)
    drawn = [faults.draw(Request(operation, subject, "key")) for _ in range(count)]
    return [fault.kind if fault else None for fault in drawn]


def count_kills(kinds: Iterable[str | None]) -> int:
    return sum(str(kind).startswith(("killed", "trickled")) for kind in kinds)


def test_a_seed_repeats() -> None:
    """The n-th request of an operation for an object always has the same fate."""
    assert draw(1, "GetObject") == draw(1, "GetObject")
    assert draw(1, "GetObject") != draw(2, "GetObject")


def test_every_kind_occurs() -> None:
    """The rare ones, too, within few requests."""
    faults = Faults(3)
    for operation in SHARES:
        for number in range(60):
            faults.draw(Request(operation, f"{number % 30}.log", "key"))
    assert faults.list_missing() == []


def test_a_third_of_the_batches_is_throttled_or_unprocessed() -> None:
    """This is the share that the run promises."""
    counts = Counter(draw(4, "BatchWriteItem", 4_000))
    assert 0.27 < (counts["throttled"] + counts["unprocessed"]) / 4_000 < 0.34


@pytest.mark.parametrize(("operation", "kills"), [("BatchWriteItem", MAX_BATCH_KILLS), ("PutObject", MAX_KILLS)])
def test_an_object_is_killed_twice_at_most(operation: str, kills: int) -> None:
    """An event has three attempts, so the third can succeed."""
    assert count_kills(draw(5, operation, 4_000)) == kills


def test_fewer_kills_may_be_asked_for() -> None:
    """Where an attempt may be lost otherwise, too, one kill leaves one that can succeed."""
    faults = Faults(5, max_kills=1)
    drawn = [faults.draw(Request("LedgerEnd", "a.log", "key")) for _ in range(4_000)]
    assert count_kills(fault.kind if fault else None for fault in drawn) == 1


def test_batches_leave_a_kill_to_what_comes_after_them() -> None:
    """A rejects file is written behind all batches of its range, and there are few such ranges."""
    faults = Faults(5)
    requests = [
        Request(operation, "a.log", "key") for operation in ("BatchWriteItem", "PutObject") for _ in range(2_000)
    ]
    drawn = [fault.kind if fault else None for fault in map(faults.draw, requests)]
    assert (count_kills(drawn[:2_000]), count_kills(drawn[2_000:])) == (1, 1)


def test_no_request_of_the_ledger_fails_twice_in_a_row() -> None:
    """Clients retry only a few times; two faults in a row are allowed only until each kind has occurred."""
    kinds = draw(6, "LedgerEnd", 2_000)[50:]
    assert not any(first and second for first, second in pairwise(kinds))


def test_a_body_ends_after_any_number_of_bytes() -> None:
    """The first byte always arrives; the cut may be behind it, anywhere, or behind the last one."""
    cuts = {Fault("cut_off", number / 5_000).choose_cut(300) for number in range(5_001)}
    assert cuts == set(range(1, 301))
