"""Deploy the function into this process, over the services of others, and deliver its events as AWS does."""

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest.mock import patch
from urllib.parse import quote_plus, unquote_plus

import boto3
from botocore.exceptions import ClientError
from log_processor import handler
from log_processor.errors import PermanentError
from log_processor.packs.index_entry import FIRST, PACK_DAY, PACK_INDEX, PACK_INDEXED
from log_processor.routing import routes
from log_processor.storing.index_entry import INDEX_KEY, INDEXED, QUERY_INDEX

from tests.second_opinion.services import ARCHIVE_BUCKET, FOLDER, SOURCE_BUCKET, Services, serve

LOG_TABLE, LEDGER_TABLE = "logs", "ledger"
KEYS = {LOG_TABLE: ("log_id:S", "timestamp:N"), LEDGER_TABLE: ("object:S", "range:S")}
INDEXES = {
    QUERY_INDEX: ((f"{INDEX_KEY}:S", "timestamp:N"), INDEXED),
    PACK_INDEX: ((f"{PACK_DAY}:S", f"{FIRST}:N"), PACK_INDEXED),
}
WHOLE_MS, FLUSH_MS = 60_000, 9_000

Clock = Callable[[], float]


def keep_time() -> float:
    """Return the time that is left, in ms: always a minute."""
    return WHOLE_MS


def make_clock(asks: int) -> Clock:
    """Return a clock that may be asked so many times before the deadline is near; a batch may be flushed then."""
    left = iter(range(asks))
    return lambda: WHOLE_MS if next(left, None) is not None else FLUSH_MS


@dataclass
class Context:
    """The part of Lambda's context that the handler reads."""

    get_remaining_time_in_millis: Clock
    function_name: str = "processor"
    aws_request_id: str = "8f507cfc-1c2d-4e5f-8a9b-0c1d2e3f4a5b"


@dataclass
class Deployment:
    """The function with its tables, buckets and queues.

    `sources` are the uploaded bytes, and `refused` the errors of objects that cannot be read, by `s3://bucket/key`.
    """

    services: Services
    s3: Any
    dynamodb: Any
    sqs: Any
    work_queue: str
    sources: dict[str, bytes] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)

    def upload(self, key: str, body: bytes) -> dict[str, Any]:
        """Upload an object, and return the event that s3rver tells of it."""
        self.s3.put_object(Bucket=SOURCE_BUCKET, Key=key, Body=body)
        event = self.services.read_event()
        # s3rver 3.7.1 names the key as it is; S3 encodes it as a URL's (User Guide, Event message structure).
        named = event["Records"][0]["s3"]["object"]
        named["key"] = quote_plus(named["key"], safe="/")
        self.sources[f"s3://{SOURCE_BUCKET}/{key}"] = body
        return event

    def run(self, event: dict[str, Any], make_time: Callable[[], Clock] = lambda: keep_time) -> int:
        """Deliver an event and all messages that follow, each with its own clock; return how many invocations ran."""
        invocations = 1
        named = event["Records"][0]["s3"]
        try:
            handler.handle(event, Context(make_time()))
        except PermanentError as error:
            self.refused[f"s3://{named['bucket']['name']}/{unquote_plus(named['object']['key'])}"] = str(error)
        while messages := self.sqs.receive_message(QueueUrl=self.work_queue).get("Messages", []):
            invocations += len(messages)
            for message in messages:
                self._deliver(message, make_time())
        return invocations

    def is_refused(self, item: dict[str, Any]) -> bool:
        """Tell whether dynalite refuses to store an item for what it is."""
        try:
            self.dynamodb.batch_write_item(RequestItems={LOG_TABLE: [{"PutRequest": {"Item": item}}]})
        except ClientError as error:
            return error.response["Error"]["Code"] == "ValidationException"
        return False

    def _deliver(self, message: dict[str, Any], clock: Clock) -> None:
        record = {
            "messageId": message["MessageId"],
            "body": message["Body"],
            "eventSource": "aws:sqs",
            "attributes": {"ApproximateReceiveCount": "1"},
        }
        answer = handler.handle({"Records": [record]}, Context(clock))
        assert answer == {"batchItemFailures": []}, json.loads(message["Body"])
        self.sqs.delete_message(QueueUrl=self.work_queue, ReceiptHandle=message["ReceiptHandle"])

    def scan(self, table: str) -> list[dict[str, Any]]:
        """Return all items of a table in DynamoDB's JSON."""
        pages = self.dynamodb.get_paginator("scan").paginate(TableName=table, ConsistentRead=True)
        return [item for page in pages for item in page["Items"]]


@contextmanager
def deploy(**settings: str) -> Iterator[Deployment]:
    """Serve the services of others, deploy the function over them with `settings`, and take all of it away."""
    # a session that another test began in this process has the keys of that test
    with (
        serve() as services,
        patch.dict(os.environ, _name_environment(services) | settings),
        patch.object(boto3, "DEFAULT_SESSION", None),
    ):
        s3, dynamodb, sqs = boto3.client("s3"), boto3.client("dynamodb"), boto3.client("sqs")
        for table in KEYS:
            _create_table(dynamodb, table)
        work, dead = (sqs.create_queue(QueueName=name)["QueueUrl"] for name in ("work", "dead"))
        queues = {"WORK_QUEUE_URL": work, "DEAD_LETTER_QUEUE_URL": dead}
        with patch.dict(os.environ, queues), patch.object(routes, "FILE", FOLDER / "routes.toml"):
            handler.build_parts.cache_clear()
            try:
                yield Deployment(services, s3, dynamodb, sqs, work)
            finally:
                handler.build_parts.cache_clear()
                for client in (s3, dynamodb, sqs):
                    client.close()


def _name_environment(services: Services) -> dict[str, str]:
    return {
        "AWS_ENDPOINT_URL_DYNAMODB": services.dynamodb,
        "AWS_ENDPOINT_URL_S3": services.s3,
        "AWS_ENDPOINT_URL_SQS": services.sqs,
        "AWS_ACCESS_KEY_ID": "S3RVER",  # the one pair of keys that s3rver knows; it checks each signature
        "AWS_SECRET_ACCESS_KEY": "S3RVER",
        "AWS_REGION": "us-east-1",
        "AWS_DEFAULT_REGION": "us-east-1",
        "DYNAMODB_TABLE": LOG_TABLE,
        "LEDGER_TABLE": LEDGER_TABLE,
        "ERROR_BUCKET": ARCHIVE_BUCKET,
    }


def _create_table(dynamodb: Any, table: str) -> None:
    indexes = INDEXES if table == LOG_TABLE else {}
    named = {name for keys in (KEYS[table], *(keys for keys, _ in indexes.values())) for name in keys}
    created = {
        "TableName": table,
        "BillingMode": "PAY_PER_REQUEST",
        "KeySchema": _make_schema(KEYS[table]),
        "AttributeDefinitions": [
            {"AttributeName": name, "AttributeType": kind} for name, _, kind in (key.partition(":") for key in named)
        ],
    }
    if indexes:
        created["GlobalSecondaryIndexes"] = [
            {
                "IndexName": name,
                "KeySchema": _make_schema(keys),
                "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": list(held)},
            }
            for name, (keys, held) in indexes.items()
        ]
    dynamodb.create_table(**created)
    dynamodb.get_waiter("table_exists").wait(TableName=table, WaiterConfig={"Delay": 1})


def _make_schema(keys: tuple[str, str]) -> list[dict[str, str]]:
    return [
        {"AttributeName": key.partition(":")[0], "KeyType": role}
        for key, role in zip(keys, ("HASH", "RANGE"), strict=True)
    ]
