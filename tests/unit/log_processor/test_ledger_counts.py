"""What a ledger row says of its records, from which write on, and what that costs."""

import re
from collections import Counter
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from log_processor.storing.batches import Checkpoint
from log_processor.storing.ending import Ending
from log_processor.storing.ledger import Ledger, make_day_key
from log_processor.storing.ledger_row import DAY_INDEXED, DAY_SHARDS, parse_row
from log_processor.storing.record_counts import RecordCounts
from log_processor.work.plan import Plan
from log_processor.work.ranges import ObjectRange

from emulator.aws.item_sizes import count_item_bytes
from tests.unit.log_processor.conftest import Stack
from tests.unit.log_processor.edges import INVALID, World, asks

KEY = (
    "AWSLogs/123456789012/elasticloadbalancing/us-east-1/2026/05/04/"
    "123456789012_elasticloadbalancing_us-east-1_app.shop.5f2d9a1b7c3e4d6f_20260504T1005Z_192.0.2.17_2k8x1q4z.log.gz"
)
EVENT_TIME, EVENT_MS = "2026-05-04T10:05:12.345Z", 1_777_889_112_345
WORK = ObjectRange(
    "tap-serverless-prod-source-123456789012", KEY, "3sL4kqtJlcpXroDTDmJ.rmSpXd3dIbrHY", "e", event_time=EVENT_TIME
)
PLAN = Plan(
    format="alb",
    declared=False,
    kind="lines",
    size_bytes=123_456_789,
    etag="9b2cf535f27731c974343645a3985328",
    piece_bytes=0,
    last_modified_ms=1_777_888_800_000,
    parser="0123456789ab",
    rules={},
    record_rules="",
)
COUNTS = RecordCounts(
    {"debug": 12_345, "info": 12_345, "warn": 12_345, "error": 12_345},
    text_fallbacks=12_345,
    first_ms=1_777_888_800_123,
    last_ms=1_777_888_900_456,
)
ADDED = frozenset({"started_day", "source", "event_time", "size"}) | {
    "levels",
    "text_fallbacks",
    "first_time",
    "last_time",
}
UNIT_BYTES = 1024


def end(status: str = "done", **others: Any) -> Ending:
    totals = Checkpoint(123_456_789, 74_070, 74_000, 70, 0, counts=COUNTS)
    return Ending(status, totals, 12_345, format="alb", **others)


def test_a_row_stands_in_its_day_from_its_first_write(stack: Stack) -> None:
    """It has its source, the time of the event and the place in the index, which no later attempt changes."""
    ledger = Ledger(stack.make_table_client(), "ledger")
    ledger.begin(WORK, "", "AWSLogs")
    (first,) = stack.items("ledger")
    assert first["started_day"]["S"] == make_day_key(first["started_at"]["S"], WORK)
    assert re.fullmatch(r"\d{4}-\d\d-\d\d#\d", first["started_day"]["S"])
    assert (first["source"]["S"], first["event_time"]["N"]) == ("AWSLogs", str(EVENT_MS))
    ledger.end(WORK, end("failed", size_bytes=PLAN.size_bytes))
    ledger.begin(WORK, "", "AWSLogs")
    (again,) = stack.items("ledger")
    assert [again[name] for name in ("started_day", "started_at")] == [
        first[name] for name in ("started_day", "started_at")
    ]
    assert {"first_time", "last_time"} & again.keys() == set()


def test_the_rows_of_a_day_are_spread() -> None:
    """The range decides, so every attempt finds the same partition."""
    ranges = [replace(WORK, key=f"{number}.log") for number in range(400)]
    days = Counter(make_day_key("2026-05-04T10:00:00.000Z", work) for work in ranges)
    assert set(days) == {f"2026-05-04#{shard}" for shard in range(DAY_SHARDS)}
    assert min(days.values()) > 400 / DAY_SHARDS / 2


def test_a_row_says_what_its_records_say(stack: Stack) -> None:
    """An old row says nothing of it, and is read all the same."""
    ledger = Ledger(stack.make_table_client(), "ledger")
    ledger.begin(WORK, "", "web")
    ledger.end(WORK, end(size_bytes=7))
    (item,) = stack.items("ledger")
    row = parse_row(item)
    assert (row.levels, row.text_fallbacks) == (COUNTS.levels, 12_345)
    assert (row.first_time, row.last_time, row.size) == (COUNTS.first_ms, COUNTS.last_ms, 7)
    assert (row.source, row.event_time) == ("web", EVENT_MS)
    old = parse_row({name: value for name, value in item.items() if name not in ADDED})
    assert (old.levels, old.text_fallbacks, old.first_time, old.last_time, old.size) == ({}, None, None, None, None)
    assert (old.source, old.event_time, old.read) == ("", None, 74_070)


@pytest.mark.parametrize(
    "work", [WORK, replace(WORK, start=67_108_864, end=134_217_728)], ids=["the object", "a range"]
)
def test_a_range_costs_two_more_units_at_most(stack: Stack, work: ObjectRange) -> None:
    """A unit for the index when it begins and when it ends; the plan changes nothing there, and the row has room."""
    ledger = Ledger(stack.make_table_client(), "ledger")
    states: list[dict[str, Any]] = [{}]

    def note() -> None:
        states.extend(stack.items("ledger"))

    ledger.begin(work, "0a1b2c3d4e5f", "AWSLogs")
    note()
    if work.is_whole:
        ledger.keep_plan(work, PLAN)
        note()
    ledger.end(work, end(size_bytes=PLAN.size_bytes if work.is_whole else None))
    note()
    before = [{name: value for name, value in state.items() if name not in ADDED} for state in states]
    indexed = [{name: state[name] for name in (*KEYS, *DAY_INDEXED) if name in state} for state in states]
    assert sum_units(states) + sum_units(indexed) <= sum_units(before) + 2


KEYS = ("object", "range", "started_day", "started_at")


def sum_units(states: list[dict[str, Any]]) -> int:
    """Return the write units of the changes from each state to the next; an index is not written if nothing changes."""
    sizes = [(before != after, max(map(count_item_bytes, (before, after)))) for before, after in pairwise(states)]
    return sum(-(-size // UNIT_BYTES) for is_changed, size in sizes if is_changed)


LINES = b"".join(
    b'{"time": "2026-05-04T10:00:%02dZ", "level": "%s", "n": %d}\n' % (n % 60, (b"info", b"error", b"debug")[n % 3], n)
    if n % 10
    else b"a word %d\n" % n
    for n in range(300)
)
DEBUG_DROPPED = "[[route]]\nkeys = ['**']\nexclude = [{ field = 'level', equals = ['debug'] }]"


@pytest.mark.parametrize("route", ["", DEBUG_DROPPED])
@pytest.mark.parametrize(("sizes", "ticks"), [({}, 0), ({"split_threshold_bytes": 1, "range_bytes": 900}, 0), ({}, 4)])
@pytest.mark.parametrize("refuses", [False, True])
def test_the_rows_add_up_to_the_table(route: str, sizes: dict[str, Any], ticks: int, *, refuses: bool) -> None:
    """However an object is split or continued, and whatever the table refuses or a route leaves out."""
    world = World(route, **sizes)
    if refuses:
        world.wire.judge = lambda items: (
            INVALID if any("7" in item["log_data"]["S"] and "fields" in item for item in items) else None
        )
    world.run(world.put(LINES), (asks(ticks) for _ in range(60 if ticks else 0)))
    items = world.wire.items.values()
    counts = [ending.totals.counts for ending in world.ledger.endings.values()]
    levels = sum((Counter(one.levels) for one in counts), Counter[str]())
    assert levels == Counter(item["level"]["S"] for item in items if "level" in item)
    assert sum(one.text_fallbacks for one in counts) == sum(item["format"]["S"] == "text" for item in items)
    times = [int(item["timestamp"]["N"]) for item in items if "timestamp_from" not in item]
    assert min(one.first_ms for one in counts if one.first_ms is not None) == min(times)
    assert max(one.last_ms for one in counts if one.last_ms is not None) == max(times)


def test_a_text_object_has_no_fallbacks() -> None:
    """Text is what it is; the row of the whole object has its size."""
    world = World()
    world.run(world.put(b"a word\nand another\n"))
    (ending,) = world.ledger.endings.values()
    assert ending.totals.counts == RecordCounts(is_text=True)
    assert (ending.format, ending.size_bytes) == ("text", 19)
