"""Run the function's deployed zip in one warm process under AWS's runtime client, until no message is left."""

import json
import os
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


@dataclass(frozen=True, slots=True)
class Code:
    """What a function is made of: its zip, its layers, and the name of its handler."""

    handler: str
    zip: bytes
    layers: tuple[bytes, ...] = ()


def zip_own_code() -> Code:
    """Return the function as it is deployed."""
    return Code("log_processor.handler.handle", zip_function().read_bytes(), (zip_layer("x86_64").read_bytes(),))


@contextmanager
def start_function(stub: Stub, code: Code | None = None, **settings: str) -> Iterator[Child]:
    """Start one execution environment of a function, ours if `code` is None, and end it after the `with` block.

    `settings` are further environment variables of the function.
    """
    variables = ENVIRONMENT | {"AWS_ENDPOINT_URL": stub.url} | settings
    code = code or zip_own_code()
    deployment = Deployment(
        name="benchmark",
        version="$LATEST",
        arn="arn:aws:lambda:us-east-1:123456789012:function:benchmark",
        handler=code.handler,
        code=code.zip,
        layers=code.layers,
        variables=tuple(variables.items()),
        role="",
        timeout_s=TIMEOUT_S,
        memory_mb=256,
    )
    with tempfile.TemporaryDirectory() as folder:
        with _pin_to_last_core():
            child = Child(deployment, CREDENTIALS, Path(folder) / "function.log")
        try:
            yield child
        finally:
            child.close()


@contextmanager
def _pin_to_last_core() -> Iterator[None]:
    """Let a process that is started in the block run on the last core alone, and this thread on the others after it."""
    cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {max(cores)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, cores)


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
