"""The time that a line begins with: every shape, what may stand beside it, and what is none."""

from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from log_processor.formats.lib import leading

FIXTURES = Path(__file__).resolve().parents[3] / "fixtures" / "formats"
SAMPLES = sorted({line for case in FIXTURES.rglob("*.log") for line in case.read_text().split("\n") if line})
LAST_MODIFIED_MS = 1_777_881_600_000


@pytest.mark.parametrize(
    ("line", "time"),
    [
        ("2026-05-04 07:00:00,123 a", "2026-05-04T07:00:00.123Z"),
        ("2026-05-04T07:00:00.123456789+02:00 a", "2026-05-04T05:00:00.123Z"),
        ("[2026/05/04 07:00:00 +0200] a", "2026-05-04T05:00:00Z"),
        ("2026-05-04 07:00 a", "2026-05-04T07:00:00Z"),
        ("2026-05-04, 07:00:00 CEST a", "2026-05-04T05:00:00Z"),
        ("[04-May-2026 07:00:00 Europe/Berlin] a", "2026-05-04T05:00:00Z"),
        ("[04-May-2026 07:00:00 Europe/Nowhere] a", "2026-05-04T07:00:00Z"),
        ("4/May/2026:07:00:00 +0000 a", "2026-05-04T07:00:00Z"),
        ("Mon, 04 May 2026 07:00:00 GMT a", "2026-05-04T07:00:00Z"),
        ("26/05/04 07:00:00 a", "2026-05-04T07:00:00Z"),
        ("5/4/2026 7:00:00 PM a", "2026-05-04T19:00:00Z"),
        ("25/4/2026 07:00:00 a", "2026-04-25T07:00:00Z"),
        ("04.05.2026 07:00:00 a", "2026-05-04T07:00:00Z"),
        ("May 04, 2026 12:00:22\u202fAM a", "2026-05-04T00:00:22Z"),
        ("May 04, 2026 12:00:21 AM a", "2026-05-04T00:00:21Z"),
        ("Mon May  4 07:00:00 UTC 2026 a", "2026-05-04T07:00:00Z"),
        ("May  4 07:00:00.5 a", "2026-05-04T07:00:00.500Z"),
        ("4 Jun 07:00:00 a", "2025-06-04T07:00:00Z"),
        ("12-31 23:59:59.999 a", "2025-12-31T23:59:59.999Z"),
        ("20260504-07:00:00:7|a", "2026-05-04T07:00:00.007Z"),
        ("20260504-7:0:5:119|a", "2026-05-04T07:00:05.119Z"),
        ("2026-5-4 7:04:05 a", "2026-05-04T07:04:05Z"),
        ("2026/5/4 7:4:5.25 a", "2026-05-04T07:04:05.250Z"),
        ("260504 070000 a", "2026-05-04T07:00:00Z"),
        ("1777878000.123 a", "2026-05-04T07:00:00.123Z"),
        ("1777878000123 a", "2026-05-04T07:00:00.123Z"),
        ("[1777878000] a", "2026-05-04T07:00:00Z"),
        ("1:M 04 May 2026 07:00:00.123 * a", "2026-05-04T07:00:00.123Z"),
        ("INFO  [main] 2026-05-04 07:00:00 a", "2026-05-04T07:00:00Z"),
        ("web.log.1 2026-05-04 07:00:00 a", "2026-05-04T07:00:00Z"),
        ("2026-05-04-07.00.00.123456-090 a", "2026-05-04T08:30:00.123Z"),
        ("2026-05-04 07:00:00 PM a", "2026-05-04T19:00:00Z"),
        ("2026/5/4 12:04:05.250 am a", "2026-05-04T00:04:05.250Z"),
        ("2026-May-04 07:00:00 a", "2026-05-04T07:00:00Z"),
        ("04May2026 07:00:00.123 a", "2026-05-04T07:00:00.123Z"),
        ("Monday, 4 May 2026 07:00:00 a", "2026-05-04T07:00:00Z"),
        ("Thursday, September 4, 2025 7:00:00 PM a", "2025-09-04T19:00:00Z"),
        ("May 4 2026 07:00:00 a", "2026-05-04T07:00:00Z"),
        ("Mon May 04 2026 07:00:00 GMT+0200 (Central European Summer Time) a", "2026-05-04T05:00:00Z"),
        ("may/04/2026 07:00:00 a", "2026-05-04T07:00:00Z"),
        ("apr/30 07:00:00 a", "2026-04-30T07:00:00Z"),
        ("2026-05-04 07:00:00 GMT+2 a", "2026-05-04T05:00:00Z"),
        ("2026-05-04 07:00:00 UTC-03:30 a", "2026-05-04T10:30:00Z"),
        ("2026-05-04 07:00:00 Asia/Kolkata a", "2026-05-04T01:30:00Z"),
        ("1777878000 WARN a", "2026-05-04T07:00:00Z"),
        ("1777878000|info|a", "2026-05-04T07:00:00Z"),
        ("1777878000.5 a", "2026-05-04T07:00:00.500Z"),
        ("[1777878000.123] a", "2026-05-04T07:00:00.123Z"),
        ("1777878000123456 a", "2026-05-04T07:00:00.123Z"),
        ("1777878000123456789: a", "2026-05-04T07:00:00.123Z"),
        ("1777878000: a", "2026-05-04T07:00:00Z"),
        ("04-May-26 07:00:00 a", "2026-05-04T07:00:00Z"),
        ("04-MAY-26 07:00:00.123 a", "2026-05-04T07:00:00.123Z"),
        ("04.Mai.2026 07:00:00 a", "2026-05-04T07:00:00Z"),
        ("4. März 2026 07:00:00 a", "2026-03-04T07:00:00Z"),
        ("[3 déc. 2025 07:00:00] a", "2025-12-03T07:00:00Z"),
        ("3-dic-2025 07:00:00 a", "2025-12-03T07:00:00Z"),
        ("20260504070000 a", "2026-05-04T07:00:00Z"),
        ("20260504070000.123|a", "2026-05-04T07:00:00.123Z"),
        ("20260504070000123 a", "2026-05-04T07:00:00.123Z"),
    ],
)
def test_a_time_is_read(line: str, time: str) -> None:
    """A time is read in its zone, or else in UTC; without a year it is near the object's last-modified time."""
    lead = leading.read_lead(line, LAST_MODIFIED_MS)
    assert lead is not None
    assert lead.timestamp_ms == int(datetime.fromisoformat(time).timestamp() * 1000)


@pytest.mark.parametrize(
    "line",
    [
        "07:00:00.123 a",
        "2026-13-04 07:00:00 a",
        "13/13/2026 07:00:00 a",
        "[9:00:00 AM] a",
        "2026-05-04 13:00:00 PM a",
        "Loading May 4 2026 07:00:00 a",
        "1777878000 bytes sent",
        "1777878000 error-free rows",
        "17778780001 WARN a",
        "0777878000 WARN a",
    ],
)
def test_nonsense_is_no_time(line: str) -> None:
    """A clock without a date, or a date that does not exist, never gives a time; it may still begin a record."""
    lead = leading.read_lead(line, LAST_MODIFIED_MS)
    assert lead is None or lead.timestamp_ms is None


@given(
    line=st.sampled_from(SAMPLES),
    at=st.integers(0, 40),
    sign=st.sampled_from(["", " ", "[", "]", "\u0661", "\u00e9", "\u202f", "-", ":", "9", "M"]),
)
@settings(deadline=None, max_examples=500)
def test_the_lines_that_begin_a_record_are_those_with_a_time(line: str, at: int, sign: str) -> None:
    """The expression that splits an object and the function that reads a time agree, whatever the text."""
    changed = line[:at] + sign + line[at + 1 :]
    assert (leading.STARTS.match(changed.encode()) is not None) == (
        leading.read_lead(changed, LAST_MODIFIED_MS) is not None
    )


@pytest.mark.parametrize(
    ("line", "begins"),
    [
        ("2026-05-04 07:00:00 [main] up", True),
        ("2026-05-04 07:00:00,123 up", True),
        ("2026-05-04 07:00:00", False),
        ("2026-05-04 07:00:00,5", False),
        ("2026-05-04 07:00:00|a", False),
        ("2026-05-04 07:00:00;a", False),
    ],
)
def test_a_row_of_a_table_is_no_log_call(line: str, *, begins: bool) -> None:
    """A time alone, or with the next column behind it, stands in a record of Java; in timed text it begins one."""
    assert (leading.CALLED.match(line.encode()) is not None) is begins
    assert leading.STARTS.match(line.encode())
