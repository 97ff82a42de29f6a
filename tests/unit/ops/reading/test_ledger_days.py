"""What came in on a day is listed by the ledger's index, in a known number of requests."""

from datetime import UTC, datetime, timedelta
from typing import Any

from log_processor.storing.ledger import make_day_key
from log_processor.work.ranges import ObjectRange

from ops.reading.ledger_days import list_ranges, read_reasons
from tests.unit.ops.reading.conftest import LEDGER, Tables

FIRST_DAY = datetime(2026, 5, 1, tzinfo=UTC)
DAYS, RANGES, RECORDS = 14, 140, 100
"""A range every ten minutes for fourteen days would be more; these hold 200,000 records in all."""


def put_row(tables: Tables, key: str, at: datetime, status: str, **more: Any) -> ObjectRange:
    """Put the row of a range that was begun at that time; `more` are attributes in DynamoDB's JSON."""
    work = ObjectRange("b", key, "v1", None)
    started = at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    item = {
        "object": {"S": work.uri},
        "range": {"S": work.label},
        "status": {"S": status},
        "started_at": {"S": started},
        "started_day": {"S": make_day_key(started, work)},
        "attempts": {"N": "1"},
    }
    tables.client.put_item(TableName=LEDGER, Item=item | more)
    return work


def fill(tables: Tables) -> None:
    """Put the rows of fourteen days: every seventh range failed."""
    for day in range(DAYS):
        for number in range(RANGES):
            at = FIRST_DAY + timedelta(days=day, minutes=10 * number)
            counts = {"stored": {"N": str(RECORDS)}, "text_fallbacks": {"N": "0"}, "reason": {"S": f"reason {number}"}}
            put_row(tables, f"web/{day}/{number}.log", at, "failed" if number % 7 == 0 else "done", **counts)
    tables.requests.clear()


def test_failed_ranges_and_totals_of_a_day_take_eight_requests(tables: Tables) -> None:
    """One for each shard of the day, among fourteen days; reasons take one more for a hundred of them."""
    fill(tables)
    day = FIRST_DAY + timedelta(days=9)
    failed = list_ranges(tables.client, LEDGER, day, day + timedelta(days=1), statuses=["failed"])
    assert [one.object for one in failed] == [f"s3://b/web/9/{number}.log" for number in range(0, RANGES, 7)]
    assert tables.requests == {"Query": 8}

    reasons = read_reasons(tables.client, LEDGER, [one.key for one in failed])
    assert sorted(reasons.values()) == sorted(f"reason {number}" for number in range(0, RANGES, 7))
    assert tables.requests == {"Query": 8, "BatchGetItem": 1}

    tables.requests.clear()
    rows = list_ranges(tables.client, LEDGER, day, day + timedelta(days=1))
    assert sum(one.row.stored for one in rows) == RANGES * RECORDS
    assert tables.requests == {"Query": 8}


def test_a_span_is_asked_for_to_the_millisecond(tables: Tables) -> None:
    """What was begun at its first moment is in it, what was begun at its end is not, also across midnight."""
    midnight = FIRST_DAY + timedelta(days=1)
    for minutes in (-10, -1, 0, 1, 10):
        put_row(tables, f"{minutes}", midnight + timedelta(minutes=minutes), "done")
    found = list_ranges(tables.client, LEDGER, midnight - timedelta(minutes=10), midnight + timedelta(minutes=10))
    assert [one.object for one in found] == ["s3://b/-10", "s3://b/-1", "s3://b/0", "s3://b/1"]


def test_a_row_of_before_says_what_it_does_not_know(tables: Tables) -> None:
    """Its counts of levels and times are unknown, not zero; one without a day is in no list."""
    put_row(tables, "old", FIRST_DAY, "done", stored={"N": "7"})
    put_row(tables, "new", FIRST_DAY, "done", stored={"N": "7"}, text_fallbacks={"N": "0"})
    item = {"object": {"S": "s3://b/older"}, "range": {"S": "v1#"}, "status": {"S": "done"}}
    tables.client.put_item(TableName=LEDGER, Item=item)
    found = list_ranges(tables.client, LEDGER, FIRST_DAY, FIRST_DAY + timedelta(days=1))
    assert {one.object: one.knows_counts for one in found} == {"s3://b/new": True, "s3://b/old": False}


def test_what_was_read_is_told(tables: Tables) -> None:
    """Each answer is charged for a read unit at least."""
    put_row(tables, "one", FIRST_DAY, "done")
    read: list[int] = []
    list_ranges(tables.client, LEDGER, FIRST_DAY, FIRST_DAY + timedelta(days=1), spend=read.append)
    assert read == [4096] * 8
