"""The operator's commands meet what a function has done, against the same in-process services."""

import json
import signal
from collections import Counter
from collections.abc import Iterator
from typing import Any

import boto3
import botocore.session
import pytest
from log_processor import handler
from log_processor.storing.ledger_row import DAY_INDEXED

from tests.unit.log_processor.conftest import Stack, endpoint, stack

__all__ = ["endpoint", "stack"]

PREFIX = "tap-serverless-dev"


@pytest.fixture
def requests(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Count what the commands ask AWS for, by service and operation: `dynamodb:Query`."""
    counts: Counter[str] = Counter()
    begin = botocore.session.get_session

    def get_counted_session(*arguments: Any) -> Any:
        session = begin(*arguments)
        session.register("before-call", lambda **call: counts.update([name_operation(call["model"])]))
        return session

    monkeypatch.setattr(botocore.session, "get_session", get_counted_session)
    return counts


def name_operation(model: Any) -> str:
    """Return an operation as policies name it."""
    return f"{model.service_model.service_name}:{model.name}"


@pytest.fixture
def environment(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stack]:
    """Give the stack's ledger the index by day, and its queues the names of the environment `dev`."""
    stack.dynamodb.delete_table(TableName="ledger")
    keys = (("object", "HASH"), ("range", "RANGE"))
    by_day = (("started_day", "HASH"), ("started_at", "RANGE"))
    stack.dynamodb.create_table(
        TableName=f"{PREFIX}-ledger",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name, _ in (*keys, *by_day)],
        KeySchema=[{"AttributeName": name, "KeyType": kind} for name, kind in keys],
        GlobalSecondaryIndexes=[
            {
                "IndexName": "by_day",
                "KeySchema": [{"AttributeName": name, "KeyType": kind} for name, kind in by_day],
                "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": list(DAY_INDEXED)},
            }
        ],
    )
    sqs: Any = boto3.client("sqs")
    urls = {name: sqs.create_queue(QueueName=f"{PREFIX}-{name}")["QueueUrl"] for name in ("work", "dead-letters")}
    settings = {
        "LEDGER_TABLE": f"{PREFIX}-ledger",
        "WORK_QUEUE_URL": urls["work"],
        "DEAD_LETTER_QUEUE_URL": urls["dead-letters"],
        "CDKTF_CONTEXT_JSON": json.dumps({"app_name": "tap-serverless"}),
    }
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    for name in ("STACK_NAME_SUFFIX", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    handler.build_parts.cache_clear()
    yield Stack(stack.s3, stack.dynamodb, stack.sqs, urls["dead-letters"], urls["work"])
    sqs.close()


@pytest.fixture
def interruptible() -> Iterator[None]:
    """Let children be interrupted, even if the tests run in a shell's background, which ignores SIGINT."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)
