"""Build objects of several formats from each format's own sample, and read them as the whole function does."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from boto3.dynamodb.types import TypeDeserializer
from log_processor.formats.lib.format import Format
from log_processor.formats.registry import BY_NAME, MIXED

from tests.unit.log_processor.edges import World, find_offset

LEADING = 25
"""How many lines of one format stand before another: more than the sample that decides an object's format."""
DESERIALISER = TypeDeserializer()


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of records: its format, the header lines that must stand above them, and one record."""

    format: Format
    header: str
    record: str

    @property
    def name(self) -> str:
        """Return the name of the format."""
        return self.format.name

    def write(self, count: int, tail: str = "") -> str:
        """Return the header lines and so many records, each with the `tail` below it."""
        return self.header + f"{self.record}\n{tail}" * count


def _split_sample(known: Format) -> Kind:
    """Return the sample of a format as its header lines and one record."""
    lines = known.sample.split("\n")
    read = known.header_lines.read if known.header_lines else None
    header = [line for line in lines if read is not None and read(line, None) is not None]
    return Kind(known, "".join(f"{line}\n" for line in header), "\n".join(lines[len(header) :]))


KINDS = {known.name: _split_sample(known) for known in BY_NAME.values() if known is not MIXED}
"""Every format but `mixed`, which no record is of; a new format is one of them by its sample."""


ENDED = {"cloudwatch_export", "postgresql_csv"}
JOINED = [name for name, kind in KINDS.items() if kind.format.starts is not None and name not in ENDED]
"""Formats whose records go on below their first line; quotes end a CSV row, and braces the sample of an export."""


@dataclass(frozen=True, slots=True)
class Stored:
    """A record as the function stored it."""

    text: str
    format: str
    item: dict[str, Any]

    @property
    def fields(self) -> dict[str, Any]:
        """Return the fields of the record."""
        return dict(DESERIALISER.deserialize(self.item["fields"])) if "fields" in self.item else {}


@dataclass(frozen=True, slots=True)
class Expected:
    """A record as it has to be: its text, and the names of the formats that may read it; any if there are none."""

    text: str
    names: frozenset[str] = frozenset()
    fields: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Cell:
    """One object of a matrix: where it stands there, its content, and the records that it has."""

    row: str
    column: str
    body: str
    records: tuple[Expected, ...]
    routes: str = ""

    def find_fault(self) -> str | None:
        """Return the first difference between the records and what they have to be; None if there is none."""
        stored = read_body(self.body, self.routes)
        for number, (one, right) in enumerate(zip(stored, self.records, strict=False)):
            if one.text != right.text:
                return f"record {number} of {len(self.records)} is {one.text[:200]!r} instead of {right.text[:200]!r}"
            if right.names and one.format not in right.names:
                return f"record {number} is read as {one.format}: {one.text[:200]!r}"
            if missing := right.fields - one.fields.keys():
                return f"record {number} has no {sorted(missing)}: {one.text[:200]!r}"
        counts = len(stored), len(self.records)
        return None if counts[0] == counts[1] else f"{counts[0]} records instead of {counts[1]}"


def read_body(body: str, routes: str = "") -> list[Stored]:
    """Return the records of an object in their order, as the function stores them with these routes."""
    world = World(routes)
    world.run(world.put(body.encode()))
    items = sorted(world.wire.items.values(), key=find_offset)
    return [Stored(item["log_data"]["S"], item["format"]["S"], item) for item in items]


def list_faults(cells: Iterable[Cell]) -> dict[str, str]:
    """Return what is wrong in each cell of a row that is not right, by its column."""
    faults = ((cell.column, cell.find_fault()) for cell in cells)
    return {column: fault for column, fault in faults if fault is not None}
