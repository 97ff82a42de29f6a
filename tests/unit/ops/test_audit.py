"""`ops audit` closes over what is stored whole, and is seen to fail on tables that are wrong."""

import gzip
import json
from typing import Any

import boto3
import pytest
from log_processor import handler
from log_processor.storing import batch_store
from log_processor.storing.batch_store import BatchStore
from log_processor.storing.wire import Reply

from ops.cli import main
from ops.exit_codes import ExitCode
from tests.unit.log_processor.conftest import Stack
from tests.unit.log_processor.edges import asks
from tests.unit.ops.conftest import PREFIX
from tests.unit.ops.printed import read_error
from tests.unit.ops.stored_environment import LOGS, OBJECTS, stored, upload, write_lines
from tests.unit.ops.test_status import work_on

__all__ = ["stored"]

LEDGER = f"{PREFIX}-ledger"
A = "s3://source/web/a.log"
CONTEXT = {
    "app_name": "tap-serverless",
    "sources": {"old": {"bucket": "source", "suffixes": [".log", ".gz", ".json", ".zip"]}},
}


@pytest.fixture(params=["records", "packs"])
def served(stored: Stack, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Stack:
    """Return the environment, which stores records in either way, and serves the bucket `source`."""
    monkeypatch.setenv("CDKTF_CONTEXT_JSON", json.dumps(CONTEXT | {"storage": request.param}))
    monkeypatch.setenv("STORAGE", request.param)
    account = boto3.client("sts").get_caller_identity()["Account"]
    stored.s3.create_bucket(Bucket=f"{PREFIX}-source-{account}")
    handler.build_parts.cache_clear()
    return stored


def find_item(stack: Stack) -> dict[str, Any]:
    """Return the first item of `web/a.log`: a record, or a pack of all of them."""
    items = stack.dynamodb.scan(TableName=LOGS)["Items"]
    return min((one for one in items if one["source_file"]["S"] == A), key=lambda one: str(one["log_id"]["S"]))


def audit(capsys: pytest.CaptureFixture[str], *options: str) -> tuple[int, list[tuple[str, str]], dict[str, Any]]:
    """Run `ops audit`; return the exit code, each fault with its object, and the summary."""
    capsys.readouterr()
    code = main(["audit", "--json", *options])
    printed = capsys.readouterr()
    *findings, summary = [json.loads(line) for line in printed.out.splitlines()]
    return code, sorted((one["fault"], one["object"]) for one in findings), summary


def test_it_closes_over_what_is_stored(served: Stack, capsys: pytest.CaptureFixture[str]) -> None:
    """Plain, compressed and wide objects, members of a zip, elements of documents: each record is compared."""
    for key, body in OBJECTS.items():
        upload(served, key, body)
    code, faults, summary = audit(capsys, "--deep")
    assert (code, faults) == (0, [])
    assert (summary["versions"], summary["read"], summary["closes"]) == (5, 169, True)


def change_row(stack: Stack, change: str, **values: Any) -> None:
    """Change the only row of `web/a.log` by hand."""
    (row,) = (row for row in stack.items(LEDGER) if row["object"]["S"] == A)
    stack.dynamodb.update_item(
        TableName=LEDGER,
        Key={name: row[name] for name in ("object", "range")},
        UpdateExpression=change,
        ExpressionAttributeNames={f"#{name}": name for name in values},
        ExpressionAttributeValues={f":{name}": value for name, value in values.items()},
    )


def take_item_away(stack: Stack) -> None:
    """Remove a record: the item, or the pack that holds it and others."""
    item = find_item(stack)
    stack.dynamodb.delete_item(TableName=LOGS, Key={name: item[name] for name in ("log_id", "timestamp")})


def add_item(stack: Stack) -> None:
    """Store what is there under one more key, too."""
    item = find_item(stack)
    key = {"timestamp": {"N": str(int(item["timestamp"]["N"]) + 1)}}
    stack.dynamodb.put_item(TableName=LOGS, Item=item | key)


def add_stranger(stack: Stack) -> None:
    """Store a record of an object that nobody has uploaded."""
    item = find_item(stack)
    strange = {"log_id": {"S": f"{'0' * 30}{item['log_id']['S'][30:]}"}, "source_file": {"S": "s3://source/web/b.log"}}
    stack.dynamodb.put_item(TableName=LOGS, Item=item | strange)


def take_row_away(stack: Stack) -> None:
    (row,) = (row for row in stack.items(LEDGER) if row["object"]["S"] == A)
    stack.dynamodb.delete_item(TableName=LEDGER, Key={name: row[name] for name in ("object", "range")})


def write_row_of_another_version(stack: Stack) -> None:
    (row,) = (row for row in stack.items(LEDGER) if row["object"]["S"] == A)
    take_row_away(stack)
    other = {"version": {"S": "v0"}, "range": {"S": f"v0#{row['range']['S'].rpartition('#')[2]}"}}
    stack.dynamodb.put_item(TableName=LEDGER, Item=row | other)


def upload_newer_object(stack: Stack) -> None:
    stack.put("web/a.log", write_lines(7))


def halve_range(stack: Stack) -> None:
    change_row(stack, "SET #end = :end", end={"N": "700"})


def make_parser_old(stack: Stack) -> None:
    change_row(
        stack,
        "SET #parsers = :parsers, #parser_version = :parser_version",
        parsers={"SS": ["1.0"]},
        parser_version={"S": "1.0"},
    )


WRONG = {
    "an item gone": (take_item_away, [("records missing", A)]),
    "an item too many": (add_item, [("records too many", A)]),
    "an item of no object": (add_stranger, [("records without a row", "s3://source/web/b.log")]),
    "a row gone": (take_row_away, [("never seen", A)]),
    "a row of another version": (write_row_of_another_version, [("changed since", A)]),
    "an object newer than its row": (upload_newer_object, [("changed since", A)]),
    "half a range": (halve_range, [("bytes in no range", A)]),
    "an old parser": (make_parser_old, [("old parser", A)]),
}


@pytest.mark.parametrize("name", WRONG)
def test_it_fails_on_a_wrong_table(name: str, served: Stack, capsys: pytest.CaptureFixture[str]) -> None:
    """Each table is wrong by one change by hand, and the audit names that and nothing else."""
    upload(served, "web/a.log", write_lines(50))
    upload(served, "app/other.log", write_lines(9))
    change, expected = WRONG[name]
    change(served)
    assert audit(capsys, "--deep", "--patience", "0s")[:2] == (1, expected)


def test_records_too_many_are_named(served: Stack, capsys: pytest.CaptureFixture[str]) -> None:
    """Three of their ids at most, by which `ops show` finds them."""
    upload(served, "web/a.log", write_lines(50))
    for _ in range(5):
        add_item(served)
    assert main(["audit", "--deep"]) == 1
    (finding,) = (line for line in capsys.readouterr().out.splitlines() if "beside the 50 that" in line)
    named = finding.partition("such as ")[2].split(", ")
    assert 1 <= len(named) <= 3
    for log_id in named:
        assert main(["show", log_id]) == 0


@pytest.mark.parametrize("served", ["records"], indirect=True)
@pytest.mark.parametrize("how", [(), ("--deep",)])
def test_what_the_table_refused_is_there_as_text(
    how: tuple[str, ...], served: Stack, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It has the key of the record that it is, so that neither a sample nor a comparison of all misses it."""
    put = BatchStore._put

    def refuse_sevens(store: BatchStore, puts: list[bytes], reply: Reply | None = None) -> None:
        if any(b"GET /7 " in one and b'"fields"' in one for one in puts):
            raise batch_store._InvalidBatchError("it is odd")
        put(store, puts, reply)

    monkeypatch.setattr(BatchStore, "begin", lambda *_: None)
    monkeypatch.setattr(BatchStore, "_put", refuse_sevens)
    upload(served, "web/a.log", write_lines(50))
    refused = [item for item in served.items(LOGS) if "DynamoDB refused" in item.get("parse_error", {}).get("S", "")]
    assert [item["format"]["S"] for item in refused] == ["text"]
    code, faults, summary = audit(capsys, *how)
    assert (code, faults, summary["rejected"]) == (0, [], 1)


@pytest.mark.parametrize("served", ["records"], indirect=True)
@pytest.mark.parametrize(
    ("change", "values", "fault"),
    [
        ("SET #status = :status, #reason = :reason", {"status": {"S": "failed"}, "reason": {"S": "x: y"}}, "failed"),
        ("SET #status = :status", {"status": {"S": "running"}}, "unfinished"),
        ("SET #denied_since = :denied_since", {"denied_since": {"S": "2026-05-04T10:00:00Z"}}, "waits for access"),
        ("SET #stored = :stored", {"stored": {"N": "49"}}, "counts do not add up"),
        ("ADD #parsers :parsers", {"parsers": {"SS": ["1.0"]}}, "mixed parsers"),
        ("ADD #record_rules :record_rules", {"record_rules": {"SS": ["1"]}}, "mixed rules"),
        ("SET #size = :size", {"size": {"N": "1"}}, "changed since"),
        ("SET #start = :start", {"start": {"N": "10"}}, "bytes in no range"),
    ],
)
def test_a_row_tells_what_is_wrong(
    change: str, values: dict[str, Any], fault: str, served: Stack, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without a look at the records; the page for readers has the same fault, and what is to be done."""
    upload(served, "web/a.log", write_lines(50))
    change_row(served, change, **values)
    assert audit(capsys, "--patience", "0s", "--sample", "0")[:2] == (1, [(fault, A)])
    assert main(["audit", "--patience", "0s", "--sample", "0"]) == 1
    page = capsys.readouterr().out
    assert f"\n{fault} (1): " in page
    assert page.endswith("\ndoes not close: 1 findings\n")


def test_a_sample_finds_what_is_gone(served: Stack, capsys: pytest.CaptureFixture[str]) -> None:
    """Of an object of 50 records all are looked up; the line for readers says how many were."""
    upload(served, "web/a.log", write_lines(50))
    assert main(["audit"]) == 0
    page = capsys.readouterr().out
    assert "50 records of 1 versions looked up" in page
    assert page.endswith("\ncloses\n")
    take_item_away(served)
    assert audit(capsys)[:2] == (1, [("records missing", A)])


def test_ranges_and_continuations_close(
    served: Stack, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A split object and a continued one are read again as a whole, and have the same records."""
    monkeypatch.setenv("SPLIT_THRESHOLD_BYTES", "65536")
    monkeypatch.setenv("RANGE_BYTES", "50000")
    body = write_lines(60) * 100
    for key, content in (("web/large.log", body), ("web/large.log.gz", gzip.compress(body))):
        served.invoke(served.put(key, content), asks(12))
        work_on(served, 12)
    assert len(served.items(LEDGER)) > 2
    assert audit(capsys, "--deep")[:2] == (0, [])


REPAIRED = {"an item gone", "a row gone", "an object newer than its row", "half a range", "an old parser"}


@pytest.mark.parametrize("name", sorted(REPAIRED))
def test_a_repair_closes_it(name: str, served: Stack, capsys: pytest.CaptureFixture[str]) -> None:
    """It says what it would send, sends that when it is told to, and the next audit closes; the act is logged."""
    upload(served, "web/a.log", write_lines(50))
    upload(served, "app/other.log", write_lines(9))
    WRONG[name][0](served)
    options = ("--deep", "--patience", "0s", "--repair")
    assert audit(capsys, *options)[0] == 1
    assert served.messages(served.work_queue_url) == []
    assert audit(capsys, *options, "--yes")[0] == 1
    work_on(served, 10_000)
    assert audit(capsys, "--deep", "--patience", "0s")[:2] == (0, [])
    assert main(["acts"]) == 0
    assert "1 sent" in capsys.readouterr().out


@pytest.mark.parametrize("served", ["records"], indirect=True)
def test_what_has_just_come_is_under_way(served: Stack, capsys: pytest.CaptureFixture[str]) -> None:
    """Its event may still come, so it is no loss; but as long as it has not, the account does not close."""
    served.put("web/a.log", write_lines(50))
    assert audit(capsys)[:2] == (1, [("under way", A)])
    assert audit(capsys, "--patience", "0s")[:2] == (1, [("never seen", A)])


@pytest.mark.parametrize("served", ["records"], indirect=True)
def test_a_replay_that_no_attempt_has_begun_is_unfinished(served: Stack, capsys: pytest.CaptureFixture[str]) -> None:
    """Its row has no time of an attempt yet: that at which the replay was made stands for it."""
    upload(served, "web/a.log", write_lines(50))
    opened = {"status": {"S": "running"}, "replay": {"S": "20260504T100000000Z-1f3a"}}
    change_row(served, "SET #status = :status, #replay = :replay REMOVE started_at, finished_at", **opened)
    code, faults, *_ = audit(capsys)
    assert (code, faults) == (1, [("unfinished", A)])


@pytest.mark.parametrize("served", ["records"], indirect=True)
def test_a_part_of_the_uploads_is_audited(served: Stack, capsys: pytest.CaptureFixture[str]) -> None:
    """By time, by the beginning of the names, and without ignored keys and those that no source takes."""
    for key in ("web/a.log", "web/b.log", "app/c.log", "app/c.txt"):
        served.put(key, write_lines(5))
    for options, versions in (
        ((), 3),
        (("s3://source/web/",), 2),
        (("s3://source/we",), 2),
        (("--ignore", "web/*", "--ignore", "*c.log"), 0),
        (("--to", "1h"), 0),
    ):
        assert audit(capsys, *options)[2]["versions"] == versions


@pytest.mark.parametrize("served", ["records"], indirect=True)
@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("s3://elsewhere/",), "s3://elsewhere/: no source takes objects of such names: 'ops sources' says which"),
        (("--since", "1h", "--to", "3h"), "--since 1h is not before --to 3h: name an earlier time, or a later end"),
        (("--sample", "-1"), "--sample -1: it must not be below 0: write 0 for none"),
    ],
)
def test_nothing_closes_over_what_is_not_there(
    options: tuple[str, ...], sentence: str, served: Stack, capsys: pytest.CaptureFixture[str]
) -> None:
    """An audit of a time or a name that can have no objects proves nothing."""
    upload(served, "web/a.log", write_lines(5))
    capsys.readouterr()
    assert main(["audit", *options]) == ExitCode.CANNOT_RUN
    assert read_error(capsys).startswith(sentence)
