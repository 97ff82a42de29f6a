"""Every fixture pair: a log written from its format's specification, and the records that it must yield.

`tests/fixtures/formats/<family>/<format>--<case>.log` holds lines; `.json` beside it a list, one entry a line that is
neither blank nor a header: `{"format", "timestamp_ms", "level", "fields"}`. A new case is a new pair; it adds no code.
"""

import json
from pathlib import Path

import pytest
from log_processor.formats.detection import detect
from log_processor.formats.reader import Reader
from log_processor.formats.registry import BY_NAME

FIXTURES = Path(__file__).resolve().parents[3] / "fixtures" / "formats"
CASES = sorted(FIXTURES.rglob("*--*.log"))
LAST_MODIFIED_MS = 1_777_881_600_000
"""2026-05-04T08:00:00Z: the last-modified time of every fixture."""


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_a_fixture_yields_its_records(case: Path) -> None:
    """Each record has the expected format, time, level and typed fields."""
    lines = [line for line in case.read_bytes().decode("utf-8", "replace").split("\n") if line.strip()]
    reader = Reader(detect(lines, LAST_MODIFIED_MS), LAST_MODIFIED_MS)
    records = []
    for name, parsed in filter(None, map(reader.read, lines)):
        record = {"format": name, "timestamp_ms": parsed.timestamp_ms, "level": parsed.level, "fields": parsed.fields}
        records.append(record)
    assert records == json.loads(case.with_suffix(".json").read_text())


def test_every_format_has_fixtures() -> None:
    """Each format has at least one fixture, written from its specification."""
    assert {case.stem.partition("--")[0] for case in CASES} == BY_NAME.keys()
