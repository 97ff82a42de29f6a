"""Measure a query of the local AWS's log table, as it is answered there and as moto answers it.

Run `PYTHONPATH=functions python -m benchmarks.index_queries [ITEMS]`; 330,000 items take about 1 GB.
"""

import os
import sys
import time
from collections.abc import Iterator
from typing import Any

import boto3
import orjson
from moto import mock_aws
from moto.dynamodb.models import dynamodb_backends
from moto.dynamodb.models.table import Table

from emulator.aws import batch_write
from emulator.aws.moto_fixes import apply_fixes

ITEMS = 330_000
DAYS, SHARDS = 14, 8
REGION, ACCOUNT_ID = "us-east-1", "123456789012"
TABLE: dict[str, Any] = {
    "TableName": "logs",
    "KeySchema": [
        {"AttributeName": "log_id", "KeyType": "HASH"},
        {"AttributeName": "timestamp", "KeyType": "RANGE"},
    ],
    "AttributeDefinitions": [
        {"AttributeName": "log_id", "AttributeType": "S"},
        {"AttributeName": "timestamp", "AttributeType": "N"},
        {"AttributeName": "source_day", "AttributeType": "S"},
    ],
    "GlobalSecondaryIndexes": [
        {
            "IndexName": "by_source",
            "KeySchema": [
                {"AttributeName": "source_day", "KeyType": "HASH"},
                {"AttributeName": "timestamp", "KeyType": "RANGE"},
            ],
            "Projection": {"ProjectionType": "ALL"},
        }
    ],
    "BillingMode": "PAY_PER_REQUEST",
}


def fill(count: int) -> None:
    """Put so many items into the table, in the plain batches that the local AWS stores itself."""
    tables = dynamodb_backends[ACCOUNT_ID][REGION].tables
    for first in range(0, count, batch_write.MAX_ITEMS):
        numbers = range(first, min(count, first + batch_write.MAX_ITEMS))
        puts = [{"PutRequest": {"Item": make_item(number)}} for number in numbers]
        if not batch_write.store_puts(tables, orjson.dumps({"RequestItems": {"logs": puts}})):
            raise ValueError("the batch is not a plain one")


def make_item(number: int) -> dict[str, Any]:
    """Return an item of about 450 bytes, of one of the days and shards."""
    day, shard = number % DAYS + 1, number // DAYS % SHARDS
    return {
        "log_id": {"S": f"3b1c{number:x}"},
        "timestamp": {"N": str(1_777_593_600_000 + day * 86_400_000 + number)},
        "source_day": {"S": f"web#2026-05-{day:02}#{shard}"},
        "log_data": {"S": "x" * 300},
        "level": {"S": "info"},
    }


def time_queries(client: Any) -> Iterator[str]:
    """Yield a row for each kind of query: ten records, and a page."""
    for title, limit in (("10 records", 10), ("a page of a mebibyte", 1_000_000)):
        started_s = time.process_time()
        answer = client.query(
            TableName="logs",
            IndexName="by_source",
            KeyConditionExpression="source_day = :day",
            ExpressionAttributeValues={":day": {"S": "web#2026-05-07#3"}},
            Limit=limit,
        )
        took_ms = (time.process_time() - started_s) * 1000
        yield f"{title}: {answer['Count']:,} items in {took_ms:,.0f} ms of processor time"


def main() -> int:
    """Print the processor time of each query."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else ITEMS
    apply_fixes()
    os.environ |= {"AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local"}
    with mock_aws():
        client: Any = boto3.client("dynamodb", region_name=REGION)
        client.create_table(**TABLE)
        fill(count)
        native = Table.query
        for title, query in (("the first", native), ("the next", native), ("moto", vars(native)["__wrapped__"])):
            setattr(Table, native.__name__, query)
            for row in time_queries(client):
                print(f"{title} of {count:,}, {row}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
