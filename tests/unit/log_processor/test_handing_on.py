"""The rest of a continued range is sent by who ended it, and again only as long as nobody has begun it."""

import json
from dataclasses import replace

import pytest
from log_processor.storing.ending import Ending
from log_processor.storing.ledger_row import Row
from log_processor.work.continuation import range_from_message
from log_processor.work.ranges import ObjectRange

from tests.unit.log_processor.edges import World, asks

LINES = b"".join(b'{"n": %d}\n' % number for number in range(1_000))


@pytest.fixture
def world() -> World:
    """Return a function whose object is read in many chunks, so that an invocation may end in its middle."""
    world = World()
    world.s3.chunk_bytes = 2_000
    return world


def take(world: World) -> ObjectRange:
    """Take the only message from the work queue, and return its range."""
    (message,) = world.sqs.queues["work"]
    world.sqs.queues["work"].clear()
    return range_from_message(json.loads(message))


def test_a_rest_that_has_begun_is_not_sent_again(world: World) -> None:
    """A copy of a message ends there: its chain is not walked a second time."""
    work = world.put(LINES)
    world.once(work, asks(12))
    rest = take(world)
    world.once(rest, asks(12))
    following = take(world)
    world.once(work)
    assert not world.sqs.queues["work"]
    world.once(following)
    world.once(rest)
    assert not world.sqs.queues["work"]
    assert world.totals()["stored"] == len(world.wire.items) == 1_000


def test_a_rest_that_nobody_has_begun_is_sent_again(world: World) -> None:
    """Who ended the range may have been killed before its message was sent."""
    work = world.put(LINES)
    world.once(work, asks(12))
    rest = take(world)
    world.once(work)
    assert take(world) == rest


def test_a_rest_of_an_earlier_reading_does_not_count(world: World) -> None:
    """A replay hands on by itself, although the row of the rest is there until the replay begins it."""
    work = world.replay(world.put(LINES))
    world.once(work, asks(12))
    rest = take(world)
    world.ledger.rows[rest.uri, rest.label] = Row("done", 1, "2026-05-04T10:00:00.000Z")
    world.once(work)
    assert take(world) == rest


def attempt_twice(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Attempt a range twice at once: the attempt that ends first, at byte 5, fails before it sends the rest."""
    end, ends = world.ledger.end, list[Row]()

    def end_second(ended: ObjectRange, ending: Ending) -> Row:
        if not ends:
            ends.append(end(ended, replace(ending, resume=5)))
        return end(ended, ending)

    monkeypatch.setattr(world.ledger, "end", end_second)
    world.once(world.put(LINES), asks(12))
    assert [row.status for row in ends] == ["continued"]


def test_who_ends_a_range_second_sends_the_rest(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both may be of one message, which is deleted when one of them succeeds: nobody else would send it then."""
    attempt_twice(world, monkeypatch)
    assert take(world).start == 5


def test_who_ends_a_range_second_sends_no_rest_that_has_begun(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two attempts at once are two chains otherwise."""
    monkeypatch.setattr(world.ledger, "has_begun", lambda rest: rest.start == 5)
    attempt_twice(world, monkeypatch)
    assert not world.sqs.queues["work"]
