"""Run the function's deployed zip in one warm process under AWS's runtime client, until no message is left."""

import json
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.stub import Stub
from emulator.aws.functions import Child, Deployment, InvocationResult
from emulator.aws.runtime_api import RuntimeCall
from stacks.packaging import zip_function, zip_layer

TIMEOUT_S = 60
ENVIRONMENT = {
    "DYNAMODB_TABLE": "logs",
    "ERROR_BUCKET": "archive",
    "LEDGER_TABLE": "ledger",
    "WORK_QUEUE_URL": "http://127.0.0.1/123456789012/work",
    "DEAD_LETTER_QUEUE_URL": "http://127.0.0.1/123456789012/dead",
    "AWS_REGION": "us-east-1",
    "AWS_DEFAULT_REGION": "us-east-1",
}
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local"}


class FunctionFailedError(Exception):
    """An invocation ended in an error; the message is that of the function."""


@dataclass(frozen=True, slots=True)
class Run:
    """What one object took: invocations, their time, and the peak memory of the process so far."""

    invocations: int
    seconds: float
    peak_mb: int


@contextmanager
def start_function(stub: Stub, **settings: str) -> Iterator[Child]:
    """Start one execution environment of the function and end it after the `with` block.

    `settings` are further environment variables of the function.
    """
    variables = ENVIRONMENT | {"AWS_ENDPOINT_URL": stub.url} | settings
    deployment = Deployment(
        name="benchmark",
        version="$LATEST",
        arn="arn:aws:lambda:us-east-1:123456789012:function:benchmark",
        handler="log_processor.handler.handle",
        code=zip_function().read_bytes(),
        layers=(zip_layer("x86_64").read_bytes(),),
        variables=tuple(variables.items()),
        role="",
        timeout_s=TIMEOUT_S,
        memory_mb=256,
    )
    with tempfile.TemporaryDirectory() as folder:
        child = Child(deployment, CREDENTIALS, Path(folder) / "function.log")
        try:
            yield child
        finally:
            child.close()


def process_object(child: Child, stub: Stub, key: str) -> Run:
    """Deliver the event of one object, then every message of the work queue until none is left; return what it took."""
    stored_object = {"key": key, "versionId": "v1"}
    record = {"eventName": "ObjectCreated:Put", "s3": {"bucket": {"name": "source"}, "object": stored_object}}
    results = [_invoke(child, {"Records": [record]})]
    while not stub.messages.empty():
        results.append(_invoke(child, _build_event(stub.messages.get())))
    seconds = sum(result.duration_ms for result in results) / 1000
    return Run(len(results), seconds, max(result.max_memory_mb for result in results))


def _build_event(body: str) -> dict[str, Any]:
    attributes = {"ApproximateReceiveCount": "1"}
    record = {"messageId": "m", "body": body, "attributes": attributes, "eventSource": "aws:sqs"}
    return {"Records": [record]}


def _invoke(child: Child, event: dict[str, Any]) -> InvocationResult:
    arn = "arn:aws:lambda:us-east-1:123456789012:function:benchmark"
    result = child.invoke(RuntimeCall(str(uuid.uuid4()), json.dumps(event).encode(), TIMEOUT_S, arn))
    answer = json.loads(result.payload or b"null") or {}
    if result.error or answer.get("batchItemFailures"):
        raise FunctionFailedError(result.error or f"the message was not done: {event}")
    return result
