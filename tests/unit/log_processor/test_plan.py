"""How an object is read is decided once: deploys, retries and duplicates in the middle of it change nothing."""

import gzip
import json
import re
from collections import Counter
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from log_processor.errors import EnvelopeError, PlanError
from log_processor.parser_version import get_parser_version
from log_processor.storing.ledger_row import Row
from log_processor.work.continuation import range_from_message, render_message
from log_processor.work.plan import Plan, decode_plan, encode_plan
from log_processor.work.ranges import ObjectRange

from ops.accounts import list_parsers
from tests.unit.log_processor.edges import World, asks, plenty

PLAN = Plan(
    format="json_lines",
    declared=False,
    kind="lines",
    size_bytes=10,
    etag="etag",
    piece_bytes=0,
    last_modified_ms=1_777_888_800_000,
    parser="1",
    rules={},
    record_rules="",
)
LINES = b"".join(
    b'{"time": "2026-05-04T10:00:00Z", "level": "info", "message": "request %04d"}\n' % n for n in range(1_000)
)


class Killed(BaseException):
    """The process ends: nothing of the function runs any more."""


def kill_at_the_end(call: str) -> None:
    if call == "end":
        raise Killed


def start_and_kill(world: World, work: ObjectRange) -> None:
    world.ledger.refuse = kill_at_the_end
    with suppress(Killed):
        world.once(work)
    world.ledger.refuse = lambda _call: None


def run_waiting(world: World) -> None:
    queue = world.sqs.queues["work"]
    while queue:
        world.once(range_from_message(json.loads(queue.popleft())))


def assert_each_once(world: World, count: int = 1_000) -> None:
    assert len(world.wire.items) == count
    assert world.totals() == {"read": count, "stored": count, "filtered": 0, "rejected": 0}
    assert {ending.status for ending in world.ledger.endings.values()} <= {"done", "continued"}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"range_bytes": 8_000}, {"range_bytes": 5_000}),
        ({"range_bytes": 8_000}, {"range_bytes": 8_000, "split_threshold_bytes": 1_000_000}),
        ({"range_bytes": 8_000, "split_threshold_bytes": 1_000_000}, {"range_bytes": 8_000}),
    ],
    ids=["smaller ranges", "no split any more", "a split from now on"],
)
def test_other_range_settings_in_mid_object(before: dict[str, Any], after: dict[str, Any]) -> None:
    """The first attempt dies after it sent its ranges, or stored all; the retry is of other settings."""
    world = World(**{"split_threshold_bytes": 8_000} | before)
    work = world.put(LINES)
    start_and_kill(world, work)
    world.deploy(**{"split_threshold_bytes": 8_000} | after)
    world.once(work)
    run_waiting(world)
    assert_each_once(world)


@pytest.mark.parametrize(
    ("content", "looks"), [(LINES * 3, 280), (gzip.compress(LINES * 3), 60)], ids=["plain", "gzip"]
)
def test_another_format_declared_in_mid_object(content: bytes, looks: int) -> None:
    """What a route says from now on holds for new objects: the rest of this one is read as its beginning was."""
    world = World()
    world.s3.chunk_bytes = 2_000
    work = world.put(content)
    world.once(work, asks(looks))
    assert 0 < len(world.wire.items) < 3_000
    world.deploy("[[route]]\nkeys = ['**']\nformat = 'klog'")
    run_waiting(world)
    assert_each_once(world, 3_000)
    assert {item["format"]["S"] for item in world.wire.items.values()} == {"json_lines"}


SPLIT = {"split_threshold_bytes": 8_000, "range_bytes": 8_000}
EVENTS = b"".join(b"> request %04d\n  from 192.0.2.7\n  answered 200\n" % n for n in range(300))
ARRAYS = json.dumps({"owner": "a", "batch": [{"n": n} for n in range(400)], "Records": [1, 2]}, indent=1).encode()


@pytest.mark.parametrize(
    ("body", "before", "after", "ticks", "count"),
    [
        (EVENTS, "start = '^>'", "start = '^  '", None, 300),
        (EVENTS, "start = '^>'", "format = 'text'", None, 300),
        (EVENTS, "start = '^>'", "", 20, 300),
        (EVENTS, "", "start = '^  '", None, 300),
        (ARRAYS, "expand = 'batch'\nroot_fields = ['owner']", "expand = 'other'", 20, 400),
        (LINES, "format = 'json_lines'", "format = 'klog'", None, 1_000),
    ],
    ids=["another start", "no start", "no start, continued", "a start", "another array", "another format"],
)
def test_another_route_in_mid_object(body: bytes, before: str, after: str, ticks: int | None, count: int) -> None:
    """Where records begin is said by the rules that the object was begun with: no range reads it by others."""
    settings = {} if ticks else SPLIT
    world = World(f"[[route]]\nkeys = ['**']\n{before}", **settings)
    world.s3.chunk_bytes = 2_000
    work = world.put(body)
    world.once(work, asks(ticks) if ticks else plenty)
    assert world.sqs.queues["work"]
    assert bool(world.wire.items) == bool(ticks)
    world.deploy(f"[[route]]\nkeys = ['**']\n{after}", **settings)
    run_waiting(world)
    world.once(work)
    run_waiting(world)
    assert_each_once(world, count)


@pytest.mark.parametrize("body", [EVENTS, gzip.compress(EVENTS)], ids=["plain", "gzip"])
def test_a_retry_reads_as_the_killed_attempt_did(body: bytes) -> None:
    """What that stored is stored again under the same ids, whatever the route says by now."""
    world = World("[[route]]\nkeys = ['**']\nstart = '^>'")
    work = world.put(body)
    start_and_kill(world, work)
    stored = set(world.wire.items)
    world.deploy("[[route]]\nkeys = ['**']\nstart = '^  '")
    world.run(work)
    assert set(world.wire.items) == stored
    assert_each_once(world, 300)


def test_filters_follow_the_deploy_and_the_rows_say_so() -> None:
    """What a route does with records holds from now on; where it changed is said by the object's rows."""
    world = World("[[route]]\nkeys = ['**']\nsample = 1", **SPLIT)
    world.once(world.put(LINES))
    world.deploy("[[route]]\nkeys = ['**']\nexclude = ['request']", **SPLIT)
    run_waiting(world)
    assert world.totals() == {"read": 1_000, "stored": 0, "filtered": 1_000, "rejected": 0}
    assert len(frozenset[str]().union(*(row.record_rules for row in world.ledger.rows.values()))) == 2


def test_the_rest_is_made_of_the_row() -> None:
    """An event that comes again meets a continued row: what it sends has the row's plan, format, state and bytes."""
    world = World("[[route]]\nkeys = ['**']\nstart = '^>'")
    world.s3.chunk_bytes = 2_000
    work = world.put(EVENTS)
    world.once(work, asks(20))
    assert world.wire.items
    (sent,) = world.sqs.queues["work"]
    world.deploy("[[route]]\nkeys = ['**']\nformat = 'klog'", range_bytes=1_024, split_threshold_bytes=1)
    for duplicate in (work, replace(work, plan=replace(PLAN, format="text"), format="klog", sequential=True)):
        world.once(duplicate)
        assert world.sqs.queues["work"][-1] == sent


def test_a_decision_that_another_attempt_took_is_followed() -> None:
    """The row says text, whatever this attempt finds: the object is opened again as that says."""
    world = World()
    work = world.put(LINES)
    world.ledger.begin(work)
    planned = replace(PLAN, format="text", size_bytes=len(LINES))
    world.ledger.rows[work.uri, work.label] = replace(
        world.ledger.rows[work.uri, work.label], plan=encode_plan(planned)
    )
    world.run(work)
    assert_each_once(world)
    (ending,) = world.ledger.endings.values()
    assert ending.format == "text"


def test_documents_stay_documents() -> None:
    """The plan says of a JSON object whether it is read as documents: no later beginning decides it again."""
    world = World()
    body = json.dumps([{"n": number} for number in range(50)], indent=1).encode()
    work = world.put(body)
    start_and_kill(world, work)
    plan = decode_plan(world.ledger.rows[work.uri, work.label].plan)
    assert plan is not None
    assert plan.kind == "documents"
    world.run(work)
    assert_each_once(world, 50)


@pytest.mark.parametrize(
    ("plan", "sentence"),
    [
        (encode_plan(replace(PLAN, size_bytes=7)), "the plan in its ledger row is for 7 bytes with the ETag etag, and"),
        (
            encode_plan(replace(PLAN, size_bytes=len(LINES), etag="e2")),
            "bytes with the ETag e2, and it has 77000 bytes with etag",
        ),
        (
            encode_plan(replace(PLAN, size_bytes=len(LINES), rules={"format": "nosuch"})),
            "the rules in the plan cannot be used .*choose auto or one of",
        ),
        (
            encode_plan(PLAN).replace('"rules":{}', '"rules":"none"'),
            "the plan's rules is 'none': it must be a table; mend",
        ),
        (encode_plan(PLAN).replace('"version":1', '"version":2'), "the plan is of version 2, which this function"),
        (encode_plan(replace(PLAN, format="nosuch", size_bytes=len(LINES))), "the plan names the format 'nosuch'"),
        (encode_plan(PLAN).replace('"parser"', '"parsers"'), "is not complete: remove it from"),
        ("nothing", "is not JSON: remove it from"),
        (encode_plan(PLAN).replace('"lines"', '"words"'), "the plan asks for 'words' stored as 'records'"),
        (
            encode_plan(replace(PLAN, storage="packs", grid_bits=18, layout="2.zstd")),
            "the plan asks for 'lines' stored as 'packs 2.zstd': deploy the version that wrote it",
        ),
    ],
    ids=[
        "of another size",
        "of another ETag",
        "of unknown rules",
        "with rules that are no table",
        "of a newer version",
        "of an unknown format",
        "incomplete",
        "no JSON",
        "of another kind",
        "of another layout",
    ],
)
def test_a_plan_that_cannot_be_followed(plan: str, sentence: str) -> None:
    """One sentence, in the ledger too, and nothing is stored under two readings."""
    world = World()
    work = world.put(LINES)
    world.ledger.begin(work)
    world.ledger.rows[work.uri, work.label] = replace(world.ledger.rows[work.uri, work.label], plan=plan)
    with pytest.raises(PlanError, match=sentence):
        world.once(work)
    assert world.wire.items == {}
    (ending,) = world.ledger.endings.values()
    assert ending.status == "failed"
    assert re.search(sentence, ending.reason or "")


def test_a_row_that_an_earlier_version_began_gets_a_plan() -> None:
    """What that version stored is not known, so the account names it beside this one; the object is read whole."""
    world = World()
    work = world.put(LINES)
    name = (work.uri, work.label)
    world.ledger.rows[name] = Row("failed", 1, "2026-05-04T10:00:00.000Z", version="v1", parser_version="1")
    world.run(work)
    assert_each_once(world)
    row = world.ledger.rows[name]
    assert decode_plan(row.plan) is not None
    assert list_parsers(row) == {get_parser_version(), "a version that kept no plan"}


def test_a_newer_plan_that_came_first_ends_the_attempt() -> None:
    """Two attempts of two versions decide at once: the one that does not know the other's plan stores nothing."""
    world = World()
    work = world.put(LINES)

    def be_second(call: str) -> None:
        if call == "keep_plan":
            row = world.ledger.rows[work.uri, work.label]
            newer = encode_plan(PLAN).replace('"version":1', '"version":9')
            world.ledger.rows[work.uri, work.label] = replace(row, plan=newer)

    world.ledger.refuse = be_second
    with pytest.raises(PlanError, match="the plan is of version 9, which this function does not read: deploy its own"):
        world.once(work)
    assert world.wire.items == {}


def test_a_message_carries_the_plan() -> None:
    """What comes back is what was sent; a plan that is not readable is a message that is not."""
    work = ObjectRange("source", "a.log", "v1", None, start=5, plan=PLAN)
    message = json.loads(render_message(work))
    assert range_from_message(message) == work
    message["object_range"]["plan"] = "{}"
    with pytest.raises(EnvelopeError, match="plan is of version None"):
        range_from_message(message)


def test_a_message_without_plan_is_read_as_before() -> None:
    """Versions before sent the format alone."""
    world = World()
    work = replace(world.put(LINES), start=0, end=len(LINES), format="json_lines")
    world.run(work)
    assert_each_once(world)


DATES = b"".join(b"[%02d/05/2026 10:00:00] INFO order %04d\n" % (day, n) for n, day in enumerate([12, 13] + [5] * 600))


@pytest.mark.parametrize(("rules", "hour"), [("", 10), ("time_zone = 'Europe/Berlin'", 8)], ids=["no zone", "a zone"])
@pytest.mark.parametrize("ticks", [None, 40], ids=["ranges", "continuations"])
def test_every_part_of_an_object_reads_dates_alike(rules: str, hour: int, ticks: int | None) -> None:
    """Its beginning says that the day comes first; the plan carries that, and the zone that the route had then."""
    settings = {} if ticks else SPLIT
    world = World(f"[[route]]\nkeys = ['**']\n{rules}", **settings)
    world.s3.chunk_bytes = 2_000
    work = world.put(DATES)
    world.once(work, asks(ticks) if ticks else plenty)
    assert world.sqs.queues["work"]
    assert bool(world.wire.items) == bool(ticks)
    world.deploy("[[route]]\nkeys = ['**']\ndate_order = 'month_first'\ntime_zone = 'Asia/Tokyo'", **settings)
    run_waiting(world)
    days = {12: 1, 13: 1, 5: 600}
    right = {int(datetime(2026, 5, day, hour, tzinfo=UTC).timestamp() * 1000): count for day, count in days.items()}
    assert Counter(int(item["timestamp"]["N"]) for item in world.wire.items.values()) == right


def test_a_plan_of_an_earlier_version_has_no_date_orders() -> None:
    """Its object goes on; each of its dates is decided by itself."""
    body = json.loads(encode_plan(PLAN))
    del body["date_orders"]
    assert decode_plan(json.dumps(body)) == PLAN
