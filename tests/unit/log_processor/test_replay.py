"""A replay reads an object version again: once for each id, with a plan of its own, in the place of what was before."""

import json
import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from itertools import count
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from log_processor.errors import EnvelopeError, NoProgressError, ObjectChangedError, ObjectMissingError
from log_processor.reading.records import read_records
from log_processor.work.continuation import range_from_message, render_message
from log_processor.work.envelopes import unwrap
from log_processor.work.ranges import ObjectRange

from tests.unit.log_processor.edges import MODIFIED, World, asks
from tests.unit.log_processor.packs.test_replacing import (
    JOINING,
    SETTINGS,
    STORAGES,
    KilledError,
    assert_only_of,
    parse_otherwise,
    use_parser,
)
from tests.unit.log_processor.test_delivery import assert_same, bodies, one_pass

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


@SETTINGS
@given(
    body=bodies(),
    storages=st.tuples(STORAGES, STORAGES),
    routes=st.sampled_from(["", JOINING]),
    ticks=st.lists(st.integers(1, 30), max_size=4),
    kills=st.lists(st.integers(0, 12), max_size=3),
    range_bytes=st.integers(1, 1_000) | st.just(0),
    keep=st.integers(0, 4),
    order=st.randoms(use_true_random=False),
)
def test_another_parser_leaves_what_a_fresh_reading_has(
    body: bytes,
    storages: tuple[str, str],
    routes: str,
    ticks: list[int],
    kills: list[int],
    *,
    range_bytes: int,
    keep: int,
    order: random.Random,
) -> None:
    """The first reading may be unfinished, its messages come late, and processes are killed at any request."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        use_parser(monkeypatch, "old", partial(parse_otherwise, keep=keep))
        world = World(storage=storages[0], split_threshold_bytes=1, range_bytes=200)
        world.s3.chunk_bytes = 50
        event = world.put(body)
        work_with_kills(world, [render_message(event)], ticks, kills[:1], order)
        use_parser(monkeypatch, "new", read_records)
        split = {"split_threshold_bytes": 1, "range_bytes": range_bytes} if range_bytes else {}
        world.deploy(routes, storage=storages[1], **split)
        work_with_kills(world, [render_message(world.replay(event, 1))], ticks, kills[1:2], order)
        messages = [render_message(world.replay(event, number)) for number in (2, 1, 2)]
        work_with_kills(world, [*messages, render_message(event)], ticks[::-1], kills[2:], order)
        finish(world)
        assert_only_of(world, body, routes, storages[1])
        fresh = World(routes, storage=storages[1])
        fresh.run(fresh.put(body))
        assert_same(world, fresh)
        lookups = len(world.queries.asked)
        world.run(world.replay(event, 3))
        assert_only_of(world, body, routes, storages[1])
        assert len(world.queries.asked) == lookups


@SETTINGS
@given(
    body=bodies(),
    storages=st.tuples(STORAGES, STORAGES),
    ticks=st.lists(st.integers(1, 30), min_size=1, max_size=4),
    kills=st.lists(st.integers(0, 12), max_size=2),
    keep=st.integers(0, 4),
    order=st.randoms(use_true_random=False),
)
def test_two_parsers_in_one_replay_are_made_whole_by_the_next(
    body: bytes, storages: tuple[str, str], ticks: list[int], kills: list[int], *, keep: int, order: random.Random
) -> None:
    """A deploy, and the one that takes it back, come while a replay of two kinds of ranges runs and is killed."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        split: Any = {"split_threshold_bytes": 1, "range_bytes": 200}
        use_parser(monkeypatch, "new", read_records)
        world = World(storage=storages[0], **split)
        world.s3.chunk_bytes = 50
        event = world.put(body)
        world.run(event)
        for parser, way in (("old", partial(parse_otherwise, keep=keep)), ("new", read_records)):
            use_parser(monkeypatch, parser, way)
            world.deploy(storage=storages[1], **split)
            work_with_kills(world, [render_message(world.replay(event, 1))], ticks, kills, order)
        finish(world)
        parsers = frozenset[str]().union(*(row.parsers for row in world.ledger.rows.values()))
        if parsers == {"new"}:
            assert_only_of(world, body, "", storages[1])
        world.run(world.replay(event, 2))
        assert_only_of(world, body, "", storages[1])
        fresh = World(storage=storages[1])
        fresh.run(fresh.put(body))
        assert_same(world, fresh)


def work_with_kills(
    world: World, messages: list[str], ticks: list[int], kills: list[int], order: random.Random
) -> None:
    """Deliver messages, then some of those that follow, in any order; a process is killed at some request to the table.

    What is not delivered, or was when the process was killed, waits.
    """
    queue, left = world.sqs.queues["work"], iter(kills)
    queue.extend(messages)
    for number in [*ticks, *ticks]:
        if not queue:
            return
        at = order.randrange(len(queue))
        message = queue[at]
        del queue[at]
        try:
            with kill_at(world, next(left, None)):
                world.once(range_from_message(json.loads(message)), asks(number))
        except (KilledError, NoProgressError):
            queue.append(message)
            rows = world.ledger.rows
            rows |= {name: replace(row, status="running") for name, row in rows.items() if row.status == "failed"}


@contextmanager
def kill_at(world: World, request: int | None) -> Iterator[None]:
    """Kill the process at a request to the table, after so many."""
    post, number = world.wire.post, count()

    def post_or_die(*arguments: Any) -> Any:
        if next(number) == request:
            raise KilledError
        return post(*arguments)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(world.wire, "post", post_or_die)
        yield


def finish(world: World) -> None:
    """Deliver all that waits, with enough time."""
    queue = world.sqs.queues["work"]
    while queue:
        world.once(range_from_message(json.loads(queue.popleft())))


def test_look_ups_are_one_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """For another parser; the same one has none. 400 lines are 400 queries, and one for what may begin behind them."""
    use_parser(monkeypatch, "old", read_records)
    world = World()
    event = world.put(BODY)
    world.run(event)
    world.run(world.replay(event, 1))
    assert len(world.queries.asked) == 0
    use_parser(monkeypatch, "new", read_records)
    world.run(world.replay(event, 2))
    assert len(world.queries.asked) == 401
    assert world.wire.removed == []


@pytest.mark.parametrize(
    "replay", [{}, {"id": "yesterday"}, {"id": None}, {"id": "20260505T100000001Z-0000", "by": "me"}, 7]
)
def test_a_replay_without_a_right_id_is_refused(replay: object) -> None:
    """One sentence names the field, what it is, and what it must be."""
    message = {
        "version": 2,
        "object_range": {"bucket": "b", "key": "k", "version_id": "v", "etag": None, "replay": replay},
    }
    with pytest.raises(
        EnvelopeError, match=r"object_range.replay is .*: it must be a replay with its id, such as 2026"
    ):
        range_from_message(message)


def test_an_upload_to_a_bucket_without_versions() -> None:
    """ETag and upload time name it; one that has been overwritten since keeps its rows."""
    world = World()
    world.run(world.overwrite(BODY))
    uploaded_ms = int(MODIFIED.timestamp() * 1000)
    etag = world.s3.uploads["web/a.log"][0]
    listed = ObjectRange("source", "web/a.log", None, etag, last_modified_ms=uploaded_ms)
    world.run(world.replay(listed, 1))
    assert [row.replay for row in world.ledger.rows.values()] == ["20260505T100000001Z-0000"]
    assert len(world.wire.items) == 400
    world.overwrite(BODY + BODY, second=5)
    rows = dict(world.ledger.rows)
    with pytest.raises(ObjectChangedError):
        world.once(world.replay(listed, 2))
    assert world.ledger.rows == rows
