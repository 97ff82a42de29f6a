"""Compare source files with the records of the log table, byte for byte, and count lost and duplicate records."""

import json
import re
from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from emulator.verify.source_bytes import SourceStream, read_members, read_stream

DynamoItem = Mapping[str, Mapping[str, Any]]

DIRECTIVE = re.compile(rb"# ?[A-Z][A-Za-z-]*:")
FLOW_FIELD_NAME = re.compile(rb"[a-z][a-z0-9-]*")
FLOW_FIELD_NAMES = {b"interface-id", b"account-id", b"srcaddr", b"dstaddr"}
LIST_KEYS = ("Records", "logEvents")


@dataclass(frozen=True)
class StoredRecord:
    """One item of the log table: the bytes `[start, end)` of its source that it was made from, and what it holds.

    `is_dated` says that its time is its own, not the object's.
    """

    start: int
    end: int
    text: str
    truncated: bool = False
    format: str = ""
    time_ms: int = 0
    member: str = ""
    level: str = ""
    is_dated: bool = True

    @classmethod
    def parse_item(cls, item: DynamoItem) -> "StoredRecord":
        """Return the record of an item in DynamoDB's JSON.

        Its `log_id` says at which byte of the decompressed stream it begins, and `length` how many bytes it has there.
        """
        start = int(item["log_id"]["S"].split("-")[1], 16)
        return cls(
            start,
            start + int(item["length"]["N"]),
            item["log_data"]["S"],
            "truncated" in item,
            item["format"]["S"],
            int(item["timestamp"]["N"]),
            item.get("member", {}).get("S", ""),
            item.get("level", {}).get("S", ""),
            "timestamp_from" not in item,
        )


@dataclass(frozen=True)
class Tally:
    """The differences between a source and the table.

    `lost` and `duplicates` count records; `wrong` counts those whose text differs, which are also lost. `headers`
    counts header lines, for which no record is expected.
    """

    lost: int = 0
    duplicates: int = 0
    wrong: int = 0
    headers: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(*(getattr(self, field.name) + getattr(other, field.name) for field in fields(self)))


def tally_objects(
    sources: Mapping[str, Path], items: Iterable[DynamoItem], archived: Container[str] = ()
) -> dict[str, Tally]:
    """Return a tally for each object of `sources` (`s3://bucket/key` to its file).

    An object that is only in the table gets a tally, too: each of its records is a duplicate. `archived` names the
    objects whose exact bytes are in the error archive.
    """
    by_object: defaultdict[str, list[StoredRecord]] = defaultdict(list)
    for item in items:
        by_object[item["source_file"]["S"]].append(StoredRecord.parse_item(item))
    tallies = {
        name: tally_file(path, by_object.pop(name, []), refused=name in archived) for name, path in sources.items()
    }
    return tallies | {name: Tally(duplicates=len(records)) for name, records in by_object.items()}


def tally_file(path: Path, records: list[StoredRecord], *, refused: bool = False) -> Tally:
    """Compare a file with its records in the table; of a zip, each member with its own."""
    members = read_members(path)
    if members is None:
        return tally_object(read_stream(path), records, refused=refused)
    tally = Tally(duplicates=sum(record.member not in members for record in records))
    for name, stream in members.items():
        own = [record for record in records if record.member == name]
        tally += tally_object(stream, own, refused=refused)
    return tally


def tally_object(stream: SourceStream, records: list[StoredRecord], *, refused: bool = False) -> Tally:
    """Compare one object's stream with its records in the table.

    If the object was refused as a whole (`refused`, and no record stored), nothing is lost: the archive has it.
    If it is damaged, the records before the damage must still be in the table.
    """
    if refused and not records and not stream.damaged:
        return Tally()
    elements = _parse_elements(stream)
    if elements is not None and not _is_one_record(stream, records):
        return _tally_elements(elements, records)
    return _tally_intervals(stream, records)


def _tally_intervals(stream: SourceStream, records: list[StoredRecord]) -> Tally:
    """Check in byte order that the records cover each line that is not blank exactly once, with its exact text."""
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
    """Compare a record's text with the bytes that it was made from; a truncated record holds a prefix of them."""
    decoded = stream.decode_each_way(record.start, record.end)
    same = any(text.startswith(record.text) if record.truncated else text == record.text for text in decoded)
    return Tally() if same and record.text else Tally(lost=1, wrong=1)


def _tally_gap(stream: SourceStream, start: int, end: int) -> Tally:
    """Count lines that no record covers: a header line as a header, a blank line not at all, any other as lost."""
    lines = [line for line in stream.content[start:end].split(b"\n") if line.strip()]
    headers = sum(_is_header_line(line, first=index == 0 and start == stream.start) for index, line in enumerate(lines))
    return Tally(lost=len(lines) - headers, headers=headers)


def _is_header_line(line: bytes, *, first: bool) -> bool:
    """Tell whether a line names fields.

    Either it is a directive of the extended log format (`#Fields: date time`), or the first line of VPC flow logs
    (`version account-id interface-id`).
    """
    if DIRECTIVE.match(line):
        return True
    names = line.split()
    return first and bool(FLOW_FIELD_NAMES & set(names)) and all(map(FLOW_FIELD_NAME.fullmatch, names))


def _parse_elements(stream: SourceStream) -> list[Any] | None:
    """Return the elements of a stream that is a JSON array, or an object with an array of records; else None."""
    if stream.content[stream.start : stream.start + 64].lstrip()[:1] not in {b"[", b"{"}:
        return None
    try:
        document = json.loads(stream.decode(stream.start, len(stream.content)))
    except ValueError:
        return None
    if isinstance(document, dict):
        document = next((document[key] for key in LIST_KEYS if key in document), None)
    return document if isinstance(document, list) else None


def _is_one_record(stream: SourceStream, records: list[StoredRecord]) -> bool:
    return len(records) == 1 and records[0].text.strip() == stream.decode(stream.start, len(stream.content)).strip()


def _tally_elements(elements: list[Any], records: list[StoredRecord]) -> Tally:
    """Compare a document's elements with its records as JSON values, in any order.

    Equal values must occur equally often. An element without a record is lost, and a record without an element is a
    duplicate. For example, a record whose text differs counts once as lost and once as a duplicate, and never as wrong.
    """
    expected = Counter(map(_normalise_value, elements))
    stored = Counter(_normalise_text(record.text) for record in records)
    return Tally(lost=(expected - stored).total(), duplicates=(stored - expected).total())


def _normalise_value(value: object) -> str:
    return json.dumps(value, sort_keys=True)


def _normalise_text(text: str) -> str:
    try:
        return _normalise_value(json.loads(text))
    except ValueError:
        return text
