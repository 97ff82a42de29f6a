"""Follow ranges that were sent to the work queue: by the ledger, which are stored, and which failed again and why."""

import time
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from log_processor.storing.ledger_row import Row

from ops.frame.progress import show_progress
from ops.reading.ledger_days import RowKey, read_rows

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

POLL_S = 2.0
STORED = frozenset({"done", "continued"})


@dataclass(frozen=True, slots=True)
class Aftermath:
    """How many ranges are stored, how many are not judged yet, and how many failed or wait again, by their reasons.

    Not judged are those, too, whose messages do not name the version of their object, so that their rows are not known.
    """

    stored: int
    pending: int
    failed: Mapping[str, int] = field(default_factory=dict)


def follow_ranges(
    dynamodb: "DynamoDBClient", table: str, keys: Iterable[RowKey], before: Mapping[RowKey, Row], wait_s: float
) -> Aftermath:
    """Return what became of ranges as soon as an attempt at each has ended, or after `wait_s` seconds.

    `before` has their rows from before they were sent: an attempt is a new one if the row counts more.
    """
    open_keys = list(dict.fromkeys(keys))
    failed: Counter[str] = Counter()
    stored, last_s = 0, time.monotonic() + wait_s
    with show_progress("ranges that were sent", len(open_keys)) as advance:
        while open_keys:
            rows = read_rows(dynamodb, table, open_keys)
            judged = {key: _judge(rows.get(key), before.get(key)) for key in open_keys}
            failed.update(reason for reason in judged.values() if reason)
            stored += sum(reason == "" for reason in judged.values())
            left = [key for key, reason in judged.items() if reason is None]
            advance(len(open_keys) - len(left))
            open_keys = left
            if not open_keys or time.monotonic() >= last_s:
                break
            time.sleep(POLL_S)
    return Aftermath(stored, len(open_keys), dict(failed))


def _judge(row: Row | None, before: Row | None) -> str | None:
    """Return an empty text if the range is stored, the reason if it failed or waits again, None if that is open."""
    if row is None:
        return None
    if row.status in STORED:
        return ""
    is_new = row.attempts > (before.attempts if before else 0)
    return row.reason if is_new and (row.status == "failed" or row.denied_since) else None
