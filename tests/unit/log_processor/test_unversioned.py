"""A bucket that keeps no versions: an upload is told by its ETag and its time, and is stored once."""

import gzip
import json
from datetime import timedelta
from typing import Any

import pytest
from log_processor.errors import ObjectChangedError, ObjectMissingError, PlanError
from log_processor.storing.ledger import Ledger
from log_processor.work.continuation import range_from_message, render_message
from log_processor.work.ranges import ObjectRange, parse_upload_ms
from moto.s3.models import s3_backends

from tests.unit.log_processor.conftest import Stack
from tests.unit.log_processor.edges import MODIFIED, World, asks
from tests.unit.log_processor.test_plan import Killed, assert_each_once, kill_at_the_end, run_waiting, start_and_kill

LINES = b"".join(b'{"time": "2026-05-04T10:00:00Z", "level": "info", "message": "%02d"}\n' % n for n in range(40))
OTHER = b"plain text\n"
WAYS: dict[str, tuple[bytes, dict[str, Any], int | None]] = {
    "whole": (LINES, {}, None),
    "split": (LINES, {"split_threshold_bytes": 1, "range_bytes": 500}, None),
    "continued": (LINES, {}, 5),
    "compressed": (gzip.compress(LINES), {}, 5),
}


def statuses(world: World) -> dict[str, str]:
    return {label.partition("#")[0].partition("@")[2]: row.status for (_, label), row in world.ledger.rows.items()}


@pytest.mark.parametrize("way", WAYS)
def test_equal_bytes_uploaded_twice_are_new_data(way: str) -> None:
    """40 lines twice are 80 items, whatever their ETag; each upload delivered again is stored once."""
    body, settings, ticks = WAYS[way]
    world = World(**settings)
    for second in (0, 3):
        event = world.overwrite(body, second)
        for clock in [asks(ticks)] if ticks else []:
            world.once(event, clock)
        world.run(event)
        world.run(event)
    assert_each_once(world, 80)
    assert {item["log_data"]["S"] for item in world.wire.items.values()} == set(LINES.decode().splitlines())


@pytest.mark.parametrize("way", WAYS)
def test_a_killed_attempt_is_made_again(way: str) -> None:
    """The version of an upload that was not overwritten is the same in every attempt."""
    body, settings, ticks = WAYS[way]
    world = World(**settings)
    event = world.overwrite(body)
    world.ledger.refuse = kill_at_the_end
    with pytest.raises(Killed):
        world.once(event, *([asks(ticks)] if ticks else []))
    world.ledger.refuse = lambda _call: None
    world.once(event)
    run_waiting(world)
    assert_each_once(world, 40)


@pytest.mark.parametrize("body", [LINES, OTHER], ids=["equal bytes", "other bytes"])
def test_a_killed_attempt_ends_as_overwritten(body: bytes) -> None:
    """The bytes that its upload had are gone: its row says so, and the new upload is stored whole."""
    world = World()
    first = world.overwrite(LINES)
    start_and_kill(world, first)
    second = world.overwrite(body, 7)
    for _ in range(2):
        with pytest.raises(ObjectChangedError, match="the object was overwritten, its new content has an event"):
            world.once(first)
    assert statuses(world) == {"20260504T100000Z": "failed"}
    world.run(second)
    assert statuses(world) == {"20260504T100000Z": "failed", "20260504T100007Z": "done"}
    (document,) = (json.loads(text) for key, text in world.s3.written.items() if key.endswith("error.json"))
    assert document["error_code"] == "ObjectChangedError"
    assert len(world.wire.items) == 40 + len(body.splitlines())


def test_a_first_attempt_after_an_overwrite_reads_what_is_there() -> None:
    """No attempt at the first upload was begun: both events are of the bytes that are there, which are stored once."""
    world = World()
    first, second = world.overwrite(LINES), world.overwrite(LINES, 7)
    world.run(first)
    world.run(second)
    assert_each_once(world, 40)
    assert statuses(world) == {"20260504T100007Z": "done"}


@pytest.mark.parametrize("second", [7, 3_000])
def test_a_duplicate_of_what_is_done_is_no_failure(second: int) -> None:
    """The event comes again after the object was overwritten or removed: its upload was stored."""
    world = World()
    first = world.overwrite(LINES)
    world.run(first)
    world.run(world.overwrite(OTHER, second))
    world.once(first)
    world.s3.objects.clear()
    world.once(first)
    assert_each_once(world, 41)


def test_an_upload_between_is_not_lost_without_a_word() -> None:
    """An upload some seconds after the one that is done was overwritten before it was read: that is an error."""
    world = World()
    world.run(world.overwrite(LINES))
    between = world.overwrite(LINES, 5)
    world.overwrite(OTHER, 6)
    with pytest.raises(ObjectChangedError, match="its new content has an event of its own"):
        world.once(between)


@pytest.mark.parametrize("way", ["split", "continued"])
@pytest.mark.parametrize("is_strict", [True, False], ids=["", "conditions ignored"])
@pytest.mark.parametrize("body", [LINES, LINES.replace(b"info", b"warn")], ids=["equal bytes", "other bytes"])
def test_the_rest_of_an_overwritten_object_is_not_read(way: str, body: bytes, *, is_strict: bool) -> None:
    """Ranges compare the ETag and the time of every answer, also where the store does not heed `If-Match`."""
    _, settings, ticks = WAYS[way]
    world = World(**settings)
    world.s3.is_strict = is_strict
    event = world.overwrite(LINES)
    world.once(event, *([asks(ticks)] if ticks else []))
    before = dict(world.wire.items)
    world.overwrite(body, 7)
    while world.sqs.queues["work"]:
        with pytest.raises(ObjectChangedError, match="the object was overwritten"):
            world.once(range_from_message(json.loads(world.sqs.queues["work"].popleft())))
    assert world.wire.items == before


@pytest.mark.parametrize("second", [0, 7], ids=["another ETag", "another time"])
def test_an_overwrite_while_a_connection_is_resumed(second: int) -> None:
    """The answer that resumes a broken connection is compared as well: half of it may be of another upload."""
    world = World()
    world.s3.is_strict = False
    world.s3.breaks_at, world.s3.chunk_bytes = 800, 200
    event = world.overwrite(LINES)
    other = LINES if second else LINES.upper()

    def overwrite(_call: str, _key: str) -> None:
        if world.s3.calls["get_object"] == 2:
            world.s3.breaks_at = None
            world.overwrite(other, second)

    world.s3.refuse = overwrite
    with pytest.raises(ObjectChangedError, match="the object was overwritten"):
        world.once(event)
    assert all(item["log_data"]["S"] in LINES.decode() for item in world.wire.items.values())


def test_a_store_that_ignores_version_ids_is_noticed() -> None:
    """The ETag of every range's answer is compared with the plan's: no range is read of another version."""
    world = World(split_threshold_bytes=1, range_bytes=500)
    world.once(world.put(LINES))
    world.s3.uploads["web/a.log"] = ("another", MODIFIED)
    while world.sqs.queues["work"]:
        with pytest.raises(PlanError, match="with the ETag etag, and it has 2680 bytes with another"):
            world.once(range_from_message(json.loads(world.sqs.queues["work"].popleft())))
    assert world.wire.items == {}


def test_what_an_upload_costs_in_requests() -> None:
    """A GET and three words, as with versions; a duplicate is one GET, of which nothing is read, and one word."""
    world = World()
    event = world.overwrite(LINES)
    world.once(event)
    assert (world.s3.calls["get_object"], world.ledger.writes, world.ledger.reads) == (1, 3, 0)
    read_bytes = world.s3.read_bytes
    world.once(event)
    assert (world.s3.calls["get_object"], world.ledger.writes, world.ledger.reads) == (2, 4, 0)
    assert world.s3.read_bytes == read_bytes


def test_an_event_without_time_is_of_what_is_there() -> None:
    """A hand-made event names no time, so that nothing is later than it."""
    world = World()
    event = world.overwrite(LINES)
    start_and_kill(world, ObjectRange(event.bucket, event.key, None, None))
    world.overwrite(LINES, 7)
    world.run(ObjectRange(event.bucket, event.key, None, None))
    assert statuses(world) == {"20260504T100000Z": "running", "20260504T100007Z": "done"}
    world.s3.objects.clear()
    with pytest.raises(ObjectMissingError):
        world.once(event)
    assert statuses(world)["20260504T100000Z"] == "failed"


def test_an_overwrite_against_real_services(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first attempt dies; the same bytes are uploaded seconds later; both events are delivered."""
    stack.s3.create_bucket(Bucket="plain")
    etag = stack.s3.put_object(Bucket="plain", Key="a.log", Body=LINES)["ETag"].strip('"')
    key = s3_backends["123456789012"]["aws"].get_object("plain", "a.log")
    assert key is not None

    def deliver() -> None:
        found = {"bucket": {"name": "plain"}, "object": {"key": "a.log", "eTag": etag}}
        stack.invoke({"Records": [{"eventName": "ObjectCreated:Put", "eventTime": moments[-1], "s3": found}]})

    moments = [f"{key.last_modified:%Y-%m-%dT%H:%M:%S.999Z}"]
    with monkeypatch.context() as patches:
        patches.setattr(Ledger, "end", lambda *_: kill_at_the_end("end"))
        with pytest.raises(Killed):
            deliver()
    key.last_modified += timedelta(seconds=5)
    with pytest.raises(ObjectChangedError, match="the object was overwritten, its new content has an event of its own"):
        deliver()
    moments.append(f"{key.last_modified:%Y-%m-%dT%H:%M:%S.999Z}")
    deliver()
    first, second = sorted(stack.items("ledger"), key=lambda row: row["range"]["S"])
    assert (first["status"]["S"], second["status"]["S"]) == ("failed", "done")
    assert first["reason"]["S"].startswith("ObjectChangedError: s3://plain/a.log is now version ")
    assert len(stack.items()) == 80


def test_versioned_ids_are_as_they_were() -> None:
    """The version id alone names a version of a bucket that keeps versions; without it the ETag and the time do."""
    versioned = ObjectRange("source", "a.log", "v1", "etag")
    assert (versioned.version, versioned.digest) == ("v1", "4fcfdb54e47b79359e584e590ae5ea")
    unversioned = ObjectRange("source", "a.log", None, "9b2c", last_modified_ms=1_777_888_800_000)
    assert unversioned.version == "9b2c@20260504T100000Z"
    assert parse_upload_ms(unversioned.version) == unversioned.last_modified_ms
    assert range_from_message(json.loads(render_message(unversioned))) == unversioned
