"""What is said of a format by its code: the module's docstring, and what kind of format it is."""

import importlib
import pkgutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from log_processor import formats
from log_processor.formats.lib.format import Format
from log_processor.formats.registry import BY_NAME
from log_processor.record import LogRecord

from ops import parse
from ops.summary import Summary
from tests.support.fixtures import FIXTURES

OWN_MEMBERS = ("as they stand", "of what the application wrote")
"""What the schema of a format says whose records bring names of their own: one of these."""


@dataclass(frozen=True, slots=True)
class Described:
    """A format and the parts of its docstring."""

    format: Format
    file: str
    title: str
    notes: str
    schema: str
    sample: str

    @property
    def shape(self) -> str:
        """How its lines become records."""
        if self.format.strand is not None:
            return "lines of several streams, joined within each"
        if self.format.starts is not None:
            return "several lines"
        return "header-driven" if self.format.header is not None else "a line"

    @property
    def keeps_members(self) -> bool:
        """Whether its records bring names of their own."""
        return any(words in self.schema for words in OWN_MEMBERS)

    def is_own(self, name: str, text: str) -> bool:
        """Whether a name is the record's own: of such a format, and written in it."""
        return self.keeps_members and name in text


def described() -> list[Described]:
    """Every format in its place in the order; text is the last."""
    modules = {}
    for found in pkgutil.walk_packages(formats.__path__, f"{formats.__name__}."):
        module = importlib.import_module(found.name)
        if isinstance(known := getattr(module, "FORMAT", None), Format):
            modules[known.name] = module
    return [
        Described(known, _file(modules[known.name]), *parts_of(modules[known.name].__doc__ or ""))
        for known in BY_NAME.values()
    ]


def _file(module: ModuleType) -> str:
    """Return the module's file as it stands below the folder of the formats."""
    return Path(str(module.__file__)).relative_to(formats.__path__[0]).as_posix()


def parts_of(docstring: str) -> tuple[str, str, str, str]:
    """The title, what else is said, what follows `Schema:` and what follows `Sample:`, each as one line.

    A sample of several lines begins on the line after its mark.
    """
    parts: dict[str, list[str]] = {"title": [], "notes": [], "Schema:": [], "Sample:": []}
    part = "title"
    for line in docstring.strip().split("\n"):
        mark = next((mark for mark in ("Schema:", "Sample:") if line.startswith(mark)), None)
        if mark:
            part = mark
        elif part == "title" and parts["title"]:
            part = "notes"
        parts[part].append(line.removeprefix(mark or "").strip())
    title, notes, schema, sample = (" ".join(filter(None, lines)) for lines in parts.values())
    first, *more = parts["Sample:"] or [""]
    return title, notes, schema, sample if first else "\n".join(more)


def records() -> Iterator[tuple[str, LogRecord]]:
    """What the fixtures yield, read as objects are: the case and each record."""
    for path in sorted(FIXTURES.rglob("*--*.log")):
        for record in parse.records(path, None, Summary(path.name)):
            yield path.stem, record
