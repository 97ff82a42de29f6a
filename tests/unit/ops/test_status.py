"""`ops status` reports how far an object is, whatever became of its ranges."""

import gzip
import json
import time
from types import SimpleNamespace

import pytest
from log_processor.errors import DamagedObjectError
from log_processor.parser_version import get_parser_version
from log_processor.storing import ledger
from log_processor.storing.ledger import Ledger
from log_processor.work.ranges import ObjectRange

from ops import status
from ops.cli import main
from tests.unit.log_processor.conftest import Stack
from tests.unit.log_processor.edges import asks
from tests.unit.ops.printed import read_error

LINES = b"".join(b"2026-05-04T10:00:00Z request %d\n" % number for number in range(500))


@pytest.fixture(autouse=True)
def _ledger(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CDKTF_CONTEXT_JSON", json.dumps({"app_name": "tap-serverless"}))


def read_account(name: str, capsys: pytest.CaptureFixture[str]) -> tuple[int, dict[str, object]]:
    """Run `ops status`; return the exit code and the only account that it prints."""
    capsys.readouterr()  # what the function has logged
    code = main(["status", name, "--ledger", "ledger", "--json"])
    (line,) = capsys.readouterr().out.splitlines()
    return code, json.loads(line)


def work_on(stack: Stack, calls: int) -> None:
    """Deliver the messages of the work queue, each in an invocation that may read the clock `calls` times."""
    while messages := stack.messages(stack.work_queue_url):
        for message in messages:
            stack.sqs.delete_message(QueueUrl=stack.work_queue_url, ReceiptHandle=message["ReceiptHandle"])
            record = {"messageId": "1", "body": message["Body"], "eventSource": "aws:sqs"}
            stack.invoke({"Records": [record]}, asks(calls))


def test_a_denied_range_says_since_when_it_waits(stack: Stack, capsys: pytest.CaptureFixture[str]) -> None:
    """The row is still running; its next attempt removes the words, and adds them again if it is denied too."""
    rows, work = Ledger(stack.dynamodb, "ledger"), ObjectRange("source", "a.log", "v1", None)
    words = "waits: denied since 2026-05-04T10:00:00Z: AccessDeniedError: reading"
    rows.begin(work, "1", "web")
    rows.note_denial(work, "2026-05-04T10:00:00Z", "AccessDeniedError: reading")
    code, printed = read_account("s3://source/a.log", capsys)
    assert (code, printed["status"], printed["waits"], printed["reasons"]) == (1, "running", [words], [])
    assert main(["status", "s3://source/a.log", "--ledger", "ledger"]) == 1
    assert words in capsys.readouterr().out
    rows.begin(work, "1", "web")
    assert read_account("s3://source/a.log", capsys)[1]["waits"] == []


def test_gaps_are_accounted_for(stack: Stack, capsys: pytest.CaptureFixture[str]) -> None:
    """The bytes of runs of NULs stand beside those that were read, of all attempts and continuations together."""
    body = bytes(3_000) + LINES[:6_000] + bytes(50) + LINES[6_000:] + bytes(70)
    stack.invoke(stack.put("web/a.log", body), asks(6))
    work_on(stack, 6)
    code, printed = read_account("s3://source/web/a.log", capsys)
    assert (code, printed["skipped_bytes"]) == (0, 3_120)
    assert int(str(printed["continued"])) > 0
    assert main(["status", "s3://source/web/a.log", "--ledger", "ledger"]) == 0
    assert "; 3,120 in runs of NULs, in no record\n" in capsys.readouterr().out


def test_an_object_of_one_range_is_done(stack: Stack, capsys: pytest.CaptureFixture[str]) -> None:
    """One range, every record stored, exit code 0; the page for readers says the same."""
    stack.invoke(stack.put("web/a.log", LINES))
    code, printed = read_account("s3://source/web/a.log", capsys)
    assert (code, printed["status"], printed["ranges"], printed["missing"]) == (0, "done", 1, 0)
    assert (printed["read"], printed["stored"], printed["bytes"], printed["closes"]) == (500, 500, len(LINES), True)
    assert main(["status", "s3://source/web/a.log", "--ledger", "ledger"]) == 0
    page = capsys.readouterr().out
    assert "500 read = 500 stored + 0 filtered + 0 rejected\n" in page
    assert "1 (1 done), 1 attempts" in page


def test_a_split_object_is_done_when_its_last_range_is(
    stack: Stack, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Ranges that wait are missing until they are processed; a continued one counts as one range more."""
    monkeypatch.setenv("SPLIT_THRESHOLD_BYTES", "1000")
    monkeypatch.setenv("RANGE_BYTES", "4096")
    stack.invoke(stack.put("web/a.log", LINES))
    handed_out = -(-len(LINES) // 4096)
    code, printed = read_account("s3://source/web/a.log", capsys)
    assert (code, printed["status"], printed["ranges"], printed["missing"]) == (1, "waiting", handed_out, handed_out)
    work_on(stack, 5)
    code, printed = read_account("s3://source/web/a.log", capsys)
    assert (code, printed["status"], printed["missing"], printed["stored"]) == (0, "done", 0, 500)
    assert printed["continued"]
    assert printed["ranges"] == printed["done"] + printed["continued"]  # type: ignore[operator]


def test_an_object_that_was_read_across_a_deploy_is_done(
    stack: Stack, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its plan was kept, so each byte is in one range: the exit code is 0, and the page and the JSON name the parsers.

    A script that is to stop at such an object compares `parsers`.
    """
    stack.invoke(stack.put("a.log.gz", gzip.compress(LINES)), asks(5))
    monkeypatch.setattr(ledger, "get_parser_version", lambda: "after-the-deploy")
    work_on(stack, 60)
    code, printed = read_account("s3://source/a.log.gz", capsys)
    assert (code, printed["status"], printed["stored"]) == (0, "done", 500)
    assert printed["parsers"] == sorted([get_parser_version(), "after-the-deploy"])
    assert main(["status", "s3://source/a.log.gz", "--ledger", "ledger"]) == 0
    assert "mixed parsers: " in capsys.readouterr().out


def test_a_continued_range_waits_for_its_rest(stack: Stack, capsys: pytest.CaptureFixture[str]) -> None:
    """The row of the range is final, but the object is not done."""
    stack.invoke(stack.put("a.log.gz", gzip.compress(LINES)), asks(5))
    code, printed = read_account("s3://source/a.log.gz", capsys)
    assert (code, printed["status"], printed["continued"], printed["missing"]) == (1, "waiting", 1, 1)
    work_on(stack, 60)
    assert read_account("s3://source/a.log.gz", capsys)[0] == 0


def test_each_version_has_a_status_and_its_reason(stack: Stack, capsys: pytest.CaptureFixture[str]) -> None:
    """A damaged version and its repaired successor are listed apart; the exit code is 1, because one failed."""
    with pytest.raises(DamagedObjectError):
        stack.invoke(stack.put("a.log.gz", gzip.compress(LINES)[:-20]))
    stack.invoke(stack.put("a.log.gz", gzip.compress(LINES)))
    capsys.readouterr()  # what the function has logged
    assert main(["status", "s3://source/a.log.gz", "--ledger", "ledger", "--json"]) == 1
    broken, mended = map(json.loads, capsys.readouterr().out.splitlines())
    assert (broken["status"], mended["status"]) == ("failed", "done")
    assert broken["reasons"][0].startswith("DamagedObjectError: ")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["s3://source/none.log", "--ledger", "ledger"], "has no row of s3://source/none.log"),
        (["none.log", "--ledger", "ledger"], "write s3://BUCKET/KEY"),
        (["s3://source/none.log"], "the ledger tap-serverless-dev-ledger does not exist in us-east-1"),
    ],
)
@pytest.mark.usefixtures("stack")
def test_an_unusable_request_is_one_sentence(
    arguments: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """It names the input and the remedy; the exit code is 2. The ledger is the environment's unless one is named."""
    assert main(["status", *arguments]) == 2
    assert sentence in read_error(capsys)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--wait", "5"], "--wait is for one object: name it, s3://BUCKET/KEY"),
        (["s3://b/k", "--since", "today"], "--since is for the environment, and s3://b/k is an object"),
        (["s3://b/k", "--watch"], "--watch is for the environment, and s3://b/k is an object"),
        (["s3://b/k", "--max-read", "1GB"], "--max-read is for the environment, and s3://b/k is an object"),
        (["s3://b"], "s3://b: this names no object: write s3://BUCKET/KEY"),
    ],
)
def test_an_option_of_the_other_form_is_refused(
    words: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is not left aside in silence, also if it says what holds without it; AWS is not asked."""
    assert main(["status", *words]) == 2
    captured = capsys.readouterr()
    assert (captured.out, captured.err.startswith(f"error: {says}")) == ("", True)


def test_the_region_is_that_of_the_configuration(
    stack: Stack, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """AWS_REGION is enough, as it is for Terraform; a region for another tool is reported, and not used."""
    stack.invoke(stack.put("web/a.log", LINES))
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    monkeypatch.setenv("AWS_CONFIG_FILE", "nosuch")
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    assert read_account("s3://source/web/a.log", capsys)[0] == 0
    monkeypatch.delenv("AWS_REGION")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    assert main(["status", "s3://source/web/a.log", "--ledger", "ledger", "--json"]) == 0
    assert capsys.readouterr().err.startswith("note: AWS_DEFAULT_REGION says eu-west-1, but the stacks are for us-east")


def test_control_characters_of_a_name_are_escaped(stack: Stack, capsys: pytest.CaptureFixture[str]) -> None:
    """The object is looked up by its key as it is; only what is printed is escaped."""
    key = "web/a\x1b[2J\x9b.log"
    stack.invoke(stack.put(key, LINES))
    for words in (["--json"], []):
        assert main(["status", f"s3://source/{key}", "--ledger", "ledger", *words]) == 0
        assert not set(capsys.readouterr().out) & {"\x1b", "\x9b"}
    assert main(["status", f"s3://source/{key}.gz", "--ledger", "ledger"]) == 2
    assert r"a\x1b[2J\x9b.log.gz" in capsys.readouterr().err


def test_it_waits_for_the_end_if_asked_to(
    stack: Stack, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """With `--wait`, an object of which the ledger has no row yet is reported after it is done: exit code 0."""
    event = stack.put("web/a.log", LINES)
    pauses: list[float] = []

    def work(seconds: float) -> None:
        pauses.append(seconds)
        stack.invoke(event)

    monkeypatch.setattr(status, "time", SimpleNamespace(monotonic=time.monotonic, sleep=work))
    words = ["status", "s3://source/web/a.log", "--ledger", "ledger"]
    assert main(words) == 2
    assert main([*words, "--wait", "60"]) == 0
    assert pauses == [1.0]
    assert "500 stored" in capsys.readouterr().out


def test_the_page_says_what_the_records_say(stack: Stack, capsys: pytest.CaptureFixture[str]) -> None:
    """Source, size, levels, fallbacks and times; of rows that an earlier version ended, that they are unknown."""
    lines = (b'{"time": "2026-05-04T10:0%d:00Z", "level": "%s"}\n' % one for one in ((0, b"error"), (5, b"info")))
    body = b"".join(lines) + b"no json\n"
    stack.invoke(stack.put("web/a.log", body))
    code, printed = read_account("s3://source/web/a.log", capsys)
    facts = {"source": "web", "size": len(body), "event_time": None, "levels": {"error": 1, "info": 1}}
    facts |= {"text_fallbacks": 1, "first_time": "2026-05-04T10:00:00Z", "last_time": "2026-05-04T10:05:00Z"}
    assert (code, printed["facts"]) == (0, facts)
    main(["status", "s3://source/web/a.log", "--ledger", "ledger"])
    page = capsys.readouterr().out
    assert f"{len(body)} bytes in S3, source web\n" in page
    assert "1 error, 1 info; 1 records fell back to text\n" in page
    (row,) = stack.items("ledger")
    stack.dynamodb.update_item(
        TableName="ledger",
        Key={name: row[name] for name in ("object", "range")},
        UpdateExpression="REMOVE levels, text_fallbacks, first_time, last_time, #size, #source",
        ExpressionAttributeNames={"#size": "size", "#source": "source"},
    )
    assert main(["status", "s3://source/web/a.log", "--ledger", "ledger"]) == 0
    page = capsys.readouterr().out
    assert "of unknown size, source unknown\n" in page
    assert "unknown: a range was ended by a version that did not count them\n" in page


def test_times_of_an_object_have_the_zone(stack: Stack, capsys: pytest.CaptureFixture[str]) -> None:
    """The page has them in that of `--tz`, without it in UTC; the JSON is UTC."""
    stack.invoke(stack.put("web/a.log", b"2026-05-04T10:00:00Z a line\n"))
    words = ["status", "s3://source/web/a.log", "--ledger", "ledger"]
    assert main(words) == 0
    assert "2026-05-04T10:00:00Z to 2026-05-04T10:00:00Z" in capsys.readouterr().out
    assert main([*words, "--tz", "Asia/Kolkata"]) == 0
    page = capsys.readouterr().out
    assert "2026-05-04T15:30:00+05:30 to 2026-05-04T15:30:00+05:30" in page
    assert all(line.count("+05:30") == 2 for line in page.splitlines() if line.startswith("  time"))
    assert main([*words, "--tz", "Mars"]) == 2
