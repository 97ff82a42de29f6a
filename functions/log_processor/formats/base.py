"""The protocol of a format: a name, and a function that reads one raw record or says that it is not its own."""

from collections.abc import Callable
from dataclasses import dataclass

from log_processor.record import Parsed

Parse = Callable[[str], Parsed | None]


@dataclass(frozen=True, slots=True)
class Format:
    """One format: `parse` gives the fields of a raw record, or None where the text is not of this format."""

    name: str
    parse: Parse
