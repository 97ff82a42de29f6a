"""A replay reads an object version again: once for each id, with a plan of its own, in the place of what was before."""

import json

import pytest
from log_processor.errors import ObjectMissingError
from log_processor.work.continuation import range_from_message, render_message
from log_processor.work.envelopes import unwrap

from tests.unit.log_processor.edges import World, asks
from tests.unit.log_processor.test_delivery import assert_same, one_pass

BODY = b"".join(b'{"n": %d}\n' % number for number in range(400))


def test_a_replay_reads_an_object_that_is_done() -> None:
    """The table and the ledger are as after the first reading, and the row names the replay."""
    world = World()
    event = world.put(BODY)
    world.run(event)
    requests = world.wire.requests
    assert world.run(world.replay(event)) == 1
    assert world.wire.requests == 2 * requests
    assert_same(world, one_pass(BODY))
    assert {row.replay for row in world.ledger.rows.values()} == {"20260505T100000001Z-0000"}


def test_a_replay_that_is_delivered_twice_is_one() -> None:
    """The second delivery finds its work done, and so does the event of the upload."""
    world = World()
    event = world.put(BODY)
    world.run(event)
    world.run(world.replay(event))
    requests = world.wire.requests
    world.run(world.replay(event))
    world.run(event)
    assert world.wire.requests == requests


def test_a_later_replay_reads_again() -> None:
    """One with an id of before does not: a later one has read the object already."""
    world = World()
    event = world.put(BODY)
    world.run(event)
    world.run(world.replay(event, 2))
    requests = world.wire.requests
    world.run(world.replay(event, 1))
    assert world.wire.requests == requests
    world.run(world.replay(event, 3))
    assert world.wire.requests > requests


def test_a_replay_of_what_nobody_has_read() -> None:
    """What lay in the bucket before the deployment is read like a new object."""
    world = World()
    world.run(world.replay(world.put(BODY)))
    assert_same(world, one_pass(BODY))


@pytest.mark.parametrize("clocks", [[], [3, 5, 4, 6]])
def test_a_replay_is_split_anew(clocks: list[int]) -> None:
    """The ranges of the first reading are gone from the ledger: other ones cover each byte once."""
    world = World(split_threshold_bytes=1, range_bytes=1_500)
    event = world.put(BODY)
    world.run(event)
    world.deploy(split_threshold_bytes=1, range_bytes=1_024)
    world.run(world.replay(event), (asks(count) for count in clocks))
    assert_same(world, one_pass(BODY))
    assert {row.replay for row in world.ledger.rows.values()} == {"20260505T100000001Z-0000"}


def test_ranges_of_the_first_reading_are_dropped() -> None:
    """They still wait on the queue while a replay begins: it alone reads the object, and no row of theirs is left."""
    world = World(split_threshold_bytes=1, range_bytes=1_500)
    event = world.put(BODY)
    world.once(event)
    left = list(world.sqs.queues["work"])
    world.sqs.queues["work"].clear()
    world.deploy(split_threshold_bytes=1, range_bytes=1_024)
    world.once(world.replay(event))
    for message in left:
        world.once(range_from_message(json.loads(message)))
    while world.sqs.queues["work"]:
        world.once(range_from_message(json.loads(world.sqs.queues["work"].popleft())))
    assert_same(world, one_pass(BODY))
    assert {row.replay for row in world.ledger.rows.values()} == {"20260505T100000001Z-0000"}


def test_an_object_that_is_gone_keeps_its_rows() -> None:
    """What the ledger says of its records stays true."""
    world = World()
    event = world.put(BODY)
    world.run(event)
    rows = dict(world.ledger.rows)
    world.s3.objects.clear()
    with pytest.raises(ObjectMissingError):
        world.once(world.replay(event))
    assert world.ledger.rows == rows


def test_a_message_says_what_is_replayed() -> None:
    """It is the function's own message, with an id; what it replaces is added when the replay has begun."""
    world = World()
    work = world.replay(world.put(BODY))
    text = render_message(work)
    assert '"replay":{"id":"20260505T100000001Z-0000"}' in text
    assert unwrap({"Records": [{"body": text}]}).ranges == [work]
