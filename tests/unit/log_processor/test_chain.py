"""A range that is handed on counts its hops, and ends at a bound of its own."""

import json
from dataclasses import replace
from typing import Any

import pytest
from log_processor.errors import ChainTooLongError
from log_processor.storing.wire import Reply
from log_processor.work.chain import MAX_HOPS
from log_processor.work.continuation import range_from_message, render_message, restart_chain
from log_processor.work.ranges import ObjectRange

from tests.unit.log_processor.conftest import Stack
from tests.unit.log_processor.edges import World, asks
from tests.unit.log_processor.test_backpressure import THROTTLED, lines, no_time_to_write

WORK = ObjectRange("source", "web/\ufffe.log", "v1", "etag", start=40, hops=7)


def take(world: World) -> list[ObjectRange]:
    """Return the ranges of the messages that wait, and empty the queue."""
    waiting = [range_from_message(json.loads(text)) for text in world.sqs.queues["work"]]
    world.sqs.queues["work"].clear()
    return waiting


def test_each_continuation_is_a_hop() -> None:
    """The chain counts on from invocation to invocation, whatever each of them stores."""
    world = World()
    work, hops = world.put(lines(200)), []
    for _ in range(3):
        world.once(work, asks(3))
        (work,) = take(world)
        hops.append(work.hops)
    assert hops == [1, 2, 3]


def test_the_parts_of_a_range_count_on_from_its_hops() -> None:
    """Each part is one hop further than what was split."""
    world = World(split_threshold_bytes=100, range_bytes=100)
    world.once(replace(world.put(lines(30)), hops=3))
    assert [part.hops for part in take(world)] == [4, 4, 4]


def test_a_throttled_range_counts_a_hop() -> None:
    """What is sent again because the table refused it is handed on as well."""
    world = World()
    world.wire.judge = lambda _items: THROTTLED
    world.once(world.put(lines(10)), no_time_to_write)
    (later,) = take(world)
    assert (later.stalls, later.hops) == (1, 1)


def test_a_wait_for_access_is_no_hop() -> None:
    """A range that is denied may wait for days, and begins its chain after that."""
    world = World()
    world.wire.judge = lambda _items: Reply(error="AccessDeniedException")
    world.once(replace(world.put(lines(10)), hops=5))
    (later,) = take(world)
    assert later.hops == 5


def test_a_chain_ends_at_its_bound() -> None:
    """What is stored stays stored; the range fails for good, with how far it came and what helps, and is archived."""
    world = World()
    work = replace(world.put(lines(200)), hops=MAX_HOPS)
    with pytest.raises(ChainTooLongError, match=r"stored up to byte [1-9].*more time or memory, then redrive"):
        world.once(work, asks(5))
    (ending,) = world.ledger.endings.values()
    assert (ending.status, ending.totals.stored) == ("failed", len(world.wire.items))
    assert ending.totals.stored > 0
    assert [key for key in world.s3.written if key.endswith(".error.json")]
    assert take(world) == []


def test_a_range_that_is_finished_at_the_bound_is_done() -> None:
    """Only what would be handed on once more fails."""
    world = World()
    world.once(replace(world.put(lines(20)), hops=MAX_HOPS))
    assert [ending.status for ending in world.ledger.endings.values()] == ["done"]


def test_a_redriven_letter_begins_a_chain() -> None:
    """Its hops and stalls are counted from 0; all else in it stays, and so does a body that is no continuation."""
    stalled = replace(WORK, hops=0, stalls=10)
    for work in (WORK, stalled):
        assert range_from_message(json.loads(restart_chain(render_message(work)))) == replace(work, hops=0, stalls=0)
    assert restart_chain(render_message(WORK)).isascii() or "\ufffe" not in restart_chain(render_message(WORK))
    fresh: Any = render_message(replace(WORK, hops=0))
    for body in (fresh, "rubbish", "5", "{}", '{"object_range": [1]}', '{"Records": []}'):
        assert restart_chain(body) == body


def test_a_dead_letter_of_a_long_chain_may_be_redriven(stack: Stack) -> None:
    """The message of a range that failed for good is a letter without its hops."""
    gone = replace(WORK, bucket="source", key="gone.log", version_id="v9", hops=MAX_HOPS)
    message = {"messageId": "1", "body": render_message(gone), "eventSource": "aws:sqs"}
    assert stack.invoke({"Records": [message]}) == {"batchItemFailures": []}
    (letter,) = stack.messages(stack.dead_letter_queue_url)
    assert range_from_message(json.loads(letter["Body"])) == replace(gone, hops=0)
