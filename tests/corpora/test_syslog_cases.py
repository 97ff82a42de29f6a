"""go-syslog's cases of RFC 5424: what is valid is read, field by field, and what is not is another format's."""

import json
from datetime import datetime
from typing import Any

from log_processor.formats.syslog import syslog_rfc5424
from log_processor.formats.syslog.syslog_rfc5424 import HEADER, LENIENT_HEADER

from tests.corpora.confusion import CORPORA

FOLDER = CORPORA / "go-syslog" / "syslog_rfc5424"
NAMES = {
    "facility": "syslog.facility.code",
    "severity": "syslog.severity.code",
    "version": "syslog.version",
    "hostname": "host.name",
    "appname": "service.name",
    "procID": "process.pid",
    "msgID": "syslog.msg.id",
    "structuredData": "syslog.structured_data",
    "message": "message",
}
NO_VALUE: tuple[Any, ...] = (None, {}, "")


def read_rows(name: str) -> list[Any]:
    return [json.loads(line) for line in (FOLDER / name).read_text("utf-8").splitlines()]


def get_text(case: dict[str, Any]) -> str:
    given = case["input"]
    return given if isinstance(given, str) else bytes.fromhex(given["$hex"]).decode("utf-8", "replace")


def check(raw: str, expected: dict[str, Any]) -> None:
    parsed = syslog_rfc5424.parse(raw, 0)
    assert parsed is not None, raw
    for theirs, ours in NAMES.items():
        value, parsed_value = expected.get(theirs), parsed.fields.get(ours)
        if theirs == "message" and value:
            value = value.removeprefix("\ufeff")  # the mark says how the message is encoded (RFC 5424, 6.4)
        if theirs == "procID" and isinstance(parsed_value, int):
            parsed_value = str(parsed_value)
        assert parsed_value == value or (parsed_value is None and value in NO_VALUE), (raw, theirs)
    time = expected.get("timestamp")
    moment = datetime.fromisoformat(time).timestamp() if time else None
    assert parsed.timestamp_ms == (None if moment is None else int(moment * 1000)), raw


def test_every_valid_case_is_read() -> None:
    """All its fields."""
    cases = [case for case in read_rows("cases.jsonl") if case["valid"]]
    assert len(cases) > 40
    for case in cases:
        check(get_text(case), case["expected"])


def test_without_a_valid_header_nothing_is_read() -> None:
    """But for bytes that are not UTF-8, which never fail a record, and times that other senders write."""
    cases = [case for case in read_rows("cases.jsonl") if not case["valid"] and not HEADER.match(get_text(case))]
    assert len(cases) > 50
    read = [get_text(case) for case in cases if syslog_rfc5424.parse(get_text(case), 0) is not None]
    assert [raw for raw in read if "\ufffd" not in raw and not LENIENT_HEADER.match(raw)] == []


def test_behind_a_valid_header_everything_is_kept() -> None:
    """What is not readable of the structured data costs no name and no time."""
    cases = [case for case in read_rows("cases.jsonl") if not case["valid"] and HEADER.match(get_text(case))]
    assert len(cases) > 20
    for case in cases:
        parsed = syslog_rfc5424.parse(get_text(case), 0)
        assert parsed is not None, get_text(case)


def test_every_line_of_the_file_is_read() -> None:
    """The expected row of its number."""
    lines = (FOLDER / "valid_single_line.log").read_bytes().decode().split("\n")
    for raw, expected in zip(lines, read_rows("valid_single_line.expected.jsonl"), strict=False):
        check(raw, expected)
