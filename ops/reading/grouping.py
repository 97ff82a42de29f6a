"""Group what is read, or sent, into as many as one request takes."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

Element = TypeVar("Element")


def group(elements: Iterable[Element], size: int) -> Iterator[list[Element]]:
    """Yield the elements in lists of `size`; the last one may be shorter."""
    remaining = iter(elements)
    while some := list(islice(remaining, size)):
        yield some
