"""`ops replay` says what it would read again, sends it with `--yes`, and goes on where it was stopped."""

import json
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from log_processor import beginning, parser_version
from log_processor.storing import ledger
from log_processor.storing.index_entry import INDEX_KEY, WHOLE_RECORD_KEY
from log_processor.storing.ledger import Ledger
from log_processor.work.continuation import range_from_message

from ops.cli import main
from ops.exit_codes import ExitCode
from ops.replaying import sending
from tests.unit.log_processor.conftest import Stack
from tests.unit.ops.conftest import PREFIX
from tests.unit.ops.printed import read_error
from tests.unit.ops.test_status import work_on

LINES = b"".join(b"2026-05-04T10:00:00Z request %d\n" % number for number in range(60))
CONTEXT = {"app_name": "tap-serverless", "sources": {"old": {"bucket": "source", "suffixes": [".log"]}}}


@pytest.fixture
def served(environment: Stack, monkeypatch: pytest.MonkeyPatch) -> Stack:
    """Return the environment, which serves the bucket `source`."""
    monkeypatch.setenv("CDKTF_CONTEXT_JSON", json.dumps(CONTEXT))
    account = boto3.client("sts").get_caller_identity()["Account"]
    environment.s3.create_bucket(Bucket=f"{PREFIX}-source-{account}")
    return environment


def run(capsys: pytest.CaptureFixture[str], *options: str) -> tuple[dict[str, Any], str]:
    """Run `ops replay`, which ends well; return what it prints as JSON, and on standard error."""
    capsys.readouterr()
    assert main(["replay", "--json", *options]) == 0
    printed = capsys.readouterr()
    return json.loads(printed.out or "{}"), printed.err


def count_waiting(stack: Stack) -> int:
    asked = ["ApproximateNumberOfMessages"]
    answer = stack.sqs.get_queue_attributes(QueueUrl=stack.work_queue_url, AttributeNames=asked)
    return int(answer["Attributes"][asked[0]])


def read_rows(stack: Stack) -> dict[str, dict[str, Any]]:
    """Return the rows of objects in the ledger, by object."""
    items = stack.items(f"{PREFIX}-ledger")
    return {item["object"]["S"]: item for item in items if item["object"]["S"].startswith("s3://")}


def test_what_lay_in_the_bucket_is_brought_in(served: Stack, capsys: pytest.CaptureFixture[str]) -> None:
    """What the function has read is left; without `--yes` nothing is sent."""
    for number in range(12):
        served.put(f"web/{number}.log", LINES)
    served.put("web/notes.txt", LINES)
    served.invoke(served.put("web/new.log", LINES))
    _, said = run(capsys)
    assert "12 object versions, 22.9 kB, about $" in said
    assert "1 object version is left out: done" in said
    assert "nothing is done: add --yes" in said
    assert count_waiting(served) == 0
    printed, _ = run(capsys, "--yes")
    assert (printed["sent"], printed["left"]) == (12, {"done": 1})
    work_on(served, 10_000)
    assert len(served.items()) == 13 * 60
    assert {row["status"]["S"] for row in read_rows(served).values()} == {"done"}
    assert main(["replay", "--yes"]) == 0
    assert "nothing is to be replayed" in capsys.readouterr().out


@contextmanager
def heard_ctrl_c() -> Iterator[None]:
    """Hear Ctrl-C as at a terminal, also where the tests run in the background of a shell, which ignores it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def test_an_interrupted_act_goes_on(
    served: Stack, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed after a batch, it is run again: it is the same replay, so what was sent twice is read once."""
    for number in range(25):
        served.put(f"web/{number:02}.log", LINES)
    send = sending._send
    calls: list[int] = []

    def press_ctrl_c(*arguments: Any) -> None:
        send(*arguments)
        calls.append(1)
        if len(calls) == 1:
            os.kill(os.getpid(), signal.SIGINT)

    monkeypatch.setattr(sending, "_send", press_ctrl_c)
    with heard_ctrl_c():
        assert main(["replay", "--yes"]) == ExitCode.INTERRUPTED
    assert "10 sent: run the same command again to go on" in capsys.readouterr().err
    assert count_waiting(served) == 10
    _, said = run(capsys, "--yes")
    assert "an act that was interrupted goes on" in said
    work_on(served, 10_000)
    rows = read_rows(served)
    assert len(rows) == 25
    assert len({row["replay"]["S"] for row in rows.values()}) == 1
    assert {row["attempts"]["N"] for row in rows.values()} == {"1"}
    assert len(served.items()) == 25 * 60


def test_two_operators_at_once_are_one_replay(
    served: Stack, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second, who begins while the first sends, joins their replay: each version is read once."""
    for number in range(15):
        served.put(f"web/{number:02}.log", LINES)
    send = sending._send
    codes: list[int] = []

    def let_another_begin(*arguments: Any) -> None:
        send(*arguments)
        if not codes:
            codes.append(-1)
            codes[0] = main(["replay", "--yes"])

    monkeypatch.setattr(sending, "_send", let_another_begin)
    assert (main(["replay", "--yes"]), codes) == (0, [0])
    capsys.readouterr()
    work_on(served, 10_000)
    rows = read_rows(served).values()
    assert len({row["replay"]["S"] for row in rows}) == 1
    assert {row["attempts"]["N"] for row in rows} == {"1"}
    assert len(served.items()) == 15 * 60


def test_throttling_in_the_middle_is_one_sentence(
    served: Stack, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was sent is read; the same command sends the rest, and nothing is read twice."""
    for number in range(15):
        served.put(f"web/{number:02}.log", LINES)
    send = sending._send

    def throttle_the_second(sqs: Any, url: str, bodies: list[str]) -> None:
        if len(bodies) < 10:
            answer: Any = {"Error": {"Code": "RequestThrottled", "Message": "slow down"}}
            raise ClientError(answer, "SendMessageBatch")
        send(sqs, url, bodies)

    with monkeypatch.context() as throttled:
        throttled.setattr(sending, "_send", throttle_the_second)
        assert main(["replay", "--yes"]) == ExitCode.TRY_AGAIN
    said = capsys.readouterr().err.splitlines()
    assert said[-2] == "stopped: 10 sent: run the same command again to go on"
    assert said[-1].startswith("error: replay: AWS answered RequestThrottled")
    assert run(capsys, "--yes")[0]["sent"] == 15
    work_on(served, 10_000)
    assert {row["attempts"]["N"] for row in read_rows(served).values()} == {"1"}
    assert len(served.items()) == 15 * 60


@pytest.mark.parametrize("words", [["status", "s3://source/web/a.log"], ["audit"], ["replay"], ["status"]])
def test_a_ledger_of_another_version_is_one_sentence(
    served: Stack, capsys: pytest.CaptureFixture[str], words: list[str]
) -> None:
    """A status that a later version wrote is judged by nobody; the remedy is that version's `ops`."""
    served.invoke(served.put("web/a.log", LINES))
    (row,) = read_rows(served).values()
    served.dynamodb.put_item(TableName=f"{PREFIX}-ledger", Item=row | {"status": {"S": "paused"}})
    capsys.readouterr()
    assert main(words) == ExitCode.CANNOT_RUN
    assert "of status 'paused', which this ops does not know: use that of the" in read_error(capsys)


def test_all_of_a_prefix_again_in_two_parts(served: Stack, capsys: pytest.CaptureFixture[str]) -> None:
    """A limit leaves the rest to the next run of the command, which is of the same replay."""
    for key in ("web/a.log", "web/b.log", "app/c.log"):
        served.invoke(served.put(key, LINES))
    first, _ = run(capsys, "s3://source/web/", "--again", "--limit", "1", "--yes")
    work_on(served, 10_000)
    second, _ = run(capsys, "s3://source/web/", "--again", "--limit", "1", "--yes")
    assert (first["sent"], second["sent"], second["replay"]) == (1, 1, first["replay"])
    assert second["left"] == {"in this replay already": 1}
    work_on(served, 10_000)
    assert {name for name, row in read_rows(served).items() if "replay" in row} == {
        "s3://source/web/a.log",
        "s3://source/web/b.log",
    }
    third, _ = run(capsys, "s3://source/web/", "--again", "--yes")
    assert (third["sent"], third["replay"] > second["replay"]) == (2, True)


def test_failed_ones(served: Stack, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """They are read again when what failed is mended."""
    event = served.put("web/a.log", LINES)
    served.invoke(served.put("web/b.log", LINES))
    with monkeypatch.context() as broken:
        broken.setattr(beginning, "FINISHED", frozenset())
        broken.setenv("STORAGE", "records")
        broken.setattr("log_processor.attempt.Attempt._store", fail)
        with pytest.raises(Exception, match="broken"):
            served.invoke(event)
    _, said = run(capsys, "--failed", "--yes")
    assert "1 object version," in said
    work_on(served, 10_000)
    assert {row["status"]["S"] for row in read_rows(served).values()} == {"done"}
    assert len(served.items()) == 120


def fail(*_: Any) -> None:
    raise RuntimeError("broken")


def test_mixed_parsers_are_made_whole(
    served: Stack, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """An object that two parsers have worked on names one after its replay."""
    event = served.put("web/a.log", LINES)
    with monkeypatch.context() as before:
        before.setattr(ledger, "get_parser_version", lambda: "0123456789ab")
        before.setattr("log_processor.attempt.Attempt._store", fail)
        with pytest.raises(Exception, match="broken"):
            served.invoke(event)
    served.invoke(event)
    assert main(["status", "s3://source/web/a.log"]) == 0
    assert "mixed parsers" in capsys.readouterr().out
    run(capsys, "--mixed", "--yes")
    work_on(served, 10_000)
    assert main(["status", "s3://source/web/a.log"]) == 0
    assert "mixed parsers" not in capsys.readouterr().out
    assert read_rows(served)["s3://source/web/a.log"]["parsers"] == {"SS": [parser_version.get_parser_version()]}


def test_a_replay_that_runs_is_said(served: Stack, capsys: pytest.CaptureFixture[str]) -> None:
    """Until the last range is done, no part of it passes for the whole."""
    served.invoke(served.put("web/a.log", LINES))
    printed, _ = run(capsys, "s3://source/web/a.log", "--yes")
    (message,) = served.messages(served.work_queue_url)
    work = range_from_message(json.loads(message["Body"]))
    Ledger(served.dynamodb, f"{PREFIX}-ledger").replays.reopen(work, 0, 60, lambda: False)
    capsys.readouterr()
    assert main(["status", "s3://source/web/a.log"]) == 1
    said = capsys.readouterr().out
    assert ": replay running" in said
    assert printed["replay"] in said


def test_a_day_of_the_ledger(served: Stack, capsys: pytest.CaptureFixture[str]) -> None:
    """What is gone from the bucket is said, and its row stays."""
    for key in ("web/a.log", "web/b.log"):
        served.invoke(served.put(key, LINES))
    version = served.s3.list_object_versions(Bucket="source", Prefix="web/b.log")["Versions"][0]["VersionId"]
    served.s3.delete_object(Bucket="source", Key="web/b.log", VersionId=version)
    printed, said = run(capsys, "--day", "today", "--again", "--yes")
    assert printed["sent"] == 1
    assert "1 object version is left out: gone from the bucket, such as s3://source/web/b.log" in said


def test_what_nobody_can_read_is_said(served: Stack, capsys: pytest.CaptureFixture[str]) -> None:
    """Archived objects, and versions that newer ones have replaced, unless all versions are meant."""
    served.put("web/cold.log", LINES, "GLACIER")
    served.put("web/a.log", LINES)
    served.put("web/a.log", LINES + LINES)
    printed, said = run(capsys, "--yes")
    assert printed["sent"] == 1
    assert "1 object version is left out: in the storage class GLACIER: restore them" in said
    assert "1 object version is left out: replaced by a newer version" in said
    work_on(served, 10_000)
    printed, _ = run(capsys, "--all-versions", "--yes")
    assert printed["sent"] == 1
    work_on(served, 10_000)
    assert len(served.items()) == 180


def test_the_index_is_filled_for_records_of_before(served: Stack, capsys: pytest.CaptureFixture[str]) -> None:
    """Items of the first release stand in its index of whole records alone; written again, they are in the new one."""
    served.invoke(served.put("web/a.log", LINES))
    for item in served.items():
        item[WHOLE_RECORD_KEY] = item.pop(INDEX_KEY)
        served.dynamodb.put_item(TableName="logs", Item=item)
    run(capsys, "--again", "--yes")
    work_on(served, 10_000)
    items = served.items()
    assert len(items) == 60
    assert all(INDEX_KEY in item and WHOLE_RECORD_KEY not in item for item in items)


def test_bad_input(served: Stack, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """One sentence each, and nothing is sent."""
    refusals = {
        (
            "web/a.log",
        ): "web/a.log: this names no object: write s3://BUCKET/KEY, or s3://BUCKET/PREFIX/ for all below it",
        ("s3://source/none.log",): "no object version is as asked: check the names, the times, and 'ops sources'",
        ("--since", "yesterdya"): "--since yesterdya: this is no time",
        ("--limit", "0"): "--limit 0: it must be more than 0",
        ("--rate", "nan"): "--rate nan: it must be more than 0",
        ("--rate", "inf"): "--rate inf: it must be more than 0",
        ("--since", "1h", "--to", "2h"): "--since 1h is not before --to 2h: name an earlier time",
        ("--rejects", "--since", "1h", "--to", "2h"): "--since 1h is not before --to 2h: name an earlier time",
        ("--rejects", "--format", "apache_eror"): "--format apache_eror: there is no such format; did you mean",
        ("--rejects", "s3://source/a", "s3://source/b"): "--rejects takes one object and one source",
    }
    for options, sentence in refusals.items():
        capsys.readouterr()
        assert main(["replay", *options]) == ExitCode.CANNOT_RUN
        assert read_error(capsys).startswith(sentence)
    served.put("web/a.log", LINES)
    monkeypatch.setattr(sending, "TRIES", 0)
    assert main(["replay", "--yes"]) == ExitCode.TRY_AGAIN
    assert "the work queue refused 1 messages" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--format", "alb"], "--format alb: it is for rejects: write --rejects, or leave it out"),
        (["--reason", "time"], "--reason time: it is for rejects: write --rejects, or leave it out"),
        (
            ["--rejects", "--day", "2026-05-04"],
            "--day 2026-05-04: it is for whole objects: leave out --rejects, or this",
        ),
        (["--rejects", "--failed"], "--failed: it is for whole objects: leave out --rejects, or this"),
        (["--rejects", "--again"], "--again: it is for whole objects: leave out --rejects, or this"),
    ],
)
def test_an_option_that_would_be_ignored_is_refused(
    options: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Objects of every format would be read again for `--format alb`, and rejects of all days for `--day`."""
    assert main(["replay", *options]) == ExitCode.CANNOT_RUN
    assert read_error(capsys) == sentence
