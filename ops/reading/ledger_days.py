"""List the ranges that were begun in a span of time, by the ledger's index: each shard of each day in parallel."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from log_processor.storing.ledger_row import DAY_INDEX, DAY_KEY, DAY_SHARDS, Row, parse_row

from ops.reading.batch_get import get_items
from ops.reading.plain import count_read_bytes
from ops.reading.span import Span, count_ms
from ops.reading.spending import Spend, ignore_bytes

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

WORKERS = 16
RowKey = tuple[str, str]


@dataclass(frozen=True, slots=True)
class RangeRow:
    """The row of one range: its object (`s3://bucket/key`), its label, and what the index holds of the rest.

    The index has no `reason` and no `plan`: `read_rows` reads whole rows by their keys.
    """

    object: str
    label: str
    row: Row

    @property
    def key(self) -> RowKey:
        """Return the key of the row in the ledger."""
        return self.object, self.label

    @property
    def knows_counts(self) -> bool:
        """Tell whether the row says what levels and times its records have.

        It does not if it was ended by a version that did not count, or is not ended: they are unknown then, not zero.
        """
        return self.row.text_fallbacks is not None


def list_ranges(
    dynamodb: "DynamoDBClient",
    table: str,
    since: datetime,
    until: datetime,
    *,
    statuses: Iterable[str] = (),
    spend: Spend = ignore_bytes,
) -> list[RangeRow]:
    """Return the rows that were begun from `since` until `until`, in the order in which they were begun.

    With `statuses`, such as `failed`, DynamoDB sends those alone; it reads the others all the same. Each shard of a day
    is a request for every mebibyte of its rows: eight for a day of some 20,000 ranges.
    """
    shards = _list_shards(since, until)
    request = _build_request(table, since, until, sorted(statuses))
    with ThreadPoolExecutor(WORKERS) as pool:
        answers = pool.map(lambda shard: list(_read_shard(dynamodb, request, shard, spend)), shards)
        items = [item for page in answers for item in page]
    items.sort(key=lambda item: (item["started_at"]["S"], item["object"]["S"], item["range"]["S"]))
    return [RangeRow(item["object"]["S"], item["range"]["S"], parse_row(item)) for item in items]


def has_ranges(dynamodb: "DynamoDBClient", table: str, since: datetime, until: datetime) -> bool:
    """Tell whether a range was begun from `since` until `until`: a request for each shard of a day, of one row each."""
    request = {**_build_request(table, since, until, []), "Limit": 1}
    with ThreadPoolExecutor(WORKERS) as pool:
        answers = pool.map(lambda shard: dynamodb.query(**_choose_shard(request, shard)), _list_shards(since, until))
        return any(answer["Items"] for answer in answers)


def read_rows(dynamodb: "DynamoDBClient", table: str, keys: Sequence[RowKey]) -> dict[RowKey, Row]:
    """Return the whole rows, with reasons and plans, of the keys that have one; a request reads a hundred."""
    typed = [{"object": {"S": name}, "range": {"S": label}} for name, label in keys]
    items = get_items(dynamodb, table, typed)
    return {(item["object"]["S"], item["range"]["S"]): parse_row(item) for item in items}


def read_reasons(dynamodb: "DynamoDBClient", table: str, keys: Sequence[RowKey]) -> dict[RowKey, str]:
    """Return why some ranges failed, or wait, by their keys."""
    return {key: row.reason for key, row in read_rows(dynamodb, table, keys).items()}


def _list_shards(since: datetime, until: datetime) -> list[str]:
    days = Span.between(since, until).days()
    return [f"{day.isoformat()}#{shard}" for day in days for shard in range(DAY_SHARDS)]


def _build_request(table: str, since: datetime, until: datetime, statuses: list[str]) -> dict[str, Any]:
    values: dict[str, Any] = {
        ":since": {"S": _write_time(since)},
        ":until": {"S": _write_time(until - timedelta(milliseconds=1))},
    }
    request: dict[str, Any] = {
        "TableName": table,
        "IndexName": DAY_INDEX,
        "KeyConditionExpression": f"{DAY_KEY} = :day AND started_at BETWEEN :since AND :until",
        "ReturnConsumedCapacity": "TOTAL",
    }
    if statuses:
        named = {f":status{number}": {"S": status} for number, status in enumerate(statuses)}
        request["FilterExpression"] = f"#status IN ({', '.join(named)})"
        request["ExpressionAttributeNames"] = {"#status": "status"}
        values |= named
    return request | {"ExpressionAttributeValues": values}


def _write_time(moment: datetime) -> str:
    """Return a time as rows have it: `2026-05-04T10:00:00.000Z`."""
    known = datetime.fromtimestamp(count_ms(moment) / 1000, UTC)
    return known.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _read_shard(dynamodb: "DynamoDBClient", request: Mapping[str, Any], shard: str, spend: Spend) -> Iterator[Any]:
    for page in dynamodb.get_paginator("query").paginate(**_choose_shard(request, shard)):
        spend(count_read_bytes(page))
        yield from page["Items"]


def _choose_shard(request: Mapping[str, Any], shard: str) -> dict[str, Any]:
    values = {**request["ExpressionAttributeValues"], ":day": {"S": shard}}
    return {**request, "ExpressionAttributeValues": values}
