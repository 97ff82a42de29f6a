"""A key may hold any character: none of them forges a line of the log, a reason or an error document."""

import json
import re
from typing import Any
from urllib.parse import quote_plus

import pytest
from log_processor.errors import ObjectMissingError, PipelineError
from log_processor.reading.source import ObjectSource

from tests.unit.log_processor.conftest import Stack

COLOURED = "web/a\x1b[2J\x9b.log.gz"
KEY = "web/a\n[ERROR] forged\x1b[2J\x9b.log.gz"
SHOWN = r"web/a\n[ERROR] forged\x1b[2J\x9b.log.gz"
CONTROL = re.compile("[\x00-\x1f\x7f-\x9f]")


def event_of(stack: Stack, key: str) -> dict[str, Any]:
    """Return the event of an object that is gone: the local S3 takes no key with a line's end."""
    event = stack.put("web/a.log", b"a line\n")
    event["Records"][0]["s3"]["object"]["key"] = quote_plus(key)
    return event


def refuse(*_: object) -> None:
    """Fail as nobody expects, with a message that has lines of its own."""
    raise ValueError(f"cannot open {KEY}")


def test_a_failure_is_one_line_of_the_log(stack: Stack, caplog: pytest.LogCaptureFixture) -> None:
    """`%0A` in an event's key; the service logs what is raised, too."""
    with pytest.raises(PipelineError) as raised:
        stack.invoke(event_of(stack, KEY))
    assert SHOWN in str(raised.value)
    assert not CONTROL.search(str(raised.value))
    own = [record for record in caplog.records if record.name.startswith("log_processor")]
    (error,) = [record.getMessage() for record in own if record.levelname == "ERROR"]
    assert SHOWN in error
    assert not [record for record in own if CONTROL.search(record.getMessage())]


def test_the_reasons_that_are_kept_hold_no_control_character(stack: Stack) -> None:
    """The ledger's and the error document's; what names the object keeps its key as it is."""
    with pytest.raises(ObjectMissingError):
        stack.invoke(event_of(stack, COLOURED))
    (row,) = [row for row in stack.items("ledger") if "reason" in row]
    assert not CONTROL.search(row["reason"]["S"])
    assert row["object"]["S"] == f"s3://source/{COLOURED}"
    documents = [key for key in stack.archived() if key.endswith(".error.json")]
    (document,) = (json.load(stack.s3.get_object(Bucket="archive", Key=key)["Body"]) for key in documents)
    assert not CONTROL.search(document["error_message"] + document["not_archived"])
    assert document["key"] == COLOURED


def test_a_trace_begins_no_line_of_the_log(
    stack: Stack, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """What nobody expected is logged with its trace, whose lines are indented; the key is escaped."""
    event = event_of(stack, KEY)
    monkeypatch.setattr(ObjectSource, "open", refuse)
    with pytest.raises(PipelineError) as raised:
        stack.invoke(event)
    (message,) = (one for one in caplog.messages if one.startswith("unexpected error"))
    first, *trace = message.split("\n")
    assert SHOWN in first
    assert [line for line in trace if not line.startswith("  ")] == []
    assert not CONTROL.search("".join(trace))
    assert not CONTROL.search(str(raised.value))
