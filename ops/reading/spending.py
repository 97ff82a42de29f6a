"""How reading tells what it has read."""

from collections.abc import Callable

Spend = Callable[[int], None]
"""Called with the bytes that each answer of DynamoDB has read; what it raises ends the reading."""


def ignore_bytes(_: int) -> None:
    """Count nothing: the `Spend` of reads that are not limited."""
