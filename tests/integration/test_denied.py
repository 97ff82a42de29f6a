"""A policy that is broken for longer than a message has deliveries, and then mended, buries nothing."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from emulator.chaos.deployed import DeployedPipeline
from emulator.chaos.releases import deploy_code

pytestmark = pytest.mark.integration

PREFIX = "mended-policy/"
"""No key of a chaos run begins with it, in whose deployment this is."""
OBJECTS = 4
LINES = b"".join(b'{"time": "2026-05-04T10:00:00Z", "message": "request %02d"}\n' % number for number in range(20))
DELIVERIES = 60
"""More than ten for each object, after which its message would be moved to the dead-letter queue."""
WAIT_S = 120


@contextmanager
def broken_policy(pipeline: DeployedPipeline, *statements: str) -> Iterator[None]:
    """Take these statements out of the function's policy within the block."""
    iam = pipeline.aws.client("iam")
    role = pipeline.outputs["LambdaFunctionName"]
    policies = {
        name: iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]
        for name in iam.list_role_policies(RoleName=role)["PolicyNames"]
    }
    name, document = next(item for item in policies.items() if set(statements) <= list_sids(item[1]))
    left = [statement for statement in document["Statement"] if statement["Sid"] not in statements]
    broken = json.dumps(document | {"Statement": left})
    iam.put_role_policy(RoleName=role, PolicyName=name, PolicyDocument=broken)
    try:
        yield
    finally:
        iam.put_role_policy(RoleName=role, PolicyName=name, PolicyDocument=json.dumps(document))


def list_sids(document: Any) -> set[str]:
    """Return the names of a policy's statements."""
    return {statement.get("Sid", "") for statement in document["Statement"]}


def await_deliveries(pipeline: DeployedPipeline, count: int) -> None:
    """Wait until so many more messages have been delivered to the function."""
    enough = len(pipeline.aws.invocations) + count
    last_s, pause = time.monotonic() + WAIT_S, threading.Event()
    while len(pipeline.aws.invocations) < enough and time.monotonic() < last_s:
        pause.wait(0.2)
    assert len(pipeline.aws.invocations) >= enough


def read_rows(pipeline: DeployedPipeline) -> list[dict[str, Any]]:
    rows = pipeline.aws.read_table_items(pipeline.outputs["LedgerTableName"])
    return [row for row in rows if f"/{PREFIX}" in row["object"]["S"]]


def read_letters(pipeline: DeployedPipeline) -> list[str]:
    letters = pipeline.aws.read_queue_messages(pipeline.outputs["DLQQueueURL"].rpartition("/")[2])
    return [body for body, _ in letters if PREFIX in body]


@pytest.mark.parametrize("statement", ["ReadSource", "WriteRecords", "KeepLedger"])
def test_a_policy_that_is_mended_buries_nothing(pipeline: DeployedPipeline, statement: str) -> None:
    """Events and ranges wait as fresh messages, the ledger says since when, and all is stored in the end."""
    deploy_code(pipeline, pipeline.code)
    keys = [f"{PREFIX}{statement}/{number}.jsonl" for number in range(OBJECTS)]
    with broken_policy(pipeline, statement):
        for key in keys:
            pipeline.aws.client("s3").put_object(Bucket=pipeline.outputs["S3SourceBucket"], Key=key, Body=LINES)
        await_deliveries(pipeline, DELIVERIES)
        reasons = [row.get("reason", {}).get("S", "waits: denied since") for row in read_rows(pipeline)]
        assert all(reason.startswith("waits: denied since") for reason in reasons if reason)
        assert read_letters(pipeline) == []
    assert pipeline.aws.wait_until_idle(WAIT_S)
    assert read_letters(pipeline) == []
    items = list(pipeline.aws.read_table_items(pipeline.outputs["DynamoDBTableName"]))
    own = [item for item in items if f"/{PREFIX}{statement}/" in item["source_file"]["S"]]
    assert len(own) == OBJECTS * LINES.count(b"\n")
    rows = [row for row in read_rows(pipeline) if f"/{statement}/" in row["object"]["S"]]
    assert {row["status"]["S"] for row in rows} == {"done"}
