"""Store the lines of an object with boto3 alone: what the pipeline is measured against (`benchmarks.table`).

This file is deployed by itself as another function. `put_each` stores a line a call, as the original function did, and
`put_batches` uses boto3's `batch_writer`. Both read the whole object, and store the five attributes of the original.
"""

import os
import time
import uuid
from collections.abc import Iterator
from typing import Any

import boto3

s3: Any = boto3.client("s3")
table: Any = boto3.resource("dynamodb").Table(os.environ["DYNAMODB_TABLE"])


def put_each(event: Any, _context: Any) -> dict[str, int]:
    """Store every line with a call of its own."""
    count = 0
    for item in _read_items(event):
        table.put_item(Item=item)
        count += 1
    return {"lines": count}


def put_batches(event: Any, _context: Any) -> dict[str, int]:
    """Store the lines with boto3's writer of batches."""
    count = 0
    with table.batch_writer() as batch:
        for item in _read_items(event):
            batch.put_item(Item=item)
            count += 1
    return {"lines": count}


def _read_items(event: Any) -> Iterator[dict[str, Any]]:
    stored = event["Records"][0]["s3"]
    bucket, key = stored["bucket"]["name"], stored["object"]["key"]
    text = s3.get_object(Bucket=bucket, Key=key)["Body"].read().decode()
    now = str(time.time())
    for line in text.split("\n"):
        if line:
            yield {
                "log_id": str(uuid.uuid4()),
                "timestamp": int(time.time()),
                "source_file": f"s3://{bucket}/{key}",
                "log_data": line,
                "processed_at": now,
            }
