"""Real syslog and container lines against their ground truth: field by field, each exception with its reason."""

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from log_processor import formats

from ops.parse import Summary, records

CORPORA = Path(os.environ.get("LOG_CORPORA", Path(__file__).resolve().parents[3] / "shared" / "corpora"))
pytestmark = [
    pytest.mark.corpora,
    pytest.mark.skipif(not CORPORA.is_dir(), reason=f"no corpora at {CORPORA}: set LOG_CORPORA to read them"),
]
NAMES = {
    "facility": "syslog.facility.code",
    "severity": "syslog.severity.code",
    "version": "syslog.version",
    "hostname": "host.name",
    "appname": "service.name",
    "procid": "process.pid",
    "msgid": "syslog.msg.id",
    "structured_data": "syslog.structured_data",
    "message": "message",
}
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MARK = "\ufeff"
NOT_UTF8 = "a message that is not UTF-8 is kept, with replacement characters: invalid bytes never fail a record"
KEPT_ESCAPE = "RFC 5424, 6.3.3: a backslash that escapes nothing is kept, and no error"
NEEDS_A_START = "the truth was made with a configured start pattern: a route's `start` gives these records"
TORN = "the file has a line end inside of a JSON text, which no runtime writes: the line is torn in two"
OPEN_PART = "the truth ends an open part at a line of another kind; a part goes on in its own stream"


def rows(*path: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in CORPORA.joinpath(*path).read_text().splitlines()]


def told(expected: dict[str, Any]) -> dict[str, str]:
    """The truth under our names; a byte order mark is no text of the message (RFC 5424, 6.4: it tells the encoding)."""
    found = {NAMES[name]: str(value) for name, value in expected.items() if name in NAMES and value is not None}
    message = found.pop("message", "").removeprefix(MARK)
    return found | ({"message": message} if message else {})


def test_rfc5424_agrees_case_by_case() -> None:
    """Valid cases have the truth's fields and time; of invalid ones only what is lenient on purpose is read."""
    lenient = set()
    for row in rows("go-syslog", "syslog_rfc5424", "cases.jsonl"):
        written = row["input"]
        text = bytes.fromhex(written["$hex"]).decode("utf-8", "replace") if isinstance(written, dict) else written
        parsed = formats.BY_NAME["syslog_rfc5424"].parse(text, 0)
        if row["valid"]:
            assert parsed is not None, text
            expected = told(row["expected"])
            assert {name: str(value) for name, value in parsed.fields.items() if name in expected} == expected
            time = row["expected"].get("timestamp")
            assert parsed.timestamp_ms == (time and (datetime.fromisoformat(time) - EPOCH) // timedelta(milliseconds=1))
        elif parsed is not None:
            lenient.add(KEPT_ESCAPE if r"\n" in text else NOT_UTF8 if "\ufffd" in text else text)
    assert lenient == {KEPT_ESCAPE, NOT_UTF8}


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("cri", None),
        ("docker_cri_chain", None),
        ("issue_3817_1", NEEDS_A_START),
        ("docker", f"{TORN}; {OPEN_PART}"),
        ("container_mix", TORN),
    ],
)
def test_container_lines_are_joined(name: str, reason: str | None) -> None:
    """Parts and traces within their streams, in the order in which they began."""
    truth = sorted(row["record"].rstrip("\n") for row in rows("fluent-bit", "multiline", f"{name}.expected.jsonl"))
    path = CORPORA / "fluent-bit" / "multiline" / f"{name}.log"
    found = sorted(record.fields.get("message", record.log_data) for record in records(path, None, Summary(name)))
    assert (found == truth) is (reason is None), reason


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("tail_dockermode", None),
        ("tail_dockermode_splitted_line", None),
        ("tail_dockermode_multiple_lines", NEEDS_A_START),
        ("tail_dockermode_firstline_detection", NEEDS_A_START),
        ("tail_dockermode_splitted_multiple_lines", NEEDS_A_START),
    ],
)
def test_docker_lines_without_stream_are_joined(name: str, reason: str | None) -> None:
    """A text without a line end goes on in the next line."""
    folder = ("fluent-bit", "multiline")
    truth = [row["log"].rstrip("\n") for row in rows(*folder, f"{name}.out")]
    path = CORPORA.joinpath(*folder, f"{name}.log")
    found = [record.fields["message"] for record in records(path, None, Summary(name))]
    assert (found == truth) is (reason is None), reason


def test_every_json_line_that_has_a_time_gives_it() -> None:
    """In all files of JSON lines: only a nonsense time leaves a record to its object's."""
    without = set()
    for path in sorted((CORPORA / "lnav" / "json_lines").iterdir()):
        for line in path.read_text().splitlines():
            parsed = formats.BY_NAME["json_lines"].parse(line, 0)
            if parsed is not None and parsed.timestamp_ms is None:
                without.add((path.name, parsed.fields.get("ts")))
    assert without == {("logfile_json.json", "xxx")}
