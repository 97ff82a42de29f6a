"""Play a story in the deployed pipeline: upload objects, type commands, and compare the tables with the files."""

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Container, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from emulator.chaos.deployed import CONFIGURING, DeployedPipeline
from emulator.chaos.faults import Fault, Faults
from emulator.chaos.requests import Request
from emulator.verify.account import Tally, tally_objects
from emulator.verify.packs import unpack_items

PROJECT = Path(__file__).resolve().parents[2]
IDLE_S, MAX_COMMAND_S, WAIT_S = 300.0, 300.0, 120.0
UPLOADS = 4
"""How many objects are uploaded at once: the local AWS answers in one process."""


def await_true(is_so: Callable[[], bool], what: str) -> None:
    """Wait until something is so, for two minutes at most."""
    last_s, pause = time.monotonic() + WAIT_S, threading.Event()
    while not is_so():
        assert time.monotonic() < last_s, what
        pause.wait(1.0)  # each look takes the time of the AWS that is looked at


@dataclass(slots=True)
class Story:
    """The objects below `prefix`, each also a file in `folder`; no other test uploads below it.

    The commands are typed in `checkout`.
    """

    pipeline: DeployedPipeline
    folder: Path
    prefix: str
    checkout: Path = PROJECT
    files: dict[str, Path] = field(default_factory=dict)

    @property
    def bucket(self) -> str:
        """Return the name of the source bucket."""
        return str(self.pipeline.outputs["S3SourceBucket"])

    @property
    def place(self) -> str:
        """Return what the names of all objects of the story begin with."""
        return f"s3://{self.bucket}/{self.prefix}"

    def upload(self, name: str, content: bytes) -> str:
        """Upload an object; return its name, `s3://bucket/key`."""
        self.upload_all({name: content})
        return f"{self.place}{name}"

    def upload_all(self, objects: Mapping[str, bytes]) -> None:
        """Upload objects by their names, several at once over the connections of one client."""
        s3 = self.pipeline.aws.client("s3")

        def put(name: str) -> None:
            s3.put_object(Bucket=self.bucket, Key=f"{self.prefix}{name}", Body=objects[name])

        for name, content in objects.items():
            file = self.files[f"{self.place}{name}"] = self.folder / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
        with ThreadPoolExecutor(UPLOADS) as pool:
            list(pool.map(put, objects))

    def kill(self, *words: str, when: Callable[[], bool]) -> None:
        """Type `ops` with some words, and kill the process as soon as something is so; it must not end before."""
        with subprocess.Popen(
            [sys.executable, "-m", "ops", *words], cwd=self.checkout, env=self._build_environment()
        ) as typed:
            try:
                await_true(when, f"{words}: nothing to kill for")
                assert typed.poll() is None, f"{words}: ended before it could be killed"
            finally:
                typed.kill()

    def type(self, *words: str, expect: int | Container[int] = 0) -> "subprocess.CompletedProcess[str]":
        """Type `ops` with some words; its exit code has to be the one that is expected, or one of these."""
        environment = self._build_environment()
        command = [sys.executable, "-m", "ops", *words]
        done = subprocess.run(
            command,
            cwd=self.checkout,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=MAX_COMMAND_S,
        )
        expected = (expect,) if isinstance(expect, int) else expect
        assert done.returncode in expected, f"{words}: {done.returncode}: {done.stdout}{done.stderr}"
        return done

    def ask(self, *words: str, expect: int = 0) -> list[Any]:
        """Return the lines of JSON that a command prints."""
        return [json.loads(line) for line in self.type(*words, "--json", expect=expect).stdout.splitlines()]

    def _build_environment(self) -> dict[str, str]:
        return os.environ | CONFIGURING | self.pipeline.aws.build_environment()

    def read_items(self) -> list[Mapping[str, Any]]:
        """Return the items of the log table of the story's objects."""
        items = self.pipeline.aws.read_table_items(self.pipeline.outputs["DynamoDBTableName"])
        return [item for item in items if item["source_file"]["S"].startswith(self.place)]

    def read_rows(self) -> list[Mapping[str, Any]]:
        """Return the rows of the ledger of the story's objects."""
        rows = self.pipeline.aws.read_table_items(self.pipeline.outputs["LedgerTableName"])
        return [row for row in rows if row["object"]["S"].startswith(self.place)]

    def count_rows(self, status: str) -> int:
        """Return how many rows of the story's objects have a status, also while the function writes some."""
        scan = self.pipeline.aws.client("dynamodb").get_paginator("scan")
        pages = scan.paginate(
            TableName=self.pipeline.outputs["LedgerTableName"],
            Select="COUNT",
            FilterExpression="begins_with(#object, :place) AND #status = :status",
            ExpressionAttributeNames={"#object": "object", "#status": "status"},
            ExpressionAttributeValues={":place": {"S": self.place}, ":status": {"S": status}},
        )
        return sum(page["Count"] for page in pages)

    def list_lines(self) -> list[str]:
        """Return the lines of all files, sorted."""
        return sorted(line for file in self.files.values() for line in file.read_text("utf-8").splitlines())

    def is_ringing(self, alarm: str) -> bool:
        """Tell whether an alarm of the environment rings."""
        return any(name.endswith(f"-{alarm}") for name in self.pipeline.aws.watch.ringing)

    def read_letters(self) -> list[str]:
        """Return the bodies of the dead letters of the story's objects."""
        queue = self.pipeline.outputs["DLQQueueURL"].rpartition("/")[2]
        return [body for body, _ in self.pipeline.aws.read_queue_messages(queue) if self.prefix in body]

    def check_whole(self) -> None:
        """Expect that all arrived: the table equals the files byte for byte, and every range is done."""
        assert self.pipeline.aws.wait_until_idle(IDLE_S)
        tallies = tally_objects(self.files, unpack_items(self.read_items()))
        assert {name: tally for name, tally in tallies.items() if tally != Tally(headers=tally.headers)} == {}
        assert {row["status"]["S"] for row in self.read_rows()} <= {"done", "continued"}
        assert {row["object"]["S"] for row in self.read_rows()} == set(self.files)


class ThrottledTables(Faults):
    """Both tables take nothing for the objects below a prefix."""

    def __init__(self, prefix: str) -> None:
        super().__init__(0)
        self._prefix = prefix

    def draw(self, request: Request) -> Fault | None:
        """Return that the request is throttled, if it writes to a table."""
        is_write = request.operation in {"BatchWriteItem", "LedgerBegin", "LedgerEnd"}
        return Fault("throttled") if is_write and request.subject.startswith(self._prefix) else None


@contextmanager
def throttled_tables(story: Story) -> Iterator[None]:
    """Let the tables throttle each write for the story's objects within the block."""
    story.pipeline.middleware.begin(ThrottledTables(story.prefix))
    try:
        yield
    finally:
        story.pipeline.middleware.end()


class HeldRanges(Faults):
    """Some ranges of the objects below a prefix begin; the next ones wait until they are released."""

    def __init__(self, prefix: str, count: int) -> None:
        super().__init__(0)
        self._prefix, self._left = prefix, count
        self._counting, self._released = threading.Lock(), threading.Event()

    def draw(self, request: Request) -> None:
        """Wait with the request, if it begins a range that is held."""
        if request.operation == "LedgerBegin" and request.subject.startswith(self._prefix):
            with self._counting:
                self._left -= 1
                is_held = self._left < 0
            if is_held:
                self._released.wait(WAIT_S)

    def release(self) -> None:
        """Let all ranges begin."""
        self._released.set()


@contextmanager
def held_ranges(story: Story, count: int) -> Iterator[None]:
    """Let only so many ranges of the story's objects begin within the block."""
    held = HeldRanges(story.prefix, count)
    story.pipeline.middleware.begin(held)
    try:
        yield
    finally:
        held.release()
        story.pipeline.middleware.end()


@contextmanager
def no_notifications(story: Story) -> Iterator[None]:
    """Let the bucket tell nobody of its new objects within the block, as before the deployment."""
    s3 = story.pipeline.aws.client("s3")
    before = s3.get_bucket_notification_configuration(Bucket=story.bucket)
    before.pop("ResponseMetadata")
    s3.put_bucket_notification_configuration(Bucket=story.bucket, NotificationConfiguration={})
    try:
        yield
    finally:
        s3.put_bucket_notification_configuration(Bucket=story.bucket, NotificationConfiguration=before)
