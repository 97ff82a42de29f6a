"""Every fixture pair of whole objects: the lines that belong together, and what each record says.

`tests/fixtures/records/<format>--<case>.log` is an object that its first lines give that format; `.json` beside it a
list, one entry a record: `{"lines", "format", "timestamp_ms", "level", "fields"}`.
"""

import json
from dataclasses import replace
from itertools import chain
from pathlib import Path

import pytest
from log_processor.formats.reader import Reader
from log_processor.reading.codecs.expansion import ExpansionLimits
from log_processor.reading.range_records import find_first_byte, open_records
from log_processor.record import RawRecord
from log_processor.routing.lib.route import DEFAULT
from log_processor.work.ranges import ObjectRange

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures" / "records"
CASES = sorted(FIXTURES.glob("*--*.log"))
LIMITS = ExpansionLimits(ratio=1000, total_bytes=1024**3)
LAST_MODIFIED_MS = 1_777_881_600_000
"""2026-05-04T08:00:00Z: the last-modified time of every fixture."""


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_an_object_yields_its_records(case: Path) -> None:
    """The format is found, the lines of an event are joined, and the whole record is read."""
    work = ObjectRange("bucket", case.name, None, "version")
    records = open_records(iter([case.read_bytes()]), work, DEFAULT, LAST_MODIFIED_MS, LIMITS)
    reader = Reader(records.format, LAST_MODIFIED_MS, dating=records.dating)
    found = []
    for raw in chain.from_iterable(records.blocks):
        read = reader.read(raw.text)
        assert read is not None
        name, parsed = read
        record = {"lines": raw.text.count("\n") + 1, "format": name, "timestamp_ms": parsed.timestamp_ms}
        found.append(record | {"level": parsed.level, "fields": parsed.fields})
    assert records.format.name == case.stem.partition("--")[0]
    assert found == json.loads(case.with_suffix(".json").read_text())


def read_range(content: bytes, work: ObjectRange) -> list[RawRecord]:
    position = find_first_byte(work, DEFAULT)
    records = open_records(iter([content[position:]]), work, DEFAULT, LAST_MODIFIED_MS, LIMITS)
    return list(chain.from_iterable(records.blocks))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_an_object_may_be_split_anywhere(case: Path) -> None:
    """Two ranges that meet at any byte hold the records of the whole, each in one of them."""
    content = case.read_bytes()
    work = ObjectRange("bucket", case.name, None, "version", format=case.stem.partition("--")[0])
    whole = read_range(content, work)
    for border in range(1, len(content), 7):
        first, second = replace(work, end=border), replace(work, start=border, aligned=False)
        assert read_range(content, first) + read_range(content, second) == whole
