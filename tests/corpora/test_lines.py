"""Lines of AWS's services and of lnav's samples, read by place, by header and by level, apart from the parsers."""

import json
import shlex
from pathlib import Path
from typing import Any

import pytest
from log_processor.formats.registry import BY_NAME
from log_processor.record import LogRecord

from ops.parse import parse_records
from ops.summary import Summary
from tests.corpora.confusion import CORPORA
from tests.corpora.truth import LAST_MODIFIED_MS, TRUTH, find_other_time, is_equal

AWS = CORPORA / "lambda-promtail"
OTHERS = {
    "combined 3": "lnav's own access format: time first, then the client",
    "combined 4": "lnav's own access format: time first, then the client",
}
"""Lines that are not read as the format in whose folder they lie."""


def read_file(path: Path) -> list[LogRecord]:
    return list(parse_records(path, None, Summary(path.name)))


def read_rows(path: Path) -> list[Any]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


@pytest.mark.parametrize("name", sorted(TRUTH["places"]))
def test_words_stand_in_their_places(name: str) -> None:
    """Each is the field of its place."""
    records = [record for path in sorted((AWS / name).glob("*.log*")) for record in read_file(path)]
    assert records
    for record in records:
        words = shlex.split(record.log_data.replace("[", '"').replace("]", '"'))
        for field, index in TRUTH["places"][name].items():
            if field == "@timestamp":
                assert find_other_time(words[index], record.timestamp_ms) is None
            else:
                assert is_equal(words[index], record.fields.get(field)), (field, words[index])


def test_cloudfront_is_read_by_its_header() -> None:
    """Every column, and date and time."""
    path = AWS / "cloudfront" / "cloudfront.log.gz"
    for record, row in zip(read_file(path), read_rows(path.with_name(f"{path.name}.expected.jsonl")), strict=True):
        assert find_other_time(f"{row['date']} {row['time']}", record.timestamp_ms) is None
        for column, field in TRUTH["columns"].items():
            assert is_equal(row[column], record.fields.get(field)), column


@pytest.mark.parametrize(("file", "member"), [("waf/waflog.log.gz", "timestamp"), ("cloudtrail/*.gz", "eventTime")])
def test_json_has_its_own_time(file: str, member: str) -> None:
    """In milliseconds or ISO 8601."""
    for record in (record for path in AWS.glob(file) for record in read_file(path)):
        time = json.loads(record.log_data)[member]
        assert (
            record.timestamp_ms == time if isinstance(time, int) else find_other_time(time, record.timestamp_ms) is None
        )


def test_lines_are_of_their_format_and_level() -> None:
    """Line by line, lnav's samples. Its levels of access lines come from the status, which is a field here."""
    unread = set()
    for folder, name in (("combined", "combined"), ("glog", "klog"), ("haproxy", "haproxy")):
        for row in read_rows(next((CORPORA / "lnav" / folder).glob("*.expected.jsonl"))):
            parsed = BY_NAME[name].parse(row["line"], LAST_MODIFIED_MS)
            if parsed is None or (folder != "combined" and row["level"] not in {None, parsed.level}):
                unread.add(f"{folder} {row['i']}")
    assert unread == OTHERS.keys()


def test_nothing_raises() -> None:
    """Whatever file lies there, its records are read to the end or it is said why not."""
    for path in sorted(CORPORA.rglob("*")):
        if path.is_file() and "truncated" not in path.name:
            assert read_file(path), path
