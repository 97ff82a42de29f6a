"""The function needs every action that its role allows: without any one of them something fails."""

import gzip
import itertools
import json
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from boto3.s3.transfer import TransferConfig
from log_processor import handler
from log_processor.errors import DamagedObjectError, PipelineError
from log_processor.storing.error_archive import ErrorArchive, Failure
from log_processor.work.ranges import ObjectRange

from emulator.aws.local_aws import ACCOUNT_ID, LocalAws
from emulator.aws.policies.callers import Caller
from stacks.iam import Grants, build_function_policy
from tests.unit.log_processor.conftest import KEYS, Context
from tests.unit.log_processor.edges import plenty

pytestmark = [pytest.mark.server, pytest.mark.slow]

SOURCE, ARCHIVE = "needed-source", "needed-archive"
MIB = 1024 * 1024
LINES = b'{"time": "2026-05-04T10:00:00Z", "message": "one"}\n' * 40
BY_LAMBDA = {
    "sqs:ReceiveMessage",
    "sqs:DeleteMessage",
    "sqs:GetQueueAttributes",
    "logs:CreateLogStream",
    "logs:PutLogEvents",
}
"""What Lambda itself does with the role, before and after the function runs.

Source: AWS Lambda Developer Guide, Using Lambda with Amazon SQS: Execution role permissions; Sending Lambda function
logs to CloudWatch Logs.
"""


class Place:
    """The resources of a stack in a local AWS, and a function that runs in this process with some policy."""

    def __init__(self, aws: LocalAws, monkeypatch: pytest.MonkeyPatch) -> None:
        self.aws, self._monkeypatch = aws, monkeypatch
        self.s3, self._sqs = aws.client("s3"), aws.client("sqs")
        for bucket in (SOURCE, ARCHIVE):
            self.s3.create_bucket(Bucket=bucket)
        self.s3.put_bucket_versioning(Bucket=SOURCE, VersioningConfiguration={"Status": "Enabled"})
        tables = {name: self._create_table(f"needed-{name}", keys) for name, keys in KEYS.items()}
        urls = {name: self._sqs.create_queue(QueueName=f"needed-{name}")["QueueUrl"] for name in ("work", "dead")}
        queues = {name: f"arn:aws:sqs:us-east-1:{ACCOUNT_ID}:needed-{name}" for name in urls}
        self.grants = Grants(
            source_buckets=[f"arn:aws:s3:::{SOURCE}"],
            source_objects=[f"arn:aws:s3:::{SOURCE}/*"],
            kms_keys=[],
            data_key="",
            redaction_secret="",
            in_network=False,
            log_table=tables["logs"],
            ledger_table=tables["ledger"],
            error_archive=f"arn:aws:s3:::{ARCHIVE}",
            work_queue=queues["work"],
            dead_letter_queue=queues["dead"],
            log_group="arn:aws:logs:us-east-1:123456789012:log-group:needed",
        )
        self._environ = {
            "DYNAMODB_TABLE": "needed-logs",
            "LEDGER_TABLE": "needed-ledger",
            "ERROR_BUCKET": ARCHIVE,
            "WORK_QUEUE_URL": urls["work"],
            "DEAD_LETTER_QUEUE_URL": urls["dead"],
            "SPLIT_THRESHOLD_BYTES": "4096",
            "RANGE_BYTES": "2048",
        }

    def _create_table(self, name: str, keys: Any) -> str:
        table = self.aws.client("dynamodb").create_table(
            TableName=name,
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": key, "AttributeType": kind} for key, kind in keys],
            KeySchema=[
                {"AttributeName": key, "KeyType": kind} for (key, _), kind in zip(keys, ("HASH", "RANGE"), strict=True)
            ],
        )
        return str(table["TableDescription"]["TableArn"])

    def run_as(self, policy: str) -> Caller:
        """Let the function run with this policy from now on."""
        caller = Caller(account=ACCOUNT_ID, arn=f"arn:aws:iam::{ACCOUNT_ID}:role/needed", policies=(policy,))
        for name, value in (self._environ | self.aws.build_environment(caller)).items():
            self._monkeypatch.setenv(name, value)
        handler.build_parts.cache_clear()
        return caller

    def put(self, key: str, body: bytes, *, versioned: bool = True) -> dict[str, Any]:
        """Upload an object and return its event, with its version or without."""
        version = self.s3.put_object(Bucket=SOURCE, Key=key, Body=body)["VersionId"]
        return make_event(key, {"versionId": version} if versioned else {})

    def replace(self, key: str) -> dict[str, Any]:
        """Upload an object twice, and return the event of the first one, as of a bucket that keeps no versions."""
        etag = self.s3.put_object(Bucket=SOURCE, Key=key, Body=LINES)["ETag"].strip('"')
        self.s3.put_object(Bucket=SOURCE, Key=key, Body=LINES * 2)
        return make_event(key, {"eTag": etag})

    def list_reasons(self, key: str) -> list[str]:
        """Return why the ranges of an object failed or wait."""
        rows = self.aws.read_table_items("needed-ledger")
        return [row.get("reason", {"S": ""})["S"].partition(":")[0] for row in rows if key in row["object"]["S"]]

    def handle(self, event: dict[str, Any]) -> None:
        with suppress(Exception):
            handler.handle(event, Context(plenty))

    def count_items(self, key: str) -> int:
        items = self.aws.read_table_items("needed-logs")
        return sum(item["source_file"]["S"].endswith(key) for item in items)

    def count_messages(self, queue: str) -> int:
        return len(self.aws.read_queue_messages(queue))

    def list_archived(self, word: str) -> list[str]:
        found = self.s3.list_objects_v2(Bucket=ARCHIVE).get("Contents", [])
        return sorted(entry["Key"].rpartition(".")[2] for entry in found if word in entry["Key"])


def make_event(key: str, version: dict[str, str]) -> dict[str, Any]:
    s3 = {"bucket": {"name": SOURCE}, "object": {"key": key, "size": 1, **version}}
    return {"Records": [{"eventSource": "aws:s3", "eventName": "ObjectCreated:Put", "s3": s3}]}


def observe(place: Place, caller: Caller, run: str) -> dict[str, Any]:
    """Return what becomes of an object of each kind."""
    place.handle(place.put(f"{run}/versioned.jsonl", LINES))
    place.handle(place.put(f"{run}/plain.jsonl", LINES, versioned=False))
    place.handle(place.put(f"{run}/damaged.jsonl.gz", gzip.compress(LINES * 9)[:-20]))
    place.handle(make_event(f"{run}/missing.jsonl", {"versionId": "null"}))
    before = place.count_messages("needed-work"), place.count_messages("needed-dead")
    place.handle(place.replace(f"{run}/replaced.jsonl"))
    waiting = place.count_messages("needed-work") - before[0]
    place.handle(place.put(f"{run}/split.jsonl", LINES * 4))
    record = {"eventSource": "aws:sqs", "messageId": "1", "body": "not an event", "attributes": {}}
    place.handle({"Records": [record | {"attributes": {"ApproximateReceiveCount": "9"}}]})
    return {
        "versioned": place.count_items(f"{run}/versioned.jsonl"),
        "plain": place.count_items(f"{run}/plain.jsonl"),
        "damaged": place.list_archived(f"{run}/damaged"),
        "missing": place.list_archived(f"{run}/missing"),
        "replaced": (waiting, place.list_reasons(f"{run}/replaced")),
        "split": place.count_messages("needed-work") - before[0],
        "letter": place.count_messages("needed-dead") - before[1],
        "parts": count_left_parts(place, caller, run),
    }


def count_left_parts(place: Place, caller: Caller, run: str) -> int:
    """Return how many uploads are left of a copy in parts that did not end in time."""
    key = f"{run}/large.log"
    version = place.s3.put_object(Bucket=SOURCE, Key=key, Body=b"x" * (11 * MIB))["VersionId"]
    parts = TransferConfig(multipart_threshold=5 * MIB, multipart_chunksize=5 * MIB, use_threads=False)
    archive = ErrorArchive(place.aws.client("s3", caller), ARCHIVE, parts)
    with suppress(PipelineError):
        archive.keep(ObjectRange(SOURCE, key, version, None), make_failure())
    uploads = place.s3.list_multipart_uploads(Bucket=ARCHIVE).get("Uploads", [])
    return sum(run in upload["Key"] for upload in uploads)


def make_failure() -> Failure:
    """Return a failure whose copy has no time left after its first part."""
    return Failure(DamagedObjectError("cut"), 1, 0, 0, remaining_s=lambda: 0.0)


@pytest.fixture
def place() -> Iterator[Place]:
    with LocalAws() as aws, pytest.MonkeyPatch.context() as monkeypatch:
        yield Place(aws, monkeypatch)
        handler.build_parts.cache_clear()


def list_smaller_policies(policy: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield each action of the function with its statement's name, and the policy without it."""
    for number, statement in enumerate(policy["Statement"]):
        for action in statement["Action"]:
            left = [one for one in statement["Action"] if one != action]
            statements = policy["Statement"][:number] + policy["Statement"][number + 1 :]
            smaller = [*statements, *([statement | {"Action": left}] if left else [])]
            if action not in BY_LAMBDA:
                yield f"{statement['Sid']} {action}", json.dumps(policy | {"Statement": smaller})


def test_without_any_action_something_fails(place: Place) -> None:
    """Each action of the function is taken away in turn, and what becomes of its objects is not the same."""
    policy = build_function_policy(place.grants)
    names = map("run{:02d}".format, itertools.count())
    whole = observe(place, place.run_as(policy), next(names))
    assert whole == observe(place, place.run_as(policy), next(names))
    assert (whole["versioned"], whole["plain"], whole["parts"]) == (40, 40, 0)
    assert whole["replaced"] == (0, ["ObjectChangedError"])
    unneeded = [
        name
        for name, smaller in list_smaller_policies(json.loads(policy))
        if observe(place, place.run_as(smaller), next(names)) == whole
    ]
    assert unneeded == []
    granted = {action for statement in json.loads(policy)["Statement"] for action in statement["Action"]}
    assert granted >= BY_LAMBDA
