"""The records that others' multiline readers find in the corpora's files are those that this project finds."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ops.parse import parse_records
from ops.summary import Summary
from tests.corpora.confusion import CORPORA

CONFIGURED = "by a rule that their reader was configured with for this file; a route's `start` is such a rule here"
BROKEN = (
    "the sample has a line end in the middle of its JSON: an escape that was undone when it was taken from its source"
)
OTHERWISE = {
    "container_mix.log": BROKEN,
    "docker.log": BROKEN,
    "endswith.log": CONFIGURED,
    "issue_3817_1.log": CONFIGURED,
    "tail_dockermode_firstline_detection.log": CONFIGURED,
    "tail_dockermode_multiple_lines.log": CONFIGURED,
    "tail_dockermode_splitted_multiple_lines.log": CONFIGURED,
    "tail_multiline_001.log": CONFIGURED,
}


def read_truths() -> Iterator[tuple[Path, list[str]]]:
    """Yield each file of fluent-bit whose joined records are known, with these records."""
    for path in sorted((CORPORA / "fluent-bit" / "multiline").glob("*.log")):
        for truth in (path.with_suffix(".expected.jsonl"), path.with_suffix(".out")):
            if truth.exists():
                lines = [json.loads(line) for line in truth.read_text("utf-8").splitlines() if line.strip()]
                yield path, [get_text(line) for line in lines]


def get_text(members: dict[str, Any]) -> str:
    text = next((members[name] for name in ("record", "log", "message") if name in members), "")
    return str(text).rstrip("\n")


def has_equal_texts(path: Path, expected: list[str]) -> bool:
    """Tell whether the records have the expected texts, in any order: streams may come in another one."""
    texts = [get_text(record.fields) or record.log_data for record in parse_records(path, None, Summary(path.name))]
    return sorted(texts) == sorted(expected)


def has_equal_starts(path: Path, truth: dict[str, Any]) -> bool:
    """Tell whether records begin in the expected lines."""
    raw = path.read_bytes()
    starts = [raw.count(b"\n", 0, record.offset) + 1 for record in parse_records(path, None, Summary(path.name))]
    return bool(starts == truth["start_lines"] and len(starts) == truth["records"])


def test_the_records_are_those_that_others_find() -> None:
    """Their number and their texts; or there is a reason, for as long as it is true."""
    other = {path.name for path, expected in read_truths() if not has_equal_texts(path, expected)}
    for truth in sorted(CORPORA.glob("*/*/*.records.json")):
        path = truth.with_name(truth.name.removesuffix(".records.json"))
        if path.exists() and not has_equal_starts(path, json.loads(truth.read_text("utf-8"))):
            other.add(path.name)
    assert other == OTHERWISE.keys()
