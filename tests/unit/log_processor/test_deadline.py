"""Test how an invocation divides its time: reading, the last writes, and the calls that say what was done."""

import pytest
from log_processor.work.deadline import LAST_MS, Deadline, compute_margin_ms


@pytest.mark.parametrize("whole_ms", [5_000, 30_000, 60_000, 900_000])
def test_calls_after_the_last_write_have_half_the_margin(whole_ms: int) -> None:
    """What is stored and not in the ledger is stored again by the next attempt: its time must not go to waiting."""
    deadline = Deadline(lambda: whole_ms)
    left_s = deadline.get_call_s() - deadline.get_write_s()
    assert left_s == pytest.approx((compute_margin_ms(whole_ms) / 2 - LAST_MS) / 1000, abs=0.05)


def test_writes_may_wait_in_the_margin_too() -> None:
    """Reading has stopped then, and what was read is still written."""
    left_ms = [60_000.0]
    deadline = Deadline(lambda: left_ms[0])
    left_ms[0] = 9_999
    assert deadline.near
    assert deadline.get_write_s() == pytest.approx(4.999)
