"""How an object is read is decided once: deploys, retries and duplicates in the middle of it change nothing."""

import gzip
import json
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
from log_processor.errors import EnvelopeError, PlanError
from log_processor.work.continuation import range_from_message, render_message
from log_processor.work.plan import Plan, decode_plan, encode_plan
from log_processor.work.ranges import ObjectRange

from tests.unit.log_processor.edges import World, asks

PLAN = Plan(
    format="json_lines",
    declared=False,
    kind="lines",
    size_bytes=10,
    etag="etag",
    piece_bytes=0,
    last_modified_ms=1_777_888_800_000,
    parser="1",
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
        (encode_plan(PLAN).replace('"version": 1', '"version": 2'), "the plan is of version 2, which this function"),
        (encode_plan(replace(PLAN, format="nosuch", size_bytes=len(LINES))), "the plan names the format 'nosuch'"),
        (encode_plan(PLAN).replace('"parser"', '"parsers"'), "is not complete: remove it from"),
        ("nothing", "is not JSON: remove it from"),
        (encode_plan(PLAN).replace('"lines"', '"words"'), "the plan asks for 'words' stored as 'records'"),
    ],
    ids=[
        "of another size",
        "of another ETag",
        "of a newer version",
        "of an unknown format",
        "incomplete",
        "no JSON",
        "of another kind",
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
    assert sentence in (ending.reason or "")


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
