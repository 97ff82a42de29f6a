"""Describe the formats for their page, and parse the fixtures that it counts."""

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
class FormatFacts:
    """A format, with what the page on formats says of it beyond its fields."""

    format: Format

    @property
    def file(self) -> str:
        """Return the path of the format's file below the folder `formats`."""
        module = (self.format.carrier or self.format).parse.__module__
        return Path(str(sys.modules[module].__file__)).relative_to(formats.__path__[0]).as_posix()

    @property
    def shape(self) -> str:
        """Return how lines become records of this format, for example `several lines`."""
        if self.format.read_stream_line is not None:
            return "lines of several streams, joined within each"
        if self.format.starts is not None:
            return "several lines"
        return "header-driven" if self.format.header_lines is not None else "a line"

    @property
    def containers(self) -> str:
        """Return the kinds of formats whose messages may hold lines of this one; empty if there is none."""
        embedded = self.format.embedded
        return ", ".join(sorted(container.value for container in embedded.carriers)) if embedded else ""

    def is_own(self, name: str, text: str) -> bool:
        """Tell whether `name` comes from the record itself: the format keeps members, and `text` contains the name.

        A format with header lines has its names from these.
        """
        return self.format.keeps_members and (name in text or self.format.header_lines is not None)

    def has_column(self, name: str) -> bool:
        """Tell whether `name` is a column of the format."""
        return any(fnmatchcase(name, column.name) for column in self.format.schema)


def list_formats() -> list[FormatFacts]:
    """Return the facts of every format, in the order in which they are tried; `text` is the last."""
    return [FormatFacts(known) for known in BY_NAME.values()]


def parse_fixtures() -> Iterator[tuple[str, LogRecord]]:
    """Parse every fixture as an object is parsed; yield its name with each record."""
    for path in sorted(FIXTURES.rglob("*--*.log")):
        for record in parse.parse_records(path, None, Summary(path.name)):
            yield path.stem, record
