"""Fetch whole records by the keys that the index gives, a hundred a request, several requests at once."""

from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

from ops.reading.batch_get import MAX_KEYS, ItemKey, get_items, make_key
from ops.reading.plain import convert_item
from ops.reading.said_elsewhere import add_said
from ops.reading.spending import Spend
from ops.reading.store import Record
from ops.reading.version_names import VersionNames

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

MAX_ASKED = 8
"""How many requests may be under way."""


@dataclass(frozen=True, slots=True)
class WholeRecords:
    """What fetches whole records: the table, threads, what counts what is read, and who names the object versions."""

    dynamodb: "DynamoDBClient"
    table: str
    executor: Executor
    spend: Spend
    versions: VersionNames | None

    def fetch(self, entries: Iterator[Record], wanted: int | None) -> Iterator[Record]:
        """Yield the whole record of each entry, in their order; one that is gone meanwhile is left out.

        If so many are `wanted`, no more than these are fetched; otherwise up to 800 are fetched ahead.
        """
        asked: deque[tuple[list[Record], Future[dict[ItemKey, Any]]]] = deque()
        entries = islice(entries, wanted)
        max_asked = MAX_ASKED if wanted is None else 1
        while True:
            while len(asked) < max_asked and (batch := list(islice(entries, MAX_KEYS))):
                missing = [record for record in batch if not record.whole]
                asked.append((batch, self.executor.submit(self._get, missing)))
            if not asked:
                return
            batch, future = asked.popleft()
            items = future.result()
            for record in batch:
                if record.whole:
                    yield record
                elif (item := items.get((record.log_id, record.timestamp))) is not None:
                    yield Record(record.position, item, whole=True)

    def _get(self, records: Sequence[Record]) -> dict[ItemKey, dict[str, Any]]:
        """Return the attributes of some records by their keys."""
        keys = [make_key(record.log_id, record.timestamp) for record in records]
        items = [add_said(convert_item(item)) for item in get_items(self.dynamodb, self.table, keys, self.spend)]
        if self.versions is not None:
            self.versions.add(items, self.spend)
        return {(item["log_id"], item["timestamp"]): item for item in items}
