"""Compare source files with what stands in the log table, byte for byte, to count lost and doubled records."""

import json
import re
from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from emulator.verify.source_bytes import SourceStream, read_stream

DynamoItem = Mapping[str, Mapping[str, Any]]

DIRECTIVE = re.compile(rb"# ?[A-Z][A-Za-z-]*:")
FLOW_FIELD_NAME = re.compile(rb"[a-z][a-z0-9-]*")
FLOW_FIELD_NAMES = {b"interface-id", b"account-id", b"srcaddr", b"dstaddr"}
LIST_KEYS = ("Records", "logEvents")


@dataclass(frozen=True)
class StoredRecord:
    """One item of the log table as the account needs it: the bytes it stands for, `[start, end)`, and its text."""

    start: int
    end: int
    text: str
    truncated: bool = False

    @classmethod
    def of_item(cls, item: DynamoItem) -> "StoredRecord":
        """Return the record of an item in DynamoDB's JSON; `offset` and `length` count decompressed bytes."""
        start = int(item["offset"]["N"])
        return cls(start, start + int(item["length"]["N"]), item["log_data"]["S"], "truncated" in item)


@dataclass(frozen=True)
class Tally:
    """How source and table differ: records lost, doubled, altered (`wrong`, also lost), and header lines met."""

    lost: int = 0
    duplicates: int = 0
    wrong: int = 0
    headers: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(*(getattr(self, field.name) + getattr(other, field.name) for field in fields(self)))


def tally_objects(
    sources: Mapping[str, Path], items: Iterable[DynamoItem], archived: Container[str] = ()
) -> dict[str, Tally]:
    """Return a tally for each object of `sources` (`s3://bucket/key` to its file) and each that only the table knows.

    `archived` names the objects whose exact bytes stand in the error archive.
    """
    by_object: defaultdict[str, list[StoredRecord]] = defaultdict(list)
    for item in items:
        by_object[item["source_file"]["S"]].append(StoredRecord.of_item(item))
    tallies = {
        name: tally_object(read_stream(path), by_object.pop(name, []), refused=name in archived)
        for name, path in sources.items()
    }
    return tallies | {name: Tally(duplicates=len(records)) for name, records in by_object.items()}


def tally_object(stream: SourceStream, records: list[StoredRecord], *, refused: bool = False) -> Tally:
    """Compare one object's stream with its records in the table.

    An object that is refused as a whole (archived, and no record stored) is kept, not lost; but what stands before
    the damage of a damaged one must be in the table.
    """
    if refused and not records and not stream.damaged:
        return Tally()
    elements = _document_elements(stream)
    if elements is not None and not _stands_whole(stream, records):
        return _tally_elements(elements, records)
    return _tally_intervals(stream, records)


def _tally_intervals(stream: SourceStream, records: list[StoredRecord]) -> Tally:
    """Walk the records in byte order: they must cover every line that is not blank once, with its very text."""
    tally = Tally()
    covered = stream.start
    for record in sorted(records, key=lambda record: (record.start, record.end)):
        if record.start < covered:
            tally += Tally(duplicates=1)
        else:
            tally += _tally_gap(stream, covered, record.start) + _tally_text(stream, record)
        covered = max(covered, record.end)
    return tally + _tally_gap(stream, covered, len(stream.content))


def _tally_text(stream: SourceStream, record: StoredRecord) -> Tally:
    """Compare a record's text with the bytes it stands for; a cut record need only begin like them."""
    expected = stream.text(record.start, record.end)
    same = expected.startswith(record.text) if record.truncated else expected == record.text
    return Tally() if same and record.text else Tally(lost=1, wrong=1)


def _tally_gap(stream: SourceStream, start: int, end: int) -> Tally:
    """Count the lines in bytes that no record covers: header lines, blank ones (nothing), and the lost."""
    lines = [line for line in stream.content[start:end].split(b"\n") if line.strip()]
    headers = sum(_is_header(line, first=index == 0 and start == stream.start) for index, line in enumerate(lines))
    return Tally(lost=len(lines) - headers, headers=headers)


def _is_header(line: bytes, *, first: bool) -> bool:
    """Whether a line names fields: a `#Directive:` of the extended log format, or the first line of VPC flow logs."""
    if DIRECTIVE.match(line):
        return True
    names = line.split()
    return first and bool(FLOW_FIELD_NAMES & set(names)) and all(map(FLOW_FIELD_NAME.fullmatch, names))


def _document_elements(stream: SourceStream) -> list[Any] | None:
    """Return the elements of a stream that is one JSON array, or one object around an array of records."""
    if stream.content[stream.start : stream.start + 64].lstrip()[:1] not in {b"[", b"{"}:
        return None
    try:
        document = json.loads(stream.text(stream.start, len(stream.content)))
    except ValueError:
        return None
    if isinstance(document, dict):
        document = next((document[key] for key in LIST_KEYS if key in document), None)
    return document if isinstance(document, list) else None


def _stands_whole(stream: SourceStream, records: list[StoredRecord]) -> bool:
    return len(records) == 1 and records[0].text.strip() == stream.text(stream.start, len(stream.content)).strip()


def _tally_elements(elements: list[Any], records: list[StoredRecord]) -> Tally:
    """Compare a document's elements with the records made of them, as JSON values, each as often as it stands."""
    expected = Counter(map(_canonical, elements))
    found = Counter(_canonical_text(record.text) for record in records)
    return Tally(lost=(expected - found).total(), duplicates=(found - expected).total())


def _canonical(value: object) -> str:
    return json.dumps(value, sort_keys=True)


def _canonical_text(text: str) -> str:
    try:
        return _canonical(json.loads(text))
    except ValueError:
        return text
