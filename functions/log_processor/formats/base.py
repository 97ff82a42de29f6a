"""The protocol of a format: a name, and a function that reads one raw record or says that it is not its own."""

from collections.abc import Callable
from dataclasses import dataclass

from log_processor.record import Parsed

Parse = Callable[[str, int], Parsed | None]


@dataclass(frozen=True, slots=True)
class Format:
    """One format: `parse(text, near_ms)` gives the fields of a raw record, or None where it is not of this format.

    `near_ms` is the object's last-modified time in epoch milliseconds: times without a year lie near it.
    """

    name: str
    parse: Parse
