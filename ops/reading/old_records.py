"""Tell of records that versions up to 1.0.0 stored: the ledger does not say of which sources they are."""

from typing import TYPE_CHECKING

from log_processor.storing.index_entry import WHOLE_RECORD_INDEX

from ops.notes import print_note

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


def note_old_records(dynamodb: "DynamoDBClient", table: str) -> None:
    """Print a note if the index that only those versions filled has records; DynamoDB counts them every six hours."""
    indexes = dynamodb.describe_table(TableName=table)["Table"].get("GlobalSecondaryIndexes", ())
    count = sum(index.get("ItemCount", 0) for index in indexes if index.get("IndexName") == WHOLE_RECORD_INDEX)
    if count:
        print_note(
            f"about {count:,} records were stored by version 1.0.0 or an older one, and are found with --source alone: "
            "'ops replay --again' has their objects read again"
        )
