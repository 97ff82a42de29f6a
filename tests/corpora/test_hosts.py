"""Real syslog lines against their ground truth, each exception with its reason; the times of real JSON lines."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from log_processor.formats.registry import BY_NAME

from tests.corpora.confusion import CORPORA

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
ODD_DATA = "structured data that breaks its grammar costs itself at most: names, time and message are kept"
SMALL_LETTERS = "RFC 3339, 5.6: the letters of a time may be small ones, and many senders write them"
FURTHER_LINES = "the message of a record may have further lines"
LENIENT = {
    "a free-form optional message in UTF-8": NOT_UTF8,
    "a structured data": ODD_DATA,
    "duplicate structured data": ODD_DATA,
    "escaped within param value": ODD_DATA,
    "RFC3339MICRO": SMALL_LETTERS,
    "parsing error": FURTHER_LINES,
}
"""Why a line that breaks the grammar is read, by what the truth says of it."""


def read_rows(*path: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in CORPORA.joinpath(*path).read_text().splitlines()]


def rename_truth(expected: dict[str, Any]) -> dict[str, str]:
    """Return the truth by our names, without the byte order mark that only tells the encoding (RFC 5424, 6.4)."""
    renamed = {NAMES[name]: str(value) for name, value in expected.items() if name in NAMES and value is not None}
    message = renamed.pop("message", "").removeprefix(MARK)
    return renamed | ({"message": message} if message else {})


def test_rfc5424_agrees_case_by_case() -> None:
    """Valid cases have the truth's fields and time; of invalid ones only what is lenient on purpose is read."""
    lenient = set()
    for row in read_rows("go-syslog", "syslog_rfc5424", "cases.jsonl"):
        given = row["input"]
        text = bytes.fromhex(given["$hex"]).decode("utf-8", "replace") if isinstance(given, dict) else given
        parsed = BY_NAME["syslog_rfc5424"].parse(text, 0)
        if row["valid"]:
            assert parsed is not None, text
            expected = rename_truth(row["expected"])
            assert {name: str(value) for name, value in parsed.fields.items() if name in expected} == expected
            time = row["expected"].get("timestamp")
            assert parsed.timestamp_ms == (time and (datetime.fromisoformat(time) - EPOCH) // timedelta(milliseconds=1))
        elif parsed is not None:
            lenient.add(next((reason for error, reason in LENIENT.items() if error in row["error"]), text))
            assert text.startswith(
                f"<{parsed.fields['syslog.facility.code'] * 8 + parsed.fields['syslog.severity.code']}>"
            )
    assert lenient == set(LENIENT.values())


def test_every_json_line_that_has_a_time_gives_it() -> None:
    """In all files of JSON lines: only a nonsense time leaves a record to its object's."""
    without = set()
    for path in sorted((CORPORA / "lnav" / "json_lines").iterdir()):
        for line in path.read_text().splitlines():
            parsed = BY_NAME["json_lines"].parse(line, 0)
            if parsed is not None and parsed.timestamp_ms is None:
                without.add((path.name, parsed.fields.get("ts")))
    assert without == {("logfile_json.json", "xxx")}
