"""Get items by their keys, a hundred a request, and ask again for those that the table did not give."""

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ops.errors import CommandError
from ops.exit_codes import ExitCode
from ops.reading.plain import count_read_bytes
from ops.reading.spending import Spend, ignore_bytes

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

MAX_KEYS = 100
ItemKey = tuple[str, int]
"""The `log_id` and the timestamp of an item of the log table: its key."""
TRIES, FIRST_WAIT_S = 8, 0.05


def make_key(log_id: str, timestamp_ms: int) -> dict[str, Any]:
    """Return the key of an item of the log table, as DynamoDB's JSON."""
    return {"log_id": {"S": log_id}, "timestamp": {"N": str(timestamp_ms)}}


def get_items(
    dynamodb: "DynamoDBClient",
    table: str,
    keys: Sequence[Any],
    spend: Spend = ignore_bytes,
    *,
    is_consistent: bool = False,
) -> list[dict[str, Any]]:
    """Return the items of `keys` that there are, in no order, as DynamoDB's JSON.

    With `is_consistent`, they have all that was written before, at twice the price. Raises `CommandError` if the table
    does not give all of them, however often it is asked.
    """
    items: list[dict[str, Any]] = []
    for first in range(0, len(keys), MAX_KEYS):
        asked = {"Keys": list(keys[first : first + MAX_KEYS]), "ConsistentRead": is_consistent}
        items += _get_batch(dynamodb, table, asked, spend)
    return items


def _get_batch(dynamodb: "DynamoDBClient", table: str, asked: Any, spend: Spend) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = []
    for number in range(TRIES):
        if number:
            time.sleep(FIRST_WAIT_S * 2**number)  # the table is throttled, or the answer was larger than 16 MB
        answer = dynamodb.batch_get_item(RequestItems={table: asked}, ReturnConsumedCapacity="TOTAL")
        spend(count_read_bytes(answer))
        items += answer["Responses"].get(table, [])
        left: Any = answer.get("UnprocessedKeys") or {}
        asked = asked | {"Keys": left.get(table, {}).get("Keys", [])}
        if not asked["Keys"]:
            return items
    reason = (
        f"the table {table} did not give {len(asked['Keys'])} items when asked {TRIES} times: run the command later"
    )
    raise CommandError(reason, ExitCode.TRY_AGAIN)
