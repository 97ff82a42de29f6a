"""The account's pool and the functions' reservations bound what runs at once, and what is throttled is counted."""

import io
import json
from contextlib import ExitStack
from typing import Any

import pytest

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


@pytest.mark.parametrize(
    ("size", "count", "status"),
    [
        (1000, 700, "200 OK"),
        (1000, 701, "400 Bad Request"),
        (110, 1, "400 Bad Request"),
        (10, 1, "400 Bad Request"),
        (10, 0, "200 OK"),
    ],
)
def test_a_hundred_of_the_account_are_not_reserved(size: int, count: int, status: str) -> None:
    """What others reserve, 200 here, counts; a smaller account reserves nothing, and every function can be stopped."""
    pool = ConcurrencyPool(size, lambda: {"a": 50, "b": 200})
    said: list[Any] = []

    def accept(_environ: Any, start_response: Any) -> list[bytes]:
        start_response("200 OK", [])
        return []

    body = json.dumps({"ReservedConcurrentExecutions": count}).encode()
    environ = {"REQUEST_METHOD": "PUT", "PATH_INFO": "/2017-10-31/functions/a/concurrency"}
    asked = environ | {"CONTENT_LENGTH": str(len(body)), "wsgi.input": io.BytesIO(body)}
    pool.refuse_reservations(accept)(asked, lambda *given: said.extend(given))
    assert said[0] == status
