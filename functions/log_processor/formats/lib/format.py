"""The protocol of a format: a name, a function that reads one raw record, and what an object's lines say about it."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple


@dataclass(slots=True)
class Parsed:
    """What a format read from one raw record: typed fields, the event's own time, a normalised level.

    `parse_error` says why the format that was declared for it could not read it: the record is a reject.
    """

    fields: dict[str, Any]
    timestamp_ms: int | None = None
    level: str | None = None
    parse_error: str | None = None


Parse = Callable[[str, int], Parsed | None]


@dataclass(frozen=True, slots=True)
class Header:
    """What a header-driven format needs: its own lines name the fields of those that follow.

    `read(line, state)` gives the new state where `line` is a header or directive, else None; the state is text, and
    travels with what remains of an object. `bind(state)` gives the parser of the records below; None is no header yet.
    """

    read: Callable[[str, str | None], str | None]
    bind: Callable[[str | None], Parse]


class Strand(NamedTuple):
    """What a line of interwoven streams says.

    Which stream it is of, whether its text may begin an event (`fresh`), and whether its text breaks off to go on in
    the next line of the same stream (`partial`).
    """

    stream: bytes
    fresh: bool
    partial: bool


@dataclass(frozen=True, slots=True)
class Format:
    """One format: `parse(text, near_ms)` gives the fields of a raw record, or None where it is not of this format.

    `near_ms` is the object's last-modified time in epoch milliseconds: times without a year lie near it.
    `starts`, where set, matches the lines that begin a record; every other line belongs to the record before it.
    `strand`, where set instead, tells of each line what joins it to another one of the same stream.
    `key`, where set, is found in the keys under which the format's objects are delivered, and speaks for it.
    """

    name: str
    parse: Parse
    starts: re.Pattern[bytes] | None = None
    header: Header | None = None
    strand: Callable[[bytes], Strand] | None = None
    key: re.Pattern[str] | None = None
