"""The ledger's rows, against a real HTTP service: what an attempt says, and what it may not leave behind."""

import json
from dataclasses import replace

import pytest
from log_processor.errors import RetryableError
from log_processor.parser_version import get_parser_version
from log_processor.storing import ledger as module
from log_processor.storing.batches import Checkpoint
from log_processor.storing.ending import Ending
from log_processor.storing.ledger import Ledger
from log_processor.work.members import Member
from log_processor.work.plan import Plan, decode_plan
from log_processor.work.ranges import ObjectRange

from tests.unit.log_processor.conftest import Stack

WORK = ObjectRange("source", "a.log", "v1", None)
PLAN = Plan(
    format="klog",
    declared=False,
    kind="lines",
    size_bytes=1_000,
    etag="etag",
    piece_bytes=0,
    last_modified_ms=1_777_888_800_000,
    parser="1",
    rules={},
    record_rules="",
)


@pytest.fixture
def ledger(stack: Stack) -> Ledger:
    return Ledger(stack.make_table_client(), "ledger")


def ending(status: str, read: int = 0, **words: int) -> Ending:
    return Ending(status, Checkpoint(100, read, read), 5, **words)  # type: ignore[arg-type]


def test_the_first_final_word_wins(ledger: Ledger) -> None:
    """Of two simultaneous attempts, the second gets the row that the first one finished."""
    ledger.begin(WORK, "", "web")
    ledger.begin(WORK, "", "web")
    assert ledger.end(WORK, ending("continued", 3, resume=100)).status == "continued"
    heard = ledger.end(WORK, ending("done", 7))
    assert (heard.status, heard.resume) == ("continued", 100)
    assert (ledger.begin(WORK, "", "web").status, ledger.begin(WORK, "", "web").attempts) == ("continued", 2)


def test_a_failure_does_not_undo_what_another_attempt_finished(ledger: Ledger) -> None:
    """A row that failed may still be finished by another attempt."""
    ledger.begin(WORK, "", "web")
    assert ledger.end(WORK, ending("failed")).status == "failed"
    assert ledger.end(WORK, ending("done", 7)).status == "done"
    assert ledger.end(WORK, ending("failed")).status == "done"


def test_another_parser_begins_with_a_clean_row(ledger: Ledger, stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    """A failed row that said `split into 9 ranges`, or where the rest begins, says so no longer."""
    ledger.begin(WORK, "", "web")
    ledger.end(WORK, ending("failed", 3, resume=100, ranges=9))
    monkeypatch.setattr(module, "get_parser_version", lambda: "another")
    begun = ledger.begin(WORK, "", "web")
    assert (begun.status, begun.attempts, begun.resume) == ("running", 2, None)
    ledger.end(WORK, ending("done", 7))
    (row,) = stack.items("ledger")
    assert {"resume", "ranges", "sequential"} & row.keys() == set()
    assert row["started_at"]["S"] == begun.processed_at


@pytest.mark.parametrize("word", ["done", "continued"])
def test_a_final_word_holds_for_every_parser(ledger: Ledger, monkeypatch: pytest.MonkeyPatch, word: str) -> None:
    """A redelivery after a deploy reads nothing again: only a replay does."""
    ledger.begin(WORK, "", "web")
    ledger.end(WORK, ending(word, 3))
    monkeypatch.setattr(module, "get_parser_version", lambda: "another")
    assert (ledger.begin(WORK, "", "web").status, ledger.begin(WORK, "", "web").parser_version) == (
        word,
        get_parser_version(),
    )


def test_the_first_plan_holds(ledger: Ledger, stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of two attempts that decide at once one is heard, and a later attempt of another parser finds its plan."""
    ledger.begin(WORK, "", "web")
    assert ledger.keep_plan(WORK, PLAN) == PLAN
    assert ledger.keep_plan(WORK, replace(PLAN, format="text", piece_bytes=7)) == PLAN
    ledger.end(WORK, ending("failed"))
    monkeypatch.setattr(module, "get_parser_version", lambda: "another")
    assert decode_plan(ledger.begin(WORK, "", "web").plan) == PLAN
    (row,) = stack.items("ledger")
    assert json.loads(row["plan"]["S"])["version"] == 1


def test_a_row_names_all_that_worked_on_it(ledger: Ledger, stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each attempt adds its parser and its route's rules; one of a version that did not is counted all the same."""
    ledger.begin(WORK, "", "web")
    stack.dynamodb.update_item(
        TableName="ledger",
        Key={"object": {"S": WORK.uri}, "range": {"S": WORK.label}},
        UpdateExpression="ADD attempts :one",
        ExpressionAttributeValues={":one": {"N": "1"}},
    )
    monkeypatch.setattr(module, "get_parser_version", lambda: "another")
    row = ledger.begin(WORK, "0a1b", "web")
    assert row.parsers == {get_parser_version(), "another"}
    assert row.record_rules == {"none", "0a1b"}
    assert (row.attempts, row.marked_attempts) == (3, 2)


def test_uploads_to_a_bucket_without_versions(ledger: Ledger) -> None:
    """The whole object's row of each upload with an ETag is found; ranges, other ETags and other objects are not."""
    first, second = (
        replace(WORK, version_id=None, etag="e1", last_modified_ms=1_777_888_800_000 + seconds * 1_000)
        for seconds in (0, 60)
    )
    for work in (first, second, replace(first, end=50), replace(first, etag="e2"), replace(first, key="b.log"), WORK):
        ledger.begin(work, "", "web")
    ledger.end(second, ending("done", 7))
    rows = ledger.find_uploads(replace(WORK, version_id=None, etag="e1"))
    assert [(row.version, row.status) for row in rows] == [(first.version, "running"), (second.version, "done")]


def test_what_an_older_parser_says_at_its_end_is_not_taken(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    """The attempt of the newer one is under way, and stores everything again."""
    ledger.begin(WORK, "", "web")
    monkeypatch.setattr(module, "get_parser_version", lambda: "another")
    ledger.begin(WORK, "", "web")
    monkeypatch.undo()
    assert ledger.end(WORK, ending("done", 3)).status == "running"


def test_a_row_that_is_gone_is_no_word(ledger: Ledger, stack: Stack) -> None:
    """Whoever removed it: the attempt fails and comes again, or the rest of its range would be forgotten."""
    ledger.begin(WORK, "", "web")
    for row in stack.items("ledger"):
        stack.dynamodb.delete_item(TableName="ledger", Key={name: row[name] for name in ("object", "range")})
    with pytest.raises(RetryableError, match="writing the ledger row"):
        ledger.end(WORK, ending("continued", 3, resume=100))


def test_a_member_s_row_is_no_upload(ledger: Ledger, stack: Stack) -> None:
    """It says which member of the zip it is of; what looks for uploads passes over it."""
    upload = replace(WORK, version_id=None, etag="e", last_modified_ms=1_777_888_800_000)
    member = Member(3, "a/b.log", 99, 5, 9, 8, 7)
    for work in (upload, replace(upload, member=member)):
        ledger.begin(work, "", "web")
    assert len(ledger.find_uploads(upload)) == 1
    rows = stack.dynamodb.scan(TableName="ledger")["Items"]
    (row,) = (row for row in rows if "member" in row)
    assert (row["member"]["N"], row["member_name"]["S"]) == ("3", "a/b.log")
    assert row["range"]["S"].endswith("#member-00003/000000000000000-end")


def test_who_hears_that_the_ledger_refused(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another attempt does, and one whose word was taken and the answer lost does not: boto3 asks again."""
    ledger.begin(WORK, "", "web")
    monkeypatch.setattr(module, "_get_now", lambda: "2026-05-04T10:00:00.123Z")
    assert not ledger.end(WORK, ending("done", 7)).is_refused
    assert not ledger.end(WORK, ending("done", 7)).is_refused
    assert ledger.end(WORK, ending("done", 6)).is_refused
    monkeypatch.undo()
    assert ledger.end(WORK, ending("done", 7)).is_refused
    assert ledger.begin(WORK, "", "web").is_refused
