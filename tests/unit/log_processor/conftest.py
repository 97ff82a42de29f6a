"""Run the function against a moto server in this process, with the tables, buckets and queues of a stack."""

import urllib.parse
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import boto3
import pytest
import urllib3
from botocore.credentials import Credentials
from log_processor import handler
from log_processor.storing.table_client import TableClient
from log_processor.storing.wire import TableWire
from moto.server import ThreadedMotoServer

from tests.unit.log_processor.edges import plenty

KEYS = {
    "logs": (("log_id", "S"), ("timestamp", "N")),
    "ledger": (("object", "S"), ("range", "S")),
}


@dataclass
class Context:
    """The part of Lambda's context that the handler reads."""

    get_remaining_time_in_millis: Callable[[], float]
    function_name: str = "processor"
    aws_request_id: str = "8f507cfc-1c2d-4e5f-8a9b-0c1d2e3f4a5b"


@dataclass
class Stack:
    """What a deployed stack offers to a test."""

    s3: Any
    dynamodb: Any
    sqs: Any
    dead_letter_queue_url: str
    work_queue_url: str

    def put(self, key: str, body: bytes, storage_class: Any = "STANDARD") -> dict[str, Any]:
        """Upload an object, and return the S3 event that AWS would send."""
        version = self.s3.put_object(Bucket="source", Key=key, Body=body, StorageClass=storage_class)["VersionId"]
        found = {"key": urllib.parse.quote_plus(key, safe="/"), "size": len(body), "versionId": version}
        s3 = {"bucket": {"name": "source"}, "object": found}
        return {"Records": [{"eventSource": "aws:s3", "eventName": "ObjectCreated:Put", "s3": s3}]}

    def invoke(self, event: Any, remaining_ms: Callable[[], float] = plenty) -> dict[str, Any]:
        return handler.handle(event, Context(remaining_ms))

    def items(self, table: str = "logs") -> list[dict[str, Any]]:
        pages = self.dynamodb.get_paginator("scan").paginate(TableName=table)
        return sorted((item for page in pages for item in page["Items"]), key=repr)

    def archived(self) -> list[str]:
        return [entry["Key"] for entry in self.s3.list_objects_v2(Bucket="archive").get("Contents", [])]

    def make_table_client(self) -> Any:
        """Return the client of DynamoDB that the function's ledger has."""
        meta, credentials = self.dynamodb.meta, Credentials("testing", "testing")
        wire = TableWire(
            endpoint_url=meta.endpoint_url, region=meta.region_name, credentials=credentials, connections=2
        )
        return TableClient(wire, lambda: 60.0)

    def messages(self, url: str) -> list[dict[str, Any]]:
        received = self.sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, MessageAttributeNames=["All"])
        return list(received.get("Messages", []))


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what starts the server, before tests are chosen by their marks."""
    for item in items:
        if isinstance(item, pytest.Function) and "endpoint" in item.fixturenames:
            item.add_marker(pytest.mark.server)


@pytest.fixture(scope="session")
def endpoint() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def stack(endpoint: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stack]:
    settings = {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_REGION": "us-east-1",
        "AWS_DEFAULT_REGION": "us-east-1",
        "DYNAMODB_TABLE": "logs",
        "ERROR_BUCKET": "archive",
        "LEDGER_TABLE": "ledger",
    }
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    s3: Any = boto3.client("s3")
    dynamodb: Any = boto3.client("dynamodb")
    sqs: Any = boto3.client("sqs")
    for bucket in ("source", "archive"):
        s3.create_bucket(Bucket=bucket)
    s3.put_bucket_versioning(Bucket="source", VersioningConfiguration={"Status": "Enabled"})
    for table, keys in KEYS.items():
        dynamodb.create_table(
            TableName=table,
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": name, "AttributeType": kind} for name, kind in keys],
            KeySchema=[
                {"AttributeName": name, "KeyType": kind}
                for (name, _), kind in zip(keys, ("HASH", "RANGE"), strict=True)
            ],
        )
    urls = {name: sqs.create_queue(QueueName=name)["QueueUrl"] for name in ("work", "dead")}
    monkeypatch.setenv("WORK_QUEUE_URL", urls["work"])
    monkeypatch.setenv("DEAD_LETTER_QUEUE_URL", urls["dead"])
    handler.build_parts.cache_clear()
    yield Stack(s3, dynamodb, sqs, urls["dead"], urls["work"])
    handler.build_parts.cache_clear()
    for client in (s3, dynamodb, sqs):
        client.close()
    urllib3.request("POST", f"{endpoint}/moto-api/reset", retries=False).close()
