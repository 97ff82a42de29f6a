"""Read which records of an object version are forgotten: the ledger keeps their ids, and nothing else of them."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from log_processor.reading.records import ReadRecord
from log_processor.record import LogRecord
from log_processor.service_errors import translate_error
from log_processor.storing.table_client import iterate_rows
from log_processor.work.ranges import ObjectRange

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

FORGOTTEN = "forgotten#"
"""How the `object` of their rows begins; behind it stands the digest of the object version, or of the zip's member."""
IDS = "ids"
"""The attribute with the part of each `log_id` behind the digest."""
STRETCH_BITS = 16
"""A row has the ids of 64 KiB of the decompressed stream, so that it is small enough whatever is forgotten."""
LAST_STRETCH = "~"
"""What sorts after the names of all stretches."""


def name_object(digest: str) -> str:
    """Return the partition key of the forgotten records of an object version."""
    return f"{FORGOTTEN}{digest}"


def name_stretch(offset: int) -> str:
    """Return the sort key of the row that has the id of a record which begins at that byte."""
    return f"{offset >> STRETCH_BITS:012x}"


class ForgottenIds:
    """The log ids of the forgotten records of an object version, from some byte on.

    They are read as far as they are asked for: most ranges end with their own stretches, but the last record of a range
    may have pieces, and lines below it that begin no record by themselves, anywhere beyond its end.
    """

    def __init__(self, digest: str, rows: Iterator[Mapping[str, Any]]) -> None:
        self._digest, self._rows = digest, rows
        self._next = next(rows, None)
        self._ids: set[str] = set()
        self._stop = 0

    def __bool__(self) -> bool:
        """Tell whether there may be any."""
        return bool(self._ids or self._next)

    def has(self, record: LogRecord) -> bool:
        """Tell whether a record is forgotten."""
        if record.offset >= self._stop:
            self._stop = ((record.offset >> STRETCH_BITS) + 1) << STRETCH_BITS
            self._read_to(name_stretch(record.offset))
        return record.log_id in self._ids

    def list_all(self) -> frozenset[str]:
        """Return all ids, up to the object's end."""
        self._read_to(LAST_STRETCH)
        return frozenset(self._ids)

    def _read_to(self, stretch: str) -> None:
        """Read the ids of the stretches up to one, by its name."""
        while self._next is not None and self._next["range"]["S"] <= stretch:
            self._ids.update(f"{self._digest}-{part}" for part in self._next.get(IDS, {}).get("SS", ()))
            self._next = next(self._rows, None)


class ForgottenRecords:
    """The forgotten records, in the ledger's table."""

    def __init__(self, dynamodb: "DynamoDBClient", table: str) -> None:
        self._dynamodb, self._table = dynamodb, table

    def find(self, work: ObjectRange) -> ForgottenIds:
        """Return the log ids of the records of a range that are forgotten: one query before the first is asked for."""
        return ForgottenIds(work.digest, self._read_rows(work))

    def _read_rows(self, work: ObjectRange) -> Iterator[Mapping[str, Any]]:
        """Yield the rows from the first stretch of a range on, in their order."""
        try:
            yield from iterate_rows(
                self._dynamodb,
                TableName=self._table,
                KeyConditionExpression="#object = :object AND #range >= :first",
                ExpressionAttributeNames={"#object": "object", "#range": "range"},
                ExpressionAttributeValues={
                    ":object": {"S": name_object(work.digest)},
                    ":first": {"S": name_stretch(work.start)},
                },
                ConsistentRead=True,
            )
        except (ClientError, BotoCoreError) as error:
            raise translate_error(error, f"reading what is forgotten of {work.uri}") from error


def leave_out(records: Iterator[ReadRecord], forgotten: ForgottenIds) -> Iterator[ReadRecord]:
    """Yield the records, None for each that is forgotten: it counts as filtered out."""
    for raw, record in records:
        is_forgotten = record is not None and forgotten.has(record)
        yield raw, None if is_forgotten else record
