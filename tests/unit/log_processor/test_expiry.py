"""Records and rows of the ledger expire when their settings say so, and no record can expire at once."""

import time
from typing import Any

import pytest
from log_processor.storing.batches import Checkpoint
from log_processor.storing.ending import Ending
from log_processor.storing.ledger import Ledger
from log_processor.work.ranges import ObjectRange

from tests.unit.log_processor.conftest import Stack
from tests.unit.log_processor.edges import MODIFIED, World

DAY_S = 86_400
UPLOADED_S = int(MODIFIED.timestamp())
WORK = ObjectRange("source", "a.log", "v1", None)


def read_expiry(line: bytes, **settings: Any) -> int | None:
    world = World(**settings)
    world.run(world.put(line + b"\n"))
    (item,) = world.wire.items.values()
    return int(item["expires_at"]["N"]) if "expires_at" in item else None


@pytest.mark.parametrize(
    ("line", "from_s"),
    [
        (b'{"time": "1971-01-01T00:00:00Z", "message": "forged"}', UPLOADED_S),
        (b'{"time": "2026-05-04T09:59:00Z", "message": "usual"}', UPLOADED_S),
        (b'{"message": "without a time"}', UPLOADED_S),
        (b'{"time": "2026-05-05T10:00:00Z", "message": "later than its object"}', UPLOADED_S + DAY_S),
    ],
)
def test_a_record_expires_after_the_later_time(line: bytes, from_s: int) -> None:
    """Of its own and its object's: a line cannot remove itself with a time in the past."""
    assert read_expiry(line, record_ttl_days=30) == from_s + 30 * DAY_S


def test_a_record_is_kept_without_a_setting() -> None:
    """There is no attribute that the table's TTL would look at."""
    assert read_expiry(b'{"time": "1971-01-01T00:00:00Z"}') is None


def test_a_row_expires_days_after_its_last_change(stack: Stack) -> None:
    """Its begin and its end both count; without the setting it is kept, also one that had it before."""
    ledger = Ledger(stack.make_table_client(), "ledger", ttl_days=45)
    ledger.begin(WORK, "1", "web")
    assert read_row_expiry(stack) - time.time() == pytest.approx(45 * DAY_S, abs=60)
    Ledger(stack.make_table_client(), "ledger", ttl_days=60).end(WORK, Ending("failed", Checkpoint(1), 5))
    assert read_row_expiry(stack) - time.time() == pytest.approx(60 * DAY_S, abs=60)
    Ledger(stack.make_table_client(), "ledger").begin(WORK, "1", "web")
    assert "expires_at" not in stack.items("ledger")[0]


def read_row_expiry(stack: Stack) -> int:
    (row,) = stack.items("ledger")
    return int(row["expires_at"]["N"])
