"""What tables and indexes consume is counted by the names and dimensions that AWS documents."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from moto.dynamodb.models import dynamodb_backends

from emulator.aws import batch_write
from emulator.aws.edge import Application, Environ
from emulator.aws.local_aws import ACCOUNT_ID, REGION, LocalAws

pytestmark = pytest.mark.server

TABLE, INDEX = "measured", "by_group"
FAILURES: dict[str, tuple[str, bytes]] = {}
"""What the next request of an operation is answered with, instead of being done."""


def fail(application: Application) -> Application:
    """Answer as the tests say, in place of DynamoDB."""

    def answer(environ: Environ, start_response: Any) -> Any:
        operation = str(environ.get("HTTP_X_AMZ_TARGET", "")).partition(".")[2]
        if operation not in FAILURES:
            return application(environ, start_response)
        status, body = FAILURES.pop(operation)
        start_response(status, [("Content-Type", "application/x-amz-json-1.0"), ("Content-Length", str(len(body)))])
        return [body]

    return answer


@pytest.fixture(scope="module")
def aws() -> Iterator[LocalAws]:
    """Yield a local AWS."""
    with LocalAws(middlewares=[fail]) as local:
        yield local


@pytest.fixture
def dynamodb(aws: LocalAws) -> Iterator[Any]:
    """Yield a client, and a table whose index holds a group, a time and a level."""
    client = aws.client("dynamodb")
    client.create_table(
        TableName=TABLE,
        KeySchema=define_key("id"),
        AttributeDefinitions=[
            {"AttributeName": name, "AttributeType": kind} for name, kind in (("id", "S"), ("at", "N"), ("group", "S"))
        ],
        GlobalSecondaryIndexes=[
            {
                "IndexName": INDEX,
                "KeySchema": define_key("group"),
                "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["level"]},
            }
        ],
        BillingMode="PAY_PER_REQUEST",
    )
    read(aws, "ConsumedWriteCapacityUnits")
    aws.watch.pass_minutes(10)
    yield client
    client.delete_table(TableName=TABLE)


def define_key(partition: str) -> list[dict[str, str]]:
    return [{"AttributeName": partition, "KeyType": "HASH"}, {"AttributeName": "at", "KeyType": "RANGE"}]


def make_item(number: int, **texts: str) -> dict[str, Any]:
    return {"id": {"S": str(number)}, "at": {"N": "1"}, **{name: {"S": text} for name, text in texts.items()}}


def read(aws: LocalAws, name: str, **dimensions: str) -> float:
    """Return what the last minutes added up to in a metric of the table, or of what the dimensions name besides."""
    aws.watch.pass_minutes(1)
    named = {"TableName": TABLE} | dimensions
    now_s = aws.clock.now()
    return sum(one.value for one in aws.metrics.read("AWS/DynamoDB", name, named, now_s - 240, now_s + 1))


def read_written(aws: LocalAws) -> tuple[float, float]:
    """Return the write units of the table and of its index since the last time."""
    name = "ConsumedWriteCapacityUnits"
    found = read(aws, name), read(aws, name, GlobalSecondaryIndexName=INDEX)
    aws.watch.pass_minutes(10)
    return found


def test_a_write_takes_a_unit_a_kibibyte(aws: LocalAws, dynamodb: Any) -> None:
    """Of the larger one of before and after; the index takes units where its entry changes, twice if it moves."""
    dynamodb.put_item(TableName=TABLE, Item=make_item(1, text="x" * 3_000))
    assert read_written(aws) == (3, 0)
    dynamodb.put_item(TableName=TABLE, Item=make_item(1, group="a", level="info"))
    assert read_written(aws) == (3, 1)
    dynamodb.put_item(TableName=TABLE, Item=make_item(1, group="a", level="info", text="y"))
    assert read_written(aws) == (1, 0)
    change = {"Key": make_item(1), "ExpressionAttributeNames": {"#name": "level"}}
    values = {":value": {"S": "warn"}}
    dynamodb.update_item(
        TableName=TABLE, UpdateExpression="SET #name = :value", ExpressionAttributeValues=values, **change
    )
    assert read_written(aws) == (1, 1)
    change["ExpressionAttributeNames"] = {"#name": "group"}
    dynamodb.update_item(
        TableName=TABLE, UpdateExpression="SET #name = :value", ExpressionAttributeValues=values, **change
    )
    assert read_written(aws) == (1, 2)
    dynamodb.delete_item(TableName=TABLE, Key=make_item(1))
    assert read_written(aws) == (1, 1)


def test_plain_batches_count_as_single_puts(aws: LocalAws, dynamodb: Any) -> None:
    """They are stored by the local AWS itself, with as many units."""
    puts = [{"PutRequest": {"Item": make_item(number, group="a", text="x" * 1_500)}} for number in range(25)]
    body = json.dumps({"RequestItems": {TABLE: puts}}).encode()
    assert batch_write.store_puts(dynamodb_backends[ACCOUNT_ID][REGION].tables, body)
    assert read_written(aws) == (50, 25)
    dynamodb.batch_write_item(RequestItems={TABLE: puts})
    assert read_written(aws) == (50, 0)


def test_a_read_takes_half_a_unit_a_page(aws: LocalAws, dynamodb: Any) -> None:
    """A consistent one a whole unit, for each 4 KiB of an item; a query of the index counts for that."""
    dynamodb.put_item(TableName=TABLE, Item=make_item(1, group="a", text="x" * 5_000))
    name = "ConsumedReadCapacityUnits"
    dynamodb.get_item(TableName=TABLE, Key=make_item(1))
    dynamodb.get_item(TableName=TABLE, Key=make_item(2), ConsistentRead=True)
    dynamodb.batch_get_item(RequestItems={TABLE: {"Keys": [make_item(1), make_item(2)]}})
    assert read(aws, name) == 1.0 + 1.0 + 1.0 + 0.5
    dynamodb.query(
        TableName=TABLE,
        IndexName=INDEX,
        KeyConditionExpression="#group = :a",
        ExpressionAttributeNames={"#group": "group"},
        ExpressionAttributeValues={":a": {"S": "a"}},
    )
    assert read(aws, name, GlobalSecondaryIndexName=INDEX) == 0.5


def test_throttled_requests_are_counted(aws: LocalAws, dynamodb: Any) -> None:
    """Each item of them is an event; a batch of which a part was taken is no throttled request."""
    puts = [{"PutRequest": {"Item": make_item(number)}} for number in range(5)]
    FAILURES["BatchWriteItem"] = "400 Bad Request", b'{"__type":"x#ThrottlingException","message":""}'
    dynamodb.batch_write_item(RequestItems={TABLE: puts})
    assert read(aws, "WriteThrottleEvents") == 5
    assert read(aws, "ThrottledRequests", Operation="BatchWriteItem") == 1
    aws.watch.pass_minutes(10)
    FAILURES["BatchWriteItem"] = "200 OK", json.dumps({"UnprocessedItems": {TABLE: puts[:2]}}).encode()
    dynamodb.batch_write_item(RequestItems={TABLE: puts})
    assert read(aws, "WriteThrottleEvents") == 2
    assert read(aws, "ThrottledRequests", Operation="BatchWriteItem") == 0
    FAILURES["GetItem"] = "500 Server Error", b'{"__type":"x#InternalServerError","message":""}'
    dynamodb.get_item(TableName=TABLE, Key=make_item(1))
    assert read(aws, "SystemErrors", Operation="GetItem") == 1


def test_cloudwatch_answers_with_them(aws: LocalAws, dynamodb: Any) -> None:
    """As a dashboard asks: the metric is listed, and its sum is that of the writes."""
    dynamodb.put_item(TableName=TABLE, Item=make_item(1, text="x" * 3_000))
    cloudwatch = aws.client("cloudwatch")
    dimensions = [{"Name": "TableName", "Value": TABLE}]
    metric = {"Namespace": "AWS/DynamoDB", "MetricName": "ConsumedWriteCapacityUnits", "Dimensions": dimensions}
    assert metric in cloudwatch.list_metrics(Namespace="AWS/DynamoDB")["Metrics"]
    now = datetime.fromtimestamp(aws.clock.now(), UTC)
    asked: dict[str, Any] = {"Metric": metric, "Period": 300, "Stat": "Sum"}
    found = cloudwatch.get_metric_data(
        MetricDataQueries=[{"Id": "units", "MetricStat": asked}],
        StartTime=now - timedelta(minutes=5),
        EndTime=now + timedelta(minutes=5),
    )
    assert sum(found["MetricDataResults"][0]["Values"]) == 3
