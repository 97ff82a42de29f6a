"""Records that are stored as one item each: found by the indexes of the log table, fetched by their keys."""

from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from ops.frame.aws_errors import lacks_index
from ops.reading.partitions import (
    ENTRIES,
    OLD_RECORDS,
    Index,
    Pages,
    PartitionReader,
    list_partitions,
    merge,
)
from ops.reading.plain import convert_item
from ops.reading.pool import open_pool
from ops.reading.said_elsewhere import add_said
from ops.reading.spending import Spend, ignore_bytes
from ops.reading.store import Position, Question, Record
from ops.reading.version_names import VersionNames
from ops.reading.whole_records import WholeRecords

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

WORKERS = 32
DAYS_AHEAD = 3
"""How many further days are asked for while one is read: with eight shards, as many partitions as there are workers."""


@dataclass(frozen=True, slots=True)
class ItemStore:
    """The log table. `shards` is how many partitions a source and day has: the setting `index_shards`.

    Without `versions`, records whose items do not name their object version do not name it either.
    """

    dynamodb: "DynamoDBClient"
    table: str
    shards: int
    versions: VersionNames | None = None

    def read(self, question: Question, spend: Spend) -> Iterator[Record]:
        """Yield the records that `question` asks for, in its order, as they are found."""
        with open_pool(WORKERS) as pool:
            records = self._read_index(question, spend, pool)
            records = (record for record in records if question.test(record) is not False)
            if question.whole or not question.is_indexed:
                records = self._open_whole(pool, spend).fetch(records, _choose_batch(question))
            yield from islice(filter(question.holds, records), question.limit)

    def complete(self, records: Sequence[Record], spend: Spend) -> list[Record]:
        """Return some records as a whole, in their order: a request for a hundred that are not."""
        with open_pool(WORKERS) as pool:
            return list(self._open_whole(pool, spend).fetch(iter(records), None))

    def _open_whole(self, pool: Executor, spend: Spend) -> WholeRecords:
        return WholeRecords(self.dynamodb, self.table, pool, spend, self.versions)

    def find(self, log_id: str) -> Record | None:
        """Return a whole record by its id, or None: one request."""
        answer = self.dynamodb.query(
            TableName=self.table,
            KeyConditionExpression="log_id = :id",
            ExpressionAttributeValues={":id": {"S": log_id}},
            Limit=1,
        )
        if not answer["Items"]:
            return None
        attributes = add_said(convert_item(answer["Items"][0]))
        if self.versions is not None:
            self.versions.add([attributes], ignore_bytes)
        return Record(Position(attributes["timestamp"], "", log_id), attributes, whole=True)

    def check(self) -> None:
        """Return; an item that is found can be read."""

    def list_indexes(self) -> list[Index]:
        """Return the indexes that hold something: the old one is left out if it is gone or empty. One request."""
        try:
            answer = self.dynamodb.scan(TableName=self.table, IndexName=OLD_RECORDS.name, Limit=1)
        except ClientError as error:
            if not lacks_index(error):
                raise
            return [ENTRIES]
        return [ENTRIES, OLD_RECORDS] if answer["Items"] or answer.get("LastEvaluatedKey") else [ENTRIES]

    def _read_index(self, question: Question, spend: Spend, pool: Executor) -> Iterator[Record]:
        """Yield what the indexes say, in the order of time; several days are asked for at once.

        A page that the index decides begins with one day alone, since that may fill it.
        """
        pages = Pages(
            dynamodb=self.dynamodb,
            table=self.table,
            span=question.span,
            newest_first=question.newest_first,
            after=question.after,
            executor=pool,
            spend=spend,
            eager=question.is_eager,
        )
        indexes = self.list_indexes()
        days = deque(question.list_days())
        ahead: deque[list[PartitionReader]] = deque()
        days_ahead = DAYS_AHEAD if pages.eager or not question.is_indexed else 0
        while days or ahead:
            while days and len(ahead) <= days_ahead:
                partitions = list_partitions(indexes, question.sources, days.popleft(), self.shards)
                ahead.append([PartitionReader(partition, pages) for partition in partitions])
            yield from merge(ahead.popleft(), newest_first=question.newest_first)
            days_ahead = DAYS_AHEAD  # the first day was not enough


def _choose_batch(question: Question) -> int | None:
    """Return how many records are fetched: not more than are wanted, if each of them is one that matches."""
    return question.limit if question.is_indexed else None
