"""`ops status` without an object says how the environment is, scans nothing, and receives no message."""

import gzip
import json
import os
import pty
import signal
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from log_processor.errors import DamagedObjectError, NotALogError
from log_processor.storing.ledger import Ledger
from log_processor.storing.ledger_row import Row
from log_processor.work.ranges import ObjectRange

from ops import overview
from ops.cli import main
from ops.day_totals import measure_lag
from ops.exit_codes import ExitCode
from ops.failing import Mending, group_failures
from ops.reading import begun_ranges
from ops.reading.ledger_days import RangeRow, list_ranges
from ops.ringing import read_ringing
from stacks.config import load
from tests.unit.log_processor.conftest import Stack
from tests.unit.ops.conftest import PREFIX
from tests.unit.ops.printed import read_error

TABLE = f"{PREFIX}-ledger"
ALARM: dict[str, Any] = {
    "Namespace": "AWS/Lambda",
    "MetricName": "Errors",
    "Statistic": "Sum",
    "Period": 300,
    "EvaluationPeriods": 1,
    "Threshold": 0,
    "ComparisonOperator": "GreaterThanThreshold",
}
LINES = b"".join(b'{"time": "2026-05-04T10:00:%02dZ", "level": "info", "n": %d}\n' % (n % 60, n) for n in range(20))
ERRORS = b'{"time": "2026-05-04T10:01:00Z", "level": "error"}\n' * 3


@pytest.fixture(autouse=True)
def _wide(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is folded, however wide the terminal is."""
    monkeypatch.setenv("COLUMNS", "200")


def read_status(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, dict[str, Any]]:
    """Run `ops status --json`; return the exit code and what it prints."""
    capsys.readouterr()  # what the function has logged
    code = main(["status", "--json", *words])
    return code, json.loads(capsys.readouterr().out)


def drop(stack: Stack, row: dict[str, Any], names: str) -> None:
    """Remove attributes from a row of the ledger, as versions before had not written them."""
    placeholders = {f"#{name}": name for name in names.split()}
    stack.dynamodb.update_item(
        TableName=TABLE,
        Key={name: row[name] for name in ("object", "range")},
        UpdateExpression=f"REMOVE {', '.join(placeholders)}",
        ExpressionAttributeNames=placeholders,
    )


def test_an_empty_environment_is_well(environment: Stack, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing has come in, nothing waits, and nothing is made up."""
    assert environment.items(TABLE) == []
    assert main(["status"]) == ExitCode.WELL
    page = capsys.readouterr().out
    assert "0 messages wait, 0 are delayed, 0 are in flight; 0 ranges begun and not ended" in page
    assert "lag         unknown: no range that has ended says when its event was; nothing is unfinished" in page
    assert "nothing has come in since then" in page


def test_what_came_in_is_by_source_format_and_level(environment: Stack, capsys: pytest.CaptureFixture[str]) -> None:
    """Its figures are those of the files: objects, records, bytes, levels, fallbacks to text."""
    environment.invoke(environment.put("web/a.log", LINES))
    environment.invoke(environment.put("web/b.log", LINES + ERRORS + b"no json\n"))
    environment.invoke(environment.put("app/c.log", b"2026-05-04T10:00:00Z a line of text\n"))
    code, printed = read_status(capsys)
    web, app = printed["sources"]
    assert code == ExitCode.WELL
    assert (web["source"], web["format"], web["objects"], web["ranges"]) == ("web", "json_lines", 2, 2)
    assert (web["read"], web["stored"], web["filtered"], web["rejected"]) == (44, 44, 0, 0)
    assert web["bytes"] == len(LINES) * 2 + len(ERRORS) + len(b"no json\n")
    assert (web["levels"], web["text_fallbacks"], web["uncounted_ranges"]) == ({"info": 40, "error": 3}, 1, 0)
    assert (app["source"], app["objects"], app["read"]) == ("app", 1, 1)
    assert main(["status"]) == ExitCode.WELL
    page = capsys.readouterr().out
    assert "info 40  error 3" in page
    assert "web, json_lines: 1 records fell back to text" in page


def test_midnight_takes_no_failure_from_the_page(environment: Stack, capsys: pytest.CaptureFixture[str]) -> None:
    """What failed yesterday is not counted as today's, and is still shown among what fails."""
    with pytest.raises(DamagedObjectError):
        environment.invoke(environment.put("a.log.gz", gzip.compress(LINES)[:-20]))
    code, printed = read_status(capsys, "--since", (datetime.now(UTC) + timedelta(seconds=5)).isoformat())
    assert (code, printed["sources"]) == (ExitCode.WRONG, [])
    assert [group["objects"] for group in printed["failing"]] == [1]


def test_a_status_scans_nothing(environment: Stack, requests: Counter[str]) -> None:
    """It asks queues and table for attributes, which alarms ring, each shard of two days once, and the reasons."""
    for number in range(3):
        with pytest.raises(DamagedObjectError):
            environment.invoke(environment.put(f"a{number}.log.gz", gzip.compress(LINES)[:-20]))
    requests.clear()
    main(["status"])
    days = 2 + ((datetime.now(UTC) + begun_ranges.CLOCK_SKEW).date() > datetime.now(UTC).date())
    assert requests == {
        "sts:GetCallerIdentity": 1,
        "sqs:GetQueueUrl": 2,
        "sqs:GetQueueAttributes": 2,
        "dynamodb:DescribeTable": 1,
        "cloudwatch:DescribeAlarms": 1,
        "dynamodb:Query": 8 * days,
        "dynamodb:BatchGetItem": 1,
    }


@pytest.mark.usefixtures("environment")
def test_the_alarms_that_ring_are_named(capsys: pytest.CaptureFixture[str]) -> None:
    """By their sections; another environment's, and those that do not ring, are not."""
    assert main(["status"]) == ExitCode.WELL
    assert "alarms      none rings" in capsys.readouterr().out
    cloudwatch = boto3.client("cloudwatch")
    for name in (f"{PREFIX}-errors", f"{PREFIX}-backlog", f"{PREFIX}-denied", "other-dev-errors"):
        cloudwatch.put_metric_alarm(**{**ALARM, "AlarmName": name})
    for name in (f"{PREFIX}-errors", f"{PREFIX}-backlog", "other-dev-errors"):
        cloudwatch.set_alarm_state(AlarmName=name, StateValue="ALARM", StateReason="tried")
    main(["status"])
    assert "alarms      backlog, errors ring: docs/operations.md says what to do" in capsys.readouterr().out
    assert read_status(capsys)[1]["alarms"] == {"names": ["backlog", "errors"], "unknown": ""}


def test_who_may_not_ask_for_alarms_sees_the_rest() -> None:
    """The line says which right is missing; where the alarms are switched off, it says that."""

    def refuse(operation: str) -> None:
        raise ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, operation)

    client = SimpleNamespace(describe_alarms=lambda **_: refuse("DescribeAlarms"))
    asked = SimpleNamespace(config=load({}, {}), session=SimpleNamespace(client=lambda _: client))
    assert read_ringing(asked).describe() == "unknown: the credentials have no right to cloudwatch:DescribeAlarms"  # type: ignore[arg-type]
    asked.config = load({"alarms": False}, {})
    assert read_ringing(asked).describe() == "unknown: there are no alarms, because alarms is false"  # type: ignore[arg-type]


def test_backlog_and_letters_are_counted_and_not_hidden(environment: Stack, capsys: pytest.CaptureFixture[str]) -> None:
    """A message that waits, one in flight and a dead letter: after the question each is where it was."""
    for body in ("one", "two"):
        environment.sqs.send_message(QueueUrl=environment.work_queue_url, MessageBody=body)
    environment.sqs.receive_message(QueueUrl=environment.work_queue_url, MaxNumberOfMessages=1)
    environment.sqs.send_message(QueueUrl=environment.dead_letter_queue_url, MessageBody="letter")
    for _ in range(2):
        code, printed = read_status(capsys)
        assert printed["work"] == {"waiting": 1, "delayed": 0, "in_flight": 1}
        assert printed["dead_letters"] == {"waiting": 1, "delayed": 0, "in_flight": 0}
        assert code == ExitCode.WRONG
    assert len(environment.messages(environment.dead_letter_queue_url)) == 1


def test_what_fails_is_grouped_by_its_reason(environment: Stack, capsys: pytest.CaptureFixture[str]) -> None:
    """Each cause has its objects, whether time mends it, and the reason of the one that began last."""
    for number in range(2):
        with pytest.raises(DamagedObjectError):
            environment.invoke(environment.put(f"web/{number}.log.gz", gzip.compress(LINES)[:-20]))
    with pytest.raises(NotALogError):
        environment.invoke(environment.put("web/a.log", b"\x89PNG\r\n\x1a\n" + bytes(200)))
    code, printed = read_status(capsys)
    damaged, image = printed["failing"]
    assert code == ExitCode.WRONG
    assert (damaged["cause"], damaged["mending"], damaged["objects"]) == ("DamagedObjectError", "permanent", 2)
    assert damaged["newest"] == "s3://source/web/1.log.gz"
    assert (image["cause"], image["objects"]) == ("NotALogError", 1)
    assert image["reason"].startswith("NotALogError: the bytes are a PNG image")
    main(["status"])
    page = capsys.readouterr().out
    assert "2 objects, permanent: DamagedObjectError (somebody has to mend it)" in page
    assert "  newest: s3://source/web/1.log.gz, begun at 20" in page


@pytest.mark.parametrize(
    ("reason", "cause", "mending"),
    [
        ("ThrottledError: the table", "ThrottledError", Mending.TRANSIENT),
        ("ServiceUnavailableError: S3", "ServiceUnavailableError", Mending.TRANSIENT),
        ("DamagedObjectError: it ends early", "DamagedObjectError", Mending.PERMANENT),
        ("SettingsError: a variable", "SettingsError", Mending.PERMANENT),
        ("an unexpected error; see the function's log", "unknown", Mending.UNKNOWN),
        ("FutureError: of a later version", "unknown", Mending.UNKNOWN),
        ("", "unknown", Mending.UNKNOWN),
    ],
)
def test_the_reason_tells_who_mends_it(environment: Stack, reason: str, cause: str, mending: Mending) -> None:
    """The classes of the function's errors say it; of a reason that this version does not know, nothing is guessed."""
    ledger = Ledger(environment.dynamodb, TABLE)
    ledger.begin(ObjectRange("source", "a.log", "v1", None), "1", "web")
    environment.dynamodb.update_item(
        TableName=TABLE,
        Key={"object": {"S": "s3://source/a.log"}, "range": {"S": "v1#000000000000000-end"}},
        UpdateExpression="SET #status = :failed, reason = :reason",
        ExpressionAttributeNames={"#status": "status"},
        ExpressionAttributeValues={":failed": {"S": "failed"}, ":reason": {"S": reason}},
    )
    now = datetime.now(UTC)
    ranges = list_ranges(environment.dynamodb, TABLE, now - timedelta(hours=1), now + timedelta(hours=1))
    (group,) = group_failures(environment.dynamodb, TABLE, ranges)
    assert (group.cause, group.mending, group.reason) == (cause, mending, reason)


def test_what_waits_for_access_is_no_failure_yet(environment: Stack, capsys: pytest.CaptureFixture[str]) -> None:
    """It is a group of its own; its range is begun and not ended, and its age is said."""
    ledger, work = Ledger(environment.dynamodb, TABLE), ObjectRange("source", "a.log", "v1", None)
    ledger.begin(work, "1", "web")
    ledger.note_denial(work, "2026-05-04T10:00:00Z", "AccessDeniedError: reading")
    code, printed = read_status(capsys)
    (group,) = printed["failing"]
    assert (code, group["cause"], group["mending"]) == (ExitCode.WRONG, "AccessDeniedError", "waiting")
    assert (printed["unfinished"], printed["sources"]) == (1, [])
    assert 0 <= printed["lag"]["oldest_ms"] < 600_000


def test_many_failures_are_read_by_the_hundred(environment: Stack, requests: Counter[str]) -> None:
    """250 failed ranges are three requests for their reasons; none is left out."""
    now = datetime.now(UTC)
    for number in range(0, 250, 25):
        puts = [
            {"PutRequest": {"Item": make_failed_row(f"s3://source/{one}.log", now)}}
            for one in range(number, number + 25)
        ]
        environment.dynamodb.batch_write_item(RequestItems={TABLE: puts})
    requests.clear()
    assert main(["status", "--since", "1h"]) == ExitCode.WRONG
    assert requests["dynamodb:BatchGetItem"] == 3
    assert requests["dynamodb:Scan"] == 0


def make_failed_row(name: str, now: datetime) -> dict[str, Any]:
    """Return a row of a range that failed now, for throttling."""
    moment = now.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    values = {
        "object": name,
        "range": "v1#000000000000000-end",
        "status": "failed",
        "started_at": moment,
        "started_day": f"{moment[:10]}#0",
        "finished_at": moment,
        "reason": "ThrottledError: the table",
    }
    return {key: {"S": value} for key, value in values.items()}


def test_the_lag_is_from_event_to_end() -> None:
    """Median and longest of what has ended, the age of the oldest that has not; without an event it is unknown."""

    def build(status: str, event_s: int | None, end_s: int = 0) -> RangeRow:
        event = None if event_s is None else datetime(2026, 5, 4, 10, 0, event_s, tzinfo=UTC)
        row = Row(
            status,
            1,
            "2026-05-04T10:00:00.000Z",
            finished_at=f"2026-05-04T10:00:{end_s:02d}.000Z" if end_s else "",
            event_time=int(event.timestamp() * 1000) if event else None,
        )
        return RangeRow("s3://a/b", "v1#000000000000000-end", row)

    now = datetime(2026, 5, 4, 10, 2, tzinfo=UTC)
    lag = measure_lag([build("done", 0, 2), build("done", 1, 5), build("done", 2, 12), build("done", None, 50)], now)
    assert (lag.ranges, lag.median_ms, lag.max_ms, lag.unknown, lag.oldest_ms) == (4, 4_000, 10_000, 1, None)
    assert measure_lag([build("running", 30), build("running", None)], now).oldest_ms == 120_000


def test_rows_of_earlier_versions_are_unknown_not_zero(environment: Stack, capsys: pytest.CaptureFixture[str]) -> None:
    """Their counts are added up; what they do not have is said to be unknown, for readers and for programs."""
    environment.invoke(environment.put("web/a.log", LINES))
    (row,) = environment.items(TABLE)
    drop(environment, row, "levels text_fallbacks first_time last_time size source event_time")
    code, printed = read_status(capsys)
    (total,) = printed["sources"]
    assert (code, total["source"], total["read"], total["uncounted_ranges"]) == (0, "unknown", 20, 1)
    assert printed["lag"]["unknown"] == 1
    main(["status"])
    assert "unknown of 1 ranges of an earlier version" in capsys.readouterr().out


@pytest.mark.parametrize("words", [[], ["s3://source/web/a.log"]])
def test_a_status_of_a_later_version_is_refused(
    environment: Stack, words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """What this version does not know, it does not call done."""
    environment.invoke(environment.put("web/a.log", LINES))
    (row,) = environment.items(TABLE)
    environment.dynamodb.put_item(TableName=TABLE, Item=row | {"status": {"S": "postponed"}})
    assert main(["status", *words]) == ExitCode.CANNOT_RUN
    said = "the ledger has a range of status 'postponed', which this ops does not know: use that of the "
    assert read_error(capsys).startswith(said)


def test_a_day_begins_at_midnight_of_the_zone(environment: Stack, capsys: pytest.CaptureFixture[str]) -> None:
    """`--tz` moves the beginning of today, and all times on the page."""
    assert environment
    _, printed = read_status(capsys, "--tz", "Asia/Tokyo")
    assert printed["since"].endswith("T00:00:00+09:00")
    assert main(["status", "--tz", "Mars"]) == ExitCode.CANNOT_RUN
    assert read_error(capsys).startswith("--tz Mars: there is no such zone")
    assert main(["status", "--since", "soon"]) == ExitCode.CANNOT_RUN
    assert read_error(capsys).startswith("--since soon: this is no time")


def test_a_dear_day_ends_at_the_limit(environment: Stack, capsys: pytest.CaptureFixture[str]) -> None:
    """Above --max-read it stops after a page, and says what to do."""
    environment.invoke(environment.put("web/a.log", LINES))
    assert main(["status", "--max-read", "1"]) == ExitCode.NOT_CONFIRMED
    assert "of the ledger's index by day are read, and --max-read is 1 bytes: name a shorter time" in read_error(capsys)


def test_watching_shows_it_again(
    environment: Stack, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each round is read anew: what came in meanwhile is there; Ctrl-C ends it with the exit code of an interrupt."""
    rounds: list[float] = []

    def pause(seconds: float) -> None:
        rounds.append(seconds)
        if len(rounds) == 2:
            raise KeyboardInterrupt
        environment.invoke(environment.put("web/a.log", LINES))

    monkeypatch.setattr(overview, "time", SimpleNamespace(sleep=pause))
    assert main(["status", "--watch", "--json"]) == ExitCode.INTERRUPTED
    printed = map(json.loads, capsys.readouterr().out.splitlines())
    before, after = (one for one in printed if "sources" in one)  # the function logs, too
    assert (before["sources"], after["sources"][0]["read"]) == ([], 20)


def test_each_round_may_read_as_much(environment: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    """A watch of hours does not end because all of its rounds together have read more than --max-read."""
    environment.invoke(environment.put("web/a.log", LINES))
    rounds: list[float] = []

    def pause(seconds: float) -> None:
        rounds.append(seconds)
        if len(rounds) == 5:
            raise KeyboardInterrupt

    monkeypatch.setattr(overview, "time", SimpleNamespace(sleep=pause))
    assert main(["status", "--watch", "--json", "--max-read", "140kB"]) == ExitCode.INTERRUPTED
    assert len(rounds) == 5


@pytest.mark.usefixtures("interruptible")
def test_an_interrupted_terminal_is_left_as_it_was(environment: Stack) -> None:
    """Ctrl-C in `--watch` on a terminal switches back from the second screen, and no traceback is on it."""
    assert environment
    parent, child = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "ops", "status", "--watch"],
        stdout=child,
        stderr=child,
        stdin=child,
        cwd=Path(__file__).resolve().parents[3],
        start_new_session=True,
        env=os.environ | {"TERM": "xterm"},
    )
    os.close(child)
    said = b""
    while b"messages wait" not in said:
        said += os.read(parent, 4096)
    process.send_signal(signal.SIGINT)
    try:
        while block := os.read(parent, 4096):
            said += block
    except OSError:  # the terminal is closed
        os.close(parent)
    assert process.wait(120) == ExitCode.INTERRUPTED
    assert said.index(b"\x1b[?1049h") < said.index(b"messages wait") < said.rindex(b"\x1b[?1049l")
    assert b"Traceback" not in said
