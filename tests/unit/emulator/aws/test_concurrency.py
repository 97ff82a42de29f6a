"""The account's pool and the functions' reservations bound what runs at once, and what is throttled is counted."""

from contextlib import ExitStack

from emulator.aws.concurrency import ConcurrencyPool


def enter(pool: ConcurrencyPool, stack: ExitStack, *functions: str) -> list[bool]:
    return [stack.enter_context(pool.admit(function)) for function in functions]


def test_the_pool_is_shared() -> None:
    """Of three executions at once, a pool of two throttles the third; there is room again when one ends."""
    pool = ConcurrencyPool(2, dict)
    with ExitStack() as stack:
        assert enter(pool, stack, "a", "b", "a") == [True, True, False]
    assert pool.throttles == {"a": 1}
    with ExitStack() as stack:
        assert enter(pool, stack, "a", "a") == [True, True]


def test_a_reservation_is_the_function_s_own() -> None:
    """It takes no more than it reserves, and the others share the rest."""
    pool = ConcurrencyPool(3, lambda: {"a": 1})
    with ExitStack() as stack:
        assert enter(pool, stack, "a", "a", "b", "b", "b") == [True, False, True, True, False]


def test_a_function_that_reserves_nothing_is_stopped() -> None:
    """A reservation of 0 throttles every execution."""
    with ExitStack() as stack:
        assert enter(ConcurrencyPool(10, lambda: {"a": 0}), stack, "a") == [False]
