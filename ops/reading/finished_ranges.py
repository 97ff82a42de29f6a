"""Follow the ledger: give each range once, after it is finished."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from ops.reading.ledger_days import RangeRow, RowKey, list_ranges
from ops.reading.row_ranges import FINISHED
from ops.reading.spending import Spend, ignore_bytes

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

LOOK_BACK = timedelta(hours=1)
"""How long ago a range may have been begun that is not running and is still finished, as by a retry of a failed one."""
DELAY = timedelta(minutes=1)
"""How much later than its first write a row may appear in the index."""
FAILED = "failed"


@dataclass(slots=True)
class FinishedRanges:
    """Gives the ranges that are finished after `since`; each look is one query a shard of a day."""

    dynamodb: "DynamoDBClient"
    table: str
    since: datetime
    spend: Spend = ignore_bytes
    _begun_since: datetime | None = None
    _given: dict[RowKey, str] = field(default_factory=dict)

    def look(self, now: datetime) -> Iterator[RangeRow]:
        """Yield the ranges that were finished since the last look, or failed, in the order in which they ended."""
        begun_since = self._begun_since or min(self.since, now) - LOOK_BACK
        rows = list_ranges(self.dynamodb, self.table, begun_since, now + DELAY, spend=self.spend)
        ended = [one for one in rows if one.row.status in FINISHED or one.row.status == FAILED]
        running = [one.row.processed_at for one in rows if one.row.status == "running"]
        oldest = min((datetime.fromisoformat(moment) for moment in running), default=now)
        self._begun_since = max(begun_since, min(oldest, now - LOOK_BACK))
        for one in sorted(ended, key=lambda one: (one.row.finished_at, one.key)):
            if self._is_new(one):
                yield one
        self._forget(rows)

    def _is_new(self, one: RangeRow) -> bool:
        """Tell whether a range has ended since it was last given: a failed one may be finished later."""
        if self._given.get(one.key) in (one.row.status, *FINISHED):
            return False
        self._given[one.key] = one.row.status
        return datetime.fromisoformat(one.row.finished_at) >= self.since if one.row.finished_at else False

    def _forget(self, rows: list[RangeRow]) -> None:
        """Forget the ranges that no further look lists."""
        listed = {one.key for one in rows}
        self._given = {key: status for key, status in self._given.items() if key in listed}
