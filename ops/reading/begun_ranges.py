"""Read the ranges that were begun since a time, for a command: what it costs is said, limited and shown."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from log_processor.storing.ledger_row import DAY_INDEX

from ops.accounts import check_status
from ops.frame.read_budget import ReadBudget
from ops.frame.times import ZonedClock
from ops.reading.ledger_days import RangeRow, list_ranges
from ops.reading.spending import watch_reading

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

LEDGER = "the ledger's index by day"
CLOCK_SKEW = timedelta(minutes=5)
"""How far the clock of this machine may be behind that of the function."""


def announce_ledger(dynamodb: "DynamoDBClient", table: str, budget: ReadBudget) -> None:
    """Print what all of the index costs, or the part that may be read; a command that reads again prints it once."""
    if budget.rounds > 1:
        return
    indexes = dynamodb.describe_table(TableName=table)["Table"].get("GlobalSecondaryIndexes", ())
    size = sum(index.get("IndexSizeBytes", 0) for index in indexes if index.get("IndexName") == DAY_INDEX)
    budget.announce(LEDGER, min(size, budget.left_bytes))


def read_ranges(
    dynamodb: "DynamoDBClient", table: str, begin: datetime, clock: ZonedClock, budget: ReadBudget
) -> list[RangeRow]:
    """Return the ranges that were begun since `begin`; say before what that costs at most, and show how far it is.

    Raises `CommandError` at the limit of the budget, and if a row has a status that this version does not know.
    """
    announce_ledger(dynamodb, table, budget)
    with watch_reading(budget, LEDGER, "the ledger") as spend:
        ranges = list_ranges(dynamodb, table, begin, clock.now + CLOCK_SKEW, spend=spend)
    for one in ranges:
        check_status(one.row)
    return ranges
