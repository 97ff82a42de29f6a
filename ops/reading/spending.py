"""How reading tells what it has read."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from ops.frame.progress import show_progress
from ops.frame.read_budget import ReadBudget

Spend = Callable[[int], None]
"""Called with the bytes that each answer of DynamoDB has read; what it raises ends the reading."""


def ignore_bytes(_: int) -> None:
    """Count nothing: the `Spend` of reads that are not limited."""


@contextmanager
def watch_reading(budget: ReadBudget, what: str, title: str = "") -> Iterator[Spend]:
    """Yield what counts the bytes that each answer has read, and shows them on a terminal under the title.

    It raises `CommandError` after the first one above the limit, which names what was read.
    """
    with show_progress(f"bytes of {title or what}") as advance:

        def spend(read_bytes: int) -> None:
            budget.spend(read_bytes, what)
            advance(read_bytes)

        yield spend
