"""What is said of a format by its own fields, and what kind of format it is."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from log_processor import formats
from log_processor.formats.lib.format import Format
from log_processor.formats.registry import BY_NAME
from log_processor.record import LogRecord

from ops import parse
from ops.summary import Summary
from tests.support.fixtures import FIXTURES


@dataclass(frozen=True, slots=True)
class Described:
    """A format, and what the page on formats says of it beyond its fields."""

    format: Format

    @property
    def file(self) -> str:
        """Return the file of the format as it stands below the folder of the formats."""
        module = (self.format.carrier or self.format).parse.__module__
        return Path(str(sys.modules[module].__file__)).relative_to(formats.__path__[0]).as_posix()

    @property
    def shape(self) -> str:
        """Return how its lines become records."""
        if self.format.strand is not None:
            return "lines of several streams, joined within each"
        if self.format.starts is not None:
            return "several lines"
        return "header-driven" if self.format.header is not None else "a line"

    @property
    def places(self) -> str:
        """Return where its records may be the message of another format's."""
        embedded = self.format.embedded
        return ", ".join(sorted(place.value for place in embedded.places)) if embedded else ""

    def is_own(self, name: str, text: str) -> bool:
        """Return whether a name is the record's own: of a format that keeps members, and written in it."""
        return self.format.keeps_members and name in text

    def has(self, name: str) -> bool:
        """Return whether a name is of a column of the format."""
        return any(fnmatchcase(name, column.name) for column in self.format.schema)


def described() -> list[Described]:
    """Return every format in its place in the order; text is the last."""
    return [Described(known) for known in BY_NAME.values()]


def records() -> Iterator[tuple[str, LogRecord]]:
    """What the fixtures yield, read as objects are: the case and each record."""
    for path in sorted(FIXTURES.rglob("*--*.log")):
        for record in parse.records(path, None, Summary(path.name)):
            yield path.stem, record
