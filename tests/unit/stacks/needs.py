"""The resources of a stack with every choice made, and its function in this process with some policy."""

import json
from collections.abc import Container, Iterator
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
from log_processor import handler
from log_processor.work.continuation import render_message
from log_processor.work.ranges import ObjectRange
from log_processor.work.replay import Replay

from emulator.aws.local_aws import ACCOUNT_ID, LocalAws
from emulator.aws.policies.callers import Caller
from stacks.iam import NETWORK_ACTIONS, Grants
from tests.unit.log_processor.conftest import KEYS, Context
from tests.unit.log_processor.edges import plenty

SOURCE, ARCHIVE = "needed-source", "needed-archive"
LINES = b'{"time": "2026-05-04T10:00:00Z", "message": "one"}\n' * 40
BY_LAMBDA = frozenset(
    {
        *("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"),
        *("logs:CreateLogStream", "logs:PutLogEvents"),
        *NETWORK_ACTIONS,
    }
)
"""What Lambda itself does with the role, before and after the function runs.

Source: AWS Lambda Developer Guide, Using Lambda with Amazon SQS: Execution role permissions; Sending Lambda function
logs to CloudWatch Logs; Giving Lambda functions access to resources in an Amazon VPC.
"""


class Place:
    """The resources of a stack in a local AWS, and a function that runs in this process with some policy."""

    def __init__(self, aws: LocalAws, monkeypatch: pytest.MonkeyPatch) -> None:
        self.aws, self._monkeypatch = aws, monkeypatch
        self.s3, self._sqs = aws.client("s3"), aws.client("sqs")
        self.source_key, data_key = self._create_key(), self._create_key()
        for bucket in (SOURCE, ARCHIVE):
            self._create_bucket(bucket, data_key)
        self.s3.put_bucket_versioning(Bucket=SOURCE, VersioningConfiguration={"Status": "Enabled"})
        tables = {name: self._create_table(f"needed-{name}", keys) for name, keys in KEYS.items()}
        urls = {name: self._create_queue(f"needed-{name}", data_key) for name in ("work", "dead")}
        queues = {name: f"arn:aws:sqs:us-east-1:{ACCOUNT_ID}:needed-{name}" for name in urls}
        self.grants = Grants(
            source_buckets=[f"arn:aws:s3:::{SOURCE}"],
            source_objects=[f"arn:aws:s3:::{SOURCE}/*"],
            kms_keys=[self.source_key],
            data_key=data_key,
            redaction_secret=self._create_secret(),
            in_network=True,
            log_table=tables["logs"],
            ledger_table=tables["ledger"],
            error_archive=f"arn:aws:s3:::{ARCHIVE}",
            work_queue=queues["work"],
            dead_letter_queue=queues["dead"],
            log_group="arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda/needed",
        )
        self._environ = {
            "DYNAMODB_TABLE": "needed-logs",
            "LEDGER_TABLE": "needed-ledger",
            "ERROR_BUCKET": ARCHIVE,
            "WORK_QUEUE_URL": urls["work"],
            "DEAD_LETTER_QUEUE_URL": urls["dead"],
            "SPLIT_THRESHOLD_BYTES": "4096",
            "RANGE_BYTES": "2048",
            "REDACTION_SECRET": self.grants.redaction_secret,
        }

    def _create_key(self) -> str:
        return str(self.aws.client("kms").create_key()["KeyMetadata"]["Arn"])

    def _create_secret(self) -> str:
        secrets = self.aws.client("secretsmanager")
        return str(secrets.create_secret(Name="needed", SecretString="k" * 32)["ARN"])

    def _create_bucket(self, name: str, key: str) -> None:
        """Create a bucket whose objects the key encrypts unless they ask for another one."""
        default = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key}
        rules = {"Rules": [{"ApplyServerSideEncryptionByDefault": default}]}
        self.s3.create_bucket(Bucket=name)
        self.s3.put_bucket_encryption(Bucket=name, ServerSideEncryptionConfiguration=rules)

    def _create_queue(self, name: str, key: str) -> str:
        queue = self._sqs.create_queue(QueueName=name, Attributes={"KmsMasterKeyId": key})
        return str(queue["QueueUrl"])

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

    def put_encrypted(self, key: str) -> dict[str, Any]:
        """Upload an object that a key of the source encrypts, and return its event."""
        encryption = {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": self.source_key}
        version = self.s3.put_object(Bucket=SOURCE, Key=key, Body=LINES, **encryption)["VersionId"]
        return make_event(key, {"versionId": version})

    def replace(self, key: str) -> dict[str, Any]:
        """Upload an object twice, and return the event of the first one, as of a bucket that keeps no versions."""
        etag = self.s3.put_object(Bucket=SOURCE, Key=key, Body=LINES)["ETag"].strip('"')
        self.s3.put_object(Bucket=SOURCE, Key=key, Body=LINES * 2)
        return make_event(key, {"eTag": etag})

    def ask_again(self, key: str) -> dict[str, Any]:
        """Upload an object of which the table has an old record, and return a message that asks to replace it."""
        version = self.s3.put_object(Bucket=SOURCE, Key=key, Body=LINES)["VersionId"]
        work = ObjectRange(SOURCE, key, version, None, replaces="records")
        old = {"log_id": {"S": f"{work.digest}-0"}, "timestamp": {"N": "1"}, "source_file": {"S": work.uri}}
        self.aws.client("dynamodb").put_item(TableName="needed-logs", Item=old)
        return make_delivery(work)

    def replay(self, key: str) -> Iterator[dict[str, Any]]:
        """Yield the messages of a replay, and of a range that began before it, of which the ledger has another one."""
        version = self.s3.put_object(Bucket=SOURCE, Key=key, Body=LINES)["VersionId"]
        work = ObjectRange(SOURCE, key, version, None)
        done, late = (replace(work, start=start, end=start + 54) for start in (54, 108))
        row = {"object": work.uri, "range": done.label, "status": "done", "version": version}
        item = {name: {"S": value} for name, value in row.items()} | {"start": {"N": "54"}, "attempts": {"N": "1"}}
        self.aws.client("dynamodb").put_item(TableName="needed-ledger", Item=item)
        yield make_delivery(replace(work, replay=Replay("20260504T100000000Z-0001")))
        yield make_delivery(late)

    def list_rows(self, key: str) -> list[tuple[str, str]]:
        """Return the ranges of an object that the ledger has, each with its status."""
        rows = self.aws.read_table_items("needed-ledger")
        own = [row for row in rows if row["object"]["S"].endswith(key)]
        return sorted((row["range"]["S"].partition("#")[2], row["status"]["S"]) for row in own)

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


def list_smaller_policies(policy: dict[str, Any], without: Container[str]) -> Iterator[tuple[str, str]]:
    """Yield each action of a policy that is not in `without`, with its statement's name, and the policy less it."""
    for number, statement in enumerate(policy["Statement"]):
        for action in statement["Action"]:
            left = [one for one in statement["Action"] if one != action]
            statements = policy["Statement"][:number] + policy["Statement"][number + 1 :]
            smaller = [*statements, *([statement | {"Action": left}] if left else [])]
            if action not in without:
                yield f"{statement['Sid']} {action}", json.dumps(policy | {"Statement": smaller})


def make_delivery(work: ObjectRange) -> dict[str, Any]:
    """Return the event by which the work queue delivers a range."""
    attributes = {"ApproximateReceiveCount": "1"}
    message = {"eventSource": "aws:sqs", "messageId": "1", "body": render_message(work), "attributes": attributes}
    return {"Records": [message]}
