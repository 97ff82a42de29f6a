"""Find what earlier attempts stored at a place of an object under other keys, so that it can be removed."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import orjson

from log_processor.storing.table_answers import ask_table, raise_final
from log_processor.storing.wire import Reply, TableWire


class StoredKeys:
    """The keys of the log table, by `log_id`; nothing else of an item is read."""

    def __init__(self, wire: TableWire, table: str) -> None:
        self._wire, self._table = wire, table
        self._query: dict[str, Any] = {
            "TableName": table,
            "KeyConditionExpression": "log_id = :id",
            "ProjectionExpression": "log_id, #time",
            "Select": "SPECIFIC_ATTRIBUTES",  # the role's policy demands it (`dynamodb:Select`)
            "ExpressionAttributeNames": {"#time": "timestamp"},
            "ConsistentRead": True,
        }

    def list_timestamps(
        self, log_id: str, get_remaining_s: Callable[[], float], pause: Callable[[int, Reply], None]
    ) -> Iterator[int]:
        """Yield the timestamps of the items with a `log_id`; before a query is tried again, `pause` is called."""
        query = self._query | {"ExpressionAttributeValues": {":id": {"S": log_id}}}
        start: Mapping[str, Any] | None = {}
        while start is not None:
            body = orjson.dumps(query | {"ExclusiveStartKey": start} if start else query)
            page = self._ask(body, get_remaining_s, pause)
            yield from (int(item["timestamp"]["N"]) for item in page.get("Items", ()))
            start = page.get("LastEvaluatedKey")

    def _ask(
        self, body: bytes, get_remaining_s: Callable[[], float], pause: Callable[[int, Reply], None]
    ) -> Mapping[str, Any]:
        """Return the answer to a query, which is sent until the table takes it."""
        attempt = 0
        while True:
            reply = ask_table(self._wire, body, get_remaining_s())
            if reply.error is None:
                return reply.payload
            raise_final(reply, f"reading keys of table {self._table}")
            pause(attempt, reply)
            attempt += 1
