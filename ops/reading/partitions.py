"""Read one partition of the query index in the order of time, a page at a time, and merge several of them."""

import heapq
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from log_processor.storing.index_entry import INDEX_KEY, QUERY_INDEX, WHOLE_RECORD_INDEX, WHOLE_RECORD_KEY

from ops.reading.plain import convert_item, count_read_bytes
from ops.reading.said_elsewhere import find_source
from ops.reading.span import Span
from ops.reading.spending import Spend
from ops.reading.store import Position, Record

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

FIRST_PAGE, MAX_PAGE, GROWTH = 25, 3_000, 4
"""The entries of the first page where few are wanted, of the largest one, and how pages grow."""


@dataclass(frozen=True, slots=True)
class Index:
    """An index of the log table: its name, its partition key, and whether it holds whole records."""

    name: str
    key: str
    whole: bool


ENTRIES = Index(QUERY_INDEX, INDEX_KEY, whole=False)
OLD_RECORDS = Index(WHOLE_RECORD_INDEX, WHOLE_RECORD_KEY, whole=True)


@dataclass(frozen=True, slots=True)
class IndexPartition:
    """The records of one source, day and shard in one index."""

    index: Index
    key: str

    @property
    def name(self) -> str:
        """Return what tells partitions apart, and gives them their order."""
        return f"{self.key}@{self.index.name}"


def list_partitions(indexes: Sequence[Index], sources: Sequence[str], day: date, shards: int) -> list[IndexPartition]:
    """Return the partitions in which the records of a day stand."""
    return [
        IndexPartition(index, f"{source}#{day.isoformat()}#{shard}")
        for index in indexes
        for source in sources
        for shard in range(shards)
    ]


@dataclass(frozen=True, slots=True)
class Pages:
    """How to read partitions: from which table, in which span and direction, from which place on, by which threads.

    With `eager`, the next page is asked for while the last one is used; without it, only when it is needed.
    """

    dynamodb: "DynamoDBClient"
    table: str
    span: Span
    newest_first: bool
    after: Position | None
    executor: Executor
    spend: Spend
    eager: bool


class PartitionReader:
    """The records of a partition, in order; the first page is asked for at once."""

    def __init__(self, partition: IndexPartition, pages: Pages) -> None:
        self._partition, self._pages = partition, pages
        self._page_size = MAX_PAGE if pages.eager else FIRST_PAGE
        span, start = skip_to(partition, pages)
        self._request = self._build_request(span)
        self._next: Future[Any] | None = self._ask(start) if span.first_ms <= span.last_ms else None

    def read(self) -> Iterator[Record]:
        """Yield the records, page by page."""
        while self._next is not None:
            answer = self._next.result()
            self._pages.spend(count_read_bytes(answer))
            start = answer.get("LastEvaluatedKey")
            self._next = self._ask(start) if start and self._pages.eager else None
            for item in answer["Items"]:
                yield self._make_record(item)
            if start and not self._pages.eager:
                self._page_size = min(MAX_PAGE, self._page_size * GROWTH)
                self._next = self._ask(start)

    def _ask(self, start: Any) -> "Future[Any]":
        request = {**self._request, "Limit": self._page_size, **({"ExclusiveStartKey": start} if start else {})}
        return self._pages.executor.submit(lambda: self._pages.dynamodb.query(**request))

    def _build_request(self, span: Span) -> dict[str, Any]:
        return {
            "TableName": self._pages.table,
            "IndexName": self._partition.index.name,
            "KeyConditionExpression": "#key = :key AND #timestamp BETWEEN :first AND :last",
            "ExpressionAttributeNames": {"#key": self._partition.index.key, "#timestamp": "timestamp"},
            "ExpressionAttributeValues": {
                ":key": {"S": self._partition.key},
                ":first": {"N": str(span.first_ms)},
                ":last": {"N": str(span.last_ms)},
            },
            "ScanIndexForward": not self._pages.newest_first,
            "ReturnConsumedCapacity": "TOTAL",
        }

    def _make_record(self, item: Mapping[str, Any]) -> Record:
        attributes = convert_item(item)
        attributes.setdefault("source", find_source(self._partition.key))
        position = Position(attributes["timestamp"], self._partition.name, attributes["log_id"])
        return Record(position, attributes, self._partition.index.whole)


def skip_to(partition: IndexPartition, pages: Pages) -> tuple[Span, Any]:
    """Return the span and the key from which to read a partition, so that it goes on after a position.

    Partitions that stand before that of the place have given all of its timestamp, those that stand behind it none.
    """
    after, span = pages.after, pages.span
    if after is None:
        return span, None
    if partition.name == after.partition:
        key = {partition.index.key: {"S": partition.key}, "log_id": {"S": after.log_id}}
        return span, {**key, "timestamp": {"N": str(after.timestamp)}}
    is_done = partition.name < after.partition
    if pages.newest_first:
        return replace(span, last_ms=min(span.last_ms, after.timestamp - is_done)), None
    return replace(span, first_ms=max(span.first_ms, after.timestamp + is_done)), None


def merge(readers: Sequence[PartitionReader], *, newest_first: bool) -> Iterator[Record]:
    """Yield the records of several partitions in the order of time, and those of one timestamp by partition."""
    direction = -1 if newest_first else 1
    return heapq.merge(
        *(reader.read() for reader in readers),
        key=lambda record: (direction * record.position.timestamp, record.position.partition),
    )
