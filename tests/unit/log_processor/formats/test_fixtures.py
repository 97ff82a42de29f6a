"""Every fixture pair: a log written from its format's specification, and the records that it must yield.

`tests/fixtures/formats/<format>--<case>.log` holds lines; `.json` beside it a list, one entry a line that is neither
blank nor a header: `{"format", "timestamp_ms", "level", "fields"}`. A new case is a new pair; it adds no code.
"""

import json
from pathlib import Path

import pytest
from log_processor import formats

FIXTURES = Path(__file__).resolve().parents[3] / "fixtures" / "formats"
CASES = sorted(FIXTURES.glob("*--*.log"))
NEAR_MS = 1_777_881_600_000
"""2026-05-04T08:00:00Z: the last-modified time of every fixture."""
KEYS = {"cloudwatch_export": "exports/00000000-0000-4000-8000-000000000001/app-1/000000.gz"}
"""The object keys of formats that are told by them."""


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_a_fixture_yields_its_records(case: Path) -> None:
    """Format found, event's own time, level and typed fields, record by record."""
    lines = [line for line in case.read_bytes().decode("utf-8", "replace").split("\n") if line.strip()]
    key = KEYS.get(case.stem.partition("--")[0], "")
    reader = formats.Reader(formats.detect(lines, NEAR_MS, key), NEAR_MS)
    found = []
    for name, parsed in filter(None, map(reader.read, lines)):
        record = {"format": name, "timestamp_ms": parsed.timestamp_ms, "level": parsed.level, "fields": parsed.fields}
        found.append(record)
    assert found == json.loads(case.with_suffix(".json").read_text())


def test_every_format_has_fixtures() -> None:
    """A format without a specification written as a fixture is not finished."""
    assert {case.stem.partition("--")[0] for case in CASES} == formats.BY_NAME.keys()
