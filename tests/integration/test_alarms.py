"""In the deployed pipeline each alarm is rung by what it is for, and stops after the mend.

Minutes pass by the clock of the local AWS. Each test begins after hours in which nothing happened.
"""

import gzip
import io
import re
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from emulator.chaos.deployed import CONFIGURING, DeployedPipeline
from emulator.chaos.releases import deploy_code, find_live_arn
from ops.cli import main
from tests.integration.test_denied import broken_policy

pytestmark = pytest.mark.integration

PAGE = Path(__file__).resolve().parents[2] / "docs" / "operations.md"
TRIED_ELSEWHERE = {"outputs", "rollback"}
PREFIX = "alarms/"
WAIT_S = 120
QUIET_MINUTES = 4 * 60
"""Longer than any alarm looks back: without new values, it takes those of three periods, of an hour at most."""
GOOD = b"".join(b'{"time": "2026-05-04T10:00:00Z", "message": "request %04d"}\n' % number for number in range(200))
CHANGED = b"".join(line + b"\nrequest served\n" for line in GOOD.splitlines())
CUT_OFF = gzip.compress(GOOD)[:-20]
SPLIT = GOOD * 40
SLOW_HANDLER = """
import time

def handle(event, context):
    time.sleep(4.5)
"""


class Room:
    """The deployed pipeline, with what the tests do in it."""

    def __init__(self, pipeline: DeployedPipeline) -> None:
        self.pipeline, self.aws = pipeline, pipeline.aws
        self.function = str(pipeline.outputs["LambdaFunctionName"])
        self.prefix = self.function.removesuffix("log-processor")

    @property
    def ringing(self) -> set[str]:
        """Return the names of the alarms that ring, without the environment's."""
        return {name.removeprefix(self.prefix) for name in self.aws.watch.ringing}

    def upload(self, key: str, content: bytes) -> None:
        """Upload an object, and wait until the work on it has ended."""
        self.put(key, content)
        assert self.aws.wait_until_idle(WAIT_S)

    def put(self, key: str, content: bytes) -> None:
        """Upload an object."""
        self.aws.client("s3").put_object(
            Bucket=self.pipeline.outputs["S3SourceBucket"], Key=f"{PREFIX}{key}", Body=content
        )

    def wait_a_minute(self) -> None:
        """Give the function a moment, and let a minute pass."""
        self.aws.wait_until_idle(0.2)
        self.aws.watch.pass_minutes(1)

    def empty_letters(self) -> None:
        """Delete every dead letter."""
        sqs, url = self.aws.client("sqs"), self.pipeline.outputs["DLQQueueURL"]
        while received := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
            for letter in received:
                sqs.delete_message(QueueUrl=url, ReceiptHandle=letter["ReceiptHandle"])

    def sum(self, name: str) -> float:
        """Return what the last five minutes added up to in one of Lambda's metrics."""
        now_s, named = self.aws.clock.now(), {"FunctionName": self.function}
        return sum(one.value for one in self.aws.metrics.read("AWS/Lambda", name, named, now_s - 300, now_s + 1))


@pytest.fixture
def room(pipeline: DeployedPipeline) -> Iterator[Room]:
    """Yield the pipeline with its own code, in which nothing rings; after it, every alarm has told what it had to."""
    deploy_code(pipeline, pipeline.code)
    found = Room(pipeline)
    found.empty_letters()
    found.upload("good.jsonl", GOOD)
    found.aws.watch.pass_minutes(1)
    found.aws.watch.skip_minutes(QUIET_MINUTES)
    assert found.ringing == set()
    yield found
    assert found.aws.watch.refused == []
    assert found.aws.embedded_metrics.problems == []


def test_what_fails_for_good_rings_until_it_is_removed(room: Room) -> None:
    """Two damaged objects, ten minutes apart: letters, failed invocations, and an objective that is missed."""
    for number in range(2):
        room.upload(f"cut-{number}.log.gz", CUT_OFF)
        room.aws.watch.pass_minutes(5)
    assert room.ringing == {"dead-letters", "errors", "objective"}
    room.empty_letters()
    room.aws.watch.skip_minutes(QUIET_MINUTES)
    assert room.ringing == set()


def test_the_commands_of_the_sections_answer(
    room: Room, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each that docs/operations.md names, for an object that was given up: an answer or a finding, and no error.

    Terraform's outputs and its versions, which two of them need, are tried where Terraform keeps its state.
    """
    room.upload("cut.log.gz", CUT_OFF)
    (tmp_path / "cut.log.gz").write_bytes(CUT_OFF)
    folder = f"s3://{room.pipeline.outputs['S3SourceBucket']}/{PREFIX}"
    blanks = {"s3://BUCKET/PREFIX/": folder, "s3://BUCKET/KEY": f"{folder}cut.log.gz"}
    blanks |= {"FILE": str(tmp_path / "cut.log.gz")}
    for name, value in (CONFIGURING | room.aws.build_environment()).items():
        monkeypatch.setenv(name, value)
    sections = PAGE.read_text("utf-8").partition("## Alarms")[2]
    for command in sorted(set(re.findall(r"`ops ([^`]+)`", sections)) - TRIED_ELSEWHERE):
        words = [blanks.get(word, word) for word in command.split()]
        code, printed = main(words), capsys.readouterr()
        assert (code in {0, 1}, bool(printed.out), "error" in printed.err) == (True, True, False), (words, printed)
    room.empty_letters()


def test_an_event_without_a_letter_rings(room: Room) -> None:
    """The function's role may not write to the dead-letter queue for a while."""
    with broken_policy(room.pipeline, "BuryMessages"):
        room.upload("lost.log.gz", CUT_OFF)
        room.aws.watch.pass_minutes(1)
        assert "dropped" in room.ringing
    room.aws.watch.skip_minutes(16)
    assert "dropped" not in room.ringing


def test_a_broken_policy_rings_until_it_is_mended(room: Room) -> None:
    """What waited is stored then, and was late for the objective at most."""
    with broken_policy(room.pipeline, "ReadSource"):
        room.put("denied.jsonl", GOOD)
        await_until(room, lambda: "denied" in room.ringing, room.wait_a_minute)
    assert room.aws.wait_until_idle(WAIT_S)
    room.aws.watch.skip_minutes(31)
    assert "denied" not in room.ringing


def test_a_format_that_changed_rings_until_records_parse(room: Room) -> None:
    """A line of words behind each JSON line; an hour of silence changes nothing."""
    room.upload("changed.jsonl", CHANGED)
    room.aws.watch.pass_minutes(1)
    room.aws.watch.skip_minutes(60)
    assert room.ringing == {"unparsed"}
    room.upload("mended.jsonl", GOOD)
    room.aws.watch.pass_minutes(1)
    assert room.ringing == set()


def test_work_that_nobody_takes_rings_until_it_is_done(room: Room) -> None:
    """The mapping of the work queue is disabled for three quarters of an hour, in which an object was split."""
    with disabled_mapping(room):
        room.upload("split.jsonl", SPLIT)
        room.aws.watch.skip_minutes(31)
        room.aws.watch.pass_minutes(15)
        assert "backlog" in room.ringing
    assert room.aws.wait_until_idle(WAIT_S)
    room.aws.watch.pass_minutes(11)
    assert "backlog" not in room.ringing


@contextmanager
def disabled_mapping(room: Room) -> Iterator[None]:
    functions = room.aws.client("lambda")
    live = find_live_arn(functions, room.function)
    mappings: list[Any] = functions.list_event_source_mappings()["EventSourceMappings"]
    uuid = next(one["UUID"] for one in mappings if one["FunctionArn"] == live)
    functions.update_event_source_mapping(UUID=uuid, Enabled=False)
    try:
        yield
    finally:
        functions.update_event_source_mapping(UUID=uuid, Enabled=True)


def test_a_function_without_room_rings_until_it_has_some(room: Room) -> None:
    """No copy may run for a quarter of an hour; what was uploaded waits, and is stored afterwards."""
    functions = room.aws.client("lambda")
    functions.put_function_concurrency(FunctionName=room.function, ReservedConcurrentExecutions=0)
    try:
        for number in range(4):
            room.put(f"waiting-{number}.jsonl", GOOD)
        for _ in range(6):  # three periods in a row; a slow machine spreads the calls of one over two
            await_until(room, lambda: room.sum("Throttles") > 110, lambda: room.aws.wait_until_idle(0.3))
            room.aws.watch.pass_minutes(5)
            if "throttles" in room.ringing:
                break
        assert "throttles" in room.ringing
    finally:
        functions.delete_function_concurrency(FunctionName=room.function)
    assert room.aws.wait_until_idle(WAIT_S)
    room.aws.watch.skip_minutes(31)
    assert "throttles" not in room.ringing


def test_a_function_that_is_almost_out_of_time_rings(room: Room) -> None:
    """Another code needs 4.5 of the 5 seconds, until the pipeline's own is deployed again."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("log_processor/__init__.py", "")
        archive.writestr("log_processor/handler.py", SLOW_HANDLER)
    deploy_code(room.pipeline, content.getvalue())
    for _ in range(2):
        room.aws.invoke_async(find_live_arn(room.aws.client("lambda"), room.function), {})
        assert room.aws.wait_until_idle(WAIT_S)
        room.aws.watch.pass_minutes(5)
    assert room.ringing == {"duration"}
    deploy_code(room.pipeline, room.pipeline.code)
    room.upload("quick.jsonl", GOOD)
    room.aws.watch.skip_minutes(31)
    assert room.ringing == set()


def await_until(room: Room, is_true: Callable[[], bool], go_on: Callable[[], object]) -> None:
    """Go on until it is true, or at most a few hundred times."""
    for _ in range(400):
        if is_true():
            return
        go_on()
    raise AssertionError(f"it did not come about; these ring: {room.ringing}")
