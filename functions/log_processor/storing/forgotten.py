"""Read which records of an object version are forgotten: the ledger keeps their ids, and nothing else of them."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from log_processor.reading.records import ReadRecord
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


def name_object(digest: str) -> str:
    """Return the partition key of the forgotten records of an object version."""
    return f"{FORGOTTEN}{digest}"


def name_stretch(offset: int) -> str:
    """Return the sort key of the row that has the id of a record which begins at that byte."""
    return f"{offset >> STRETCH_BITS:012x}"


class ForgottenRecords:
    """The forgotten records, in the ledger's table."""

    def __init__(self, dynamodb: "DynamoDBClient", table: str) -> None:
        self._dynamodb, self._table = dynamodb, table

    def read(self, work: ObjectRange) -> frozenset[str]:
        """Return the log ids of the records of a range that are forgotten: one query."""
        query: dict[str, Any] = {
            "TableName": self._table,
            "KeyConditionExpression": "#object = :object AND #range BETWEEN :first AND :last",
            "ExpressionAttributeNames": {"#object": "object", "#range": "range"},
            "ExpressionAttributeValues": {
                ":object": {"S": name_object(work.digest)},
                ":first": {"S": name_stretch(work.start)},
                ":last": {"S": name_stretch(work.end - 1) if work.end else "~"},
            },
            "ConsistentRead": True,
        }
        try:
            ids = (part for row in iterate_rows(self._dynamodb, **query) for part in row.get(IDS, {}).get("SS", ()))
            return frozenset(f"{work.digest}-{part}" for part in ids)
        except (ClientError, BotoCoreError) as error:
            raise translate_error(error, f"reading what is forgotten of {work.uri}") from error


def leave_out(records: Iterator[ReadRecord], forgotten: frozenset[str]) -> Iterator[ReadRecord]:
    """Yield the records, None for each that is forgotten: it counts as filtered out."""
    for raw, record in records:
        is_forgotten = record is not None and record.log_id in forgotten
        yield raw, None if is_forgotten else record
