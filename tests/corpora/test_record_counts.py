"""Real logs with ground truth, where they lie beside the checkout: every record is found, and none too many."""

import json
from pathlib import Path

import pytest
from log_processor.record import LogRecord

from ops.errors import UnreadableError
from ops.parse import parse_records
from ops.summary import Summary
from tests.corpora.confusion import CORPORA

UNKNOWN = -1
REMAINDER = {"truncated_last_jsonl.json": 1}
"""The cut last line is kept as text, where the truth counts whole JSON records only."""


def count_records(path: Path) -> int:
    return sum(1 for _ in parse_records(path, None, Summary(path.name)))


def test_each_nasty_file_has_its_records() -> None:
    """Separators, marks, NULs, escapes, members and long lines change no count."""
    truth = json.loads((CORPORA / "nasty" / "manifest.json").read_text())
    stated = {row["file"]: row["records"] for row in truth if row["records"] != UNKNOWN}
    assert len(stated) > 20
    assert {name: count_records(CORPORA / "nasty" / name) - REMAINDER.get(name, 0) for name in stated} == stated


def test_a_gzip_within_gzip_is_read() -> None:
    """Both layers are undone."""
    assert count_records(CORPORA / "nasty" / "double_gz.log.gz") == 40


def test_a_stream_cut_in_half_is_told_after_its_whole_records() -> None:
    """Records first, then the error."""
    records: list[LogRecord] = []
    with pytest.raises(UnreadableError, match="ends early"):
        records.extend(parse_records(CORPORA / "nasty" / "truncated.log.gz", None, Summary("truncated")))
    assert {record.format for record in records} == {"combined"}
    assert len(records) > 1000


def test_java_traces_are_one_record_each() -> None:
    """The records that a leading time begins."""
    folder = CORPORA / "elastic-examples" / "java_app"
    name = "kafka0-server.log.2016-12-19-20"
    truth = json.loads((folder / f"{name}.records.json").read_text())
    assert count_records(folder / name) == truth["records"]
