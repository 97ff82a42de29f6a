"""Define what a format is: its name, its parser, and how an object's lines form its records."""

import re
from collections.abc import Callable
from dataclasses import KW_ONLY, dataclass
from enum import Enum
from typing import Any, NamedTuple, Protocol

from log_processor.state import Below, Columns


@dataclass(slots=True)
class Parsed:
    """Hold what a format read from one raw record: typed fields, the time in epoch milliseconds, the normalised level.

    `parse_error` says why the declared format cannot parse the record, which is then a reject.
    """

    fields: dict[str, Any]
    timestamp_ms: int | None = None
    level: str | None = None
    parse_error: str | None = None


Parse = Callable[[str, int], Parsed | None]


class Mismatch(NamedTuple):
    """Say why a text is no record of a format; `at` is the character at which that shows, counted from 0, if one is.

    The reason holds nothing of the text itself: what a route hides may stand there.
    """

    reason: str
    at: int | None = None


class LineStarts(Protocol):
    """The pattern of the lines that begin a record, such as a compiled regular expression."""

    def match(self, line: bytes, /) -> object:
        """Return None if `line` begins no record, else anything but None."""


@dataclass(frozen=True, slots=True)
class HeaderLines:
    """Read the lines of a format that name the columns of the lines below them.

    `read(line, columns)` returns the columns that apply after `line` if it is a header line or directive, else None.
    The columns are part of the reader state. `bind(columns)` returns the parser of the rows below; it takes None if
    there was no header line yet.
    """

    read: Callable[[str, Columns | None], Columns | None]
    bind: Callable[[Columns | None], Parse]


class StreamLine(NamedTuple):
    """Say how a line joins other lines of the same stream.

    `begins_event` is false if its text can only continue an event. `partial` is true if its text breaks off and
    continues in the next line of the stream.
    """

    stream: bytes
    begins_event: bool
    partial: bool


@dataclass(frozen=True, slots=True)
class StrongStart:
    """Match lines that begin a record in any object: no part of another record looks so.

    A line matches if all of these hold. `words` says it for the documentation.

    - It begins with one of the bytes in `begins`, and holds the bytes `needs`.
    - `pattern` matches at its beginning.
    - `accepts(line)` is true, if there is such a function.
    """

    pattern: re.Pattern[bytes]
    begins: bytes
    _: KW_ONLY
    words: str
    needs: bytes = b""
    accepts: Callable[[bytes], bool] | None = None


class CarrierKind(Enum):
    """Name the kinds of carriers: formats whose records embed lines of other formats."""

    CONTAINER = "container"
    LOG_SERVICE = "log service"
    SYSLOG = "syslog"
    MEMBER = "member of JSON"


ANYWHERE = frozenset(CarrierKind)
LOG_SERVICE = frozenset({CarrierKind.LOG_SERVICE})
MEMBER = frozenset({CarrierKind.MEMBER})
OUTPUT = frozenset({CarrierKind.CONTAINER, CarrierKind.LOG_SERVICE})
"""Carriers that hold nothing but what a program writes to its output."""


@dataclass(frozen=True, slots=True)
class Embedded:
    """Say in which carriers a format's records may be embedded, and how to reject a message quickly.

    A message must begin with one of the characters in `begins`, and contain the text `needs`. If `own_message` is true
    the format's own field `message` is kept; else `message` is the whole embedded text.
    """

    carriers: frozenset[CarrierKind]
    begins: str
    needs: str = ""
    own_message: bool = False


ReadMessage = Callable[[str, int], tuple[Embedded, Parsed] | None]
"""Reads an embedded message: returns how its format may be embedded, and what it says; None if no format reads it.

The answer is a plain tuple, since one is made for each line of a container.
"""


def read_nothing(_message: str, _last_modified_ms: int) -> None:
    """Read no message: each is plain text."""


class ParseCarrier(Protocol):
    """The parser of a format whose lines embed messages of other formats."""

    def __call__(self, text: str, last_modified_ms: int, /, read: ReadMessage) -> Parsed | None:
        """Return what the line says, with what `read` reads of its message; None if it is not of the format."""


@dataclass(frozen=True, slots=True)
class Carrier:
    """Parse lines that embed messages of other formats; `kind` says which formats these may be."""

    kind: CarrierKind
    parse: ParseCarrier

    def bind(self, read: ReadMessage = read_nothing) -> Parse:
        """Return the parser that reads embedded messages with `read`; by default each message is plain text."""
        parse = self.parse

        def parse_message(text: str, last_modified_ms: int) -> Parsed | None:
            return parse(text, last_modified_ms, read)

        return parse_message


class Column(NamedTuple):
    """Describe a field of a format's records: its name, or a pattern with `*`, its unit, and what is particular to it.

    - The documentation's vocabulary says what a name means in every format.
    - `decimals` is how many a number that is not whole always has, such as 3 for `0.010`: so many give its text back.
    - `drops` says what else of the text the value does not give back; most give back all of it.
    """

    name: str
    unit: str = ""
    note: str = ""
    decimals: int | None = None
    drops: str = ""


def list_columns(
    names: str, unit: str = "", note: str = "", decimals: int | None = None, drops: str = ""
) -> tuple[Column, ...]:
    """Return a column for each word of `names`, which are alike in all else."""
    return tuple(Column(name, unit, note, decimals, drops) for name in names.split())


@dataclass(frozen=True, slots=True)
class Format:
    """Describe one format: how its records are parsed, joined and documented.

    - `parse(text, last_modified_ms)` returns the fields of a raw record, or None if it is not of this format.
      `last_modified_ms` is the object's last-modified time in epoch milliseconds: times without a year lie near it.
    - `title`, `specification` (the page that defines the format), `notes` and `sample`, one record below its header
      line, are for the documentation, which is generated from them.
    - `schema` has the fields of its records. With `keeps_members` a record also has members of its own, under their
      names.
    - `embedded` says in which carriers its records may be embedded; None means in none.
    - `starts` matches the lines that begin a record; every other line belongs to the record before it.
    - `strong` match the lines that begin a record of this format in objects of other formats too.
    - `below` says what may stand below the first line of its records, as a part of them.
    - `within` matches lines that look like a part of its records, beside those that look like a part of any.
    - `is_tabbed` says that its records may begin with a tab, which in other formats only inner lines do.
    - `is_weak` says that a single line does not show the format: text of other programs looks like it.
    - `breaks_off` tells whether a line ends within quotes, so that the record goes on with the next one.
    - `read_stream_line` is set instead if records are joined within streams.
    - `signs` are texts of which one must stand in one of an object's first lines, else the object is not of the format.
    - `header_lines` reads the lines that name columns.
    - `key` matches the keys under which a service delivers the format's objects; detection uses it.
    - `carrier` parses lines that embed messages. Until `embedding.bind_carriers` binds a reader of them, `parse` takes
      each message for plain text.
    - `explain(text, last_modified_ms)` says why a text that `parse` does not read is no record, if the format can.
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
    starts: LineStarts | None = None
    strong: tuple[StrongStart, ...] = ()
    below: Below = Below.NOTHING
    within: LineStarts | None = None
    is_tabbed: bool = False
    is_weak: bool = False
    signs: tuple[str, ...] = ()
    header_lines: HeaderLines | None = None
    breaks_off: Callable[[bytes], bool] | None = None
    read_stream_line: Callable[[bytes], StreamLine] | None = None
    key: re.Pattern[str] | None = None
    explain: Callable[[str, int], Mismatch] | None = None
