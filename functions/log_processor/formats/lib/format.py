"""The protocol of a format: a name, a function that reads one raw record, and what an object's lines say about it."""

import re
from collections.abc import Callable
from dataclasses import KW_ONLY, dataclass
from enum import Enum
from typing import Any, NamedTuple

from log_processor.state import Columns


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
class HeaderLines:
    """What a header-driven format needs: its own lines name the fields of those that follow.

    `read(line, said)` gives what is said now where `line` is a header or directive, else None; the columns travel with
    what remains of an object. `bind(columns)` gives the parser of the records below; None is no header yet.
    """

    read: Callable[[str, Columns | None], Columns | None]
    bind: Callable[[Columns | None], Parse]


class StreamLine(NamedTuple):
    """What a line of interwoven streams says.

    Which stream it is of, whether its text may begin an event (`fresh`), and whether its text breaks off to go on in
    the next line of the same stream (`partial`).
    """

    stream: bytes
    begins_event: bool
    partial: bool


class CarrierKind(Enum):
    """Where a line of one format may be the message of another's: in a container's log, or with a log service."""

    CONTAINER = "container"
    LOG_SERVICE = "log service"


ANYWHERE = frozenset(CarrierKind)
LOG_SERVICE = frozenset({CarrierKind.LOG_SERVICE})


@dataclass(frozen=True, slots=True)
class Embedded:
    """Where a format's records may be the message of another format's, and what tells quickly that one is not.

    `begins` holds the characters that such a message may begin with, `needs` a text that it cannot be without. With
    `own_message` the field `message` is the one that the format reads; else it is the whole of what was carried.
    """

    carriers: frozenset[CarrierKind]
    begins: str
    needs: str = ""
    own_message: bool = False


ReadMessage = Callable[[str, int], tuple[Embedded, Parsed] | None]
"""Reads a message that another format carries: how its format may be embedded, and what it says; None if none reads it.

A plain tuple: one is made for each line of a container."""


def read_nothing(_message: str, _last_modified_ms: int) -> None:
    """Read no message: every one is text."""


@dataclass(frozen=True, slots=True)
class Carrier:
    """What a format needs whose lines carry messages of other formats: the place that they are, and its own parser."""

    kind: CarrierKind
    parse: Callable[[str, int, ReadMessage], Parsed | None]

    def bind(self, read: ReadMessage = read_nothing) -> Parse:
        """Return the parser that reads messages by `read`; without one every message is text."""
        parse = self.parse
        return lambda text, last_modified_ms: parse(text, last_modified_ms, read)


class Column(NamedTuple):
    """A field that the records of a format may have: its name, or a pattern with `*`, its unit, and what is particular.

    What a name means in every format stands in the vocabulary of the documentation.
    """

    name: str
    unit: str = ""
    note: str = ""


def list_columns(names: str, unit: str = "", note: str = "") -> tuple[Column, ...]:
    """Return a column for each word of `names`, all with the same unit and note."""
    return tuple(Column(name, unit, note) for name in names.split())


@dataclass(frozen=True, slots=True)
class Format:
    """One format: what there is to say of it, and how its records are read.

    `parse(text, last_modified_ms)` gives the fields of a raw record, or None where it is not of this format.
    `last_modified_ms` is the object's last-modified time in epoch milliseconds: times without a year lie near it.
    `title`, `specification` (where others say how it is written), `notes` and `sample`, one record below its header,
    are for the documentation, which is made from them. `schema` has the fields of its records; with `keeps_members`
    they have members of the record's own beside these, under their own names.
    `embedded` says where its records may be the message of another format's; None is nowhere.
    `starts`, where set, matches the lines that begin a record; every other line belongs to the record before it.
    `strand`, where set instead, tells of each line what joins it to another one of the same stream.
    `key`, where set, is found in the keys under which the format's objects are delivered, and speaks for it.
    `carrier`, where set, reads lines that carry messages; `parse` then takes every message for text, until
    `embedding.complete` has given it a reader of them.
    """

    name: str
    parse: Parse
    _: KW_ONLY
    title: str
    specification: str
    schema: tuple[Column, ...]
    sample: str
    embedded: Embedded | None
    notes: str = ""
    keeps_members: bool = False
    carrier: Carrier | None = None
    starts: re.Pattern[bytes] | None = None
    header_lines: HeaderLines | None = None
    read_stream_line: Callable[[bytes], StreamLine] | None = None
    key: re.Pattern[str] | None = None
