"""What an attempt returns in each situation, and what the pipeline makes of it: ledger, messages, archive."""

import json
from dataclasses import replace
from typing import Any

import pytest
from log_processor.attempt import Attempt
from log_processor.calls.clients import TimeUpError
from log_processor.errors import NotALogError, ObjectMissingError, ServiceUnavailableError
from log_processor.pipeline import Pipeline
from log_processor.storing.wire import Reply
from log_processor.work.outcome import Continued, Done, Failed, Outcome, Requeued
from log_processor.work.ranges import ObjectRange

from tests.unit.log_processor.edges import Remaining, World, asks, plenty
from tests.unit.log_processor.test_backpressure import THROTTLED, lines, no_time_to_write

Seen = list[Outcome]


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> Seen:
    """Return the outcomes that the pipeline recorded, in order."""
    outcomes: Seen = []
    record = Pipeline._record_outcome

    def recorded(pipeline: Pipeline, attempt: Attempt, outcome: Outcome) -> None:
        outcomes.append(outcome)
        record(pipeline, attempt, outcome)

    monkeypatch.setattr(Pipeline, "_record_outcome", recorded)
    return outcomes


def statuses(world: World) -> list[str]:
    return [row.status for row in world.ledger.rows.values()]


def messages(world: World) -> list[dict[str, Any]]:
    return [json.loads(message)["object_range"] for message in world.sqs.queues["work"]]


def test_what_is_stored_is_done(seen: Seen) -> None:
    """The row says `done`, and no message is sent."""
    world = World()
    world.once(world.put(lines(30)))
    assert (seen, statuses(world), messages(world)) == ([Done()], ["done"], [])


def test_what_is_large_is_done_in_parts(seen: Seen) -> None:
    """The parts are sent before the row says `done`."""
    world = World(split_threshold_bytes=100, range_bytes=100)
    world.once(world.put(lines(30)))
    (outcome,) = seen
    assert isinstance(outcome, Done)
    assert [part.start for part in outcome.parts] == [message["start"] for message in messages(world)] == [0, 100, 200]
    assert statuses(world) == ["done"]


def test_what_is_not_read_in_time_is_requeued(seen: Seen) -> None:
    """An object whose bytes do not come is asked for again by a later invocation, which counts them in a row."""
    world = World()
    work = world.put(lines(30))

    def refuse(_call: str, _key: str) -> None:
        raise TimeUpError

    world.s3.refuse = refuse
    world.once(work)
    assert seen == [Requeued(replace(work, stalls=1))]
    assert (statuses(world), messages(world)[0]["stalls"]) == (["running"], 1)


def test_what_is_stored_in_part_is_continued(seen: Seen) -> None:
    """The rest is one message, which begins where the stored part ends."""
    world = World()
    world.once(world.put(lines(100)), asks(5))
    (outcome,) = seen
    assert isinstance(outcome, Continued)
    assert [message["start"] for message in messages(world)] == [outcome.resume]
    assert statuses(world) == ["continued"]


@pytest.mark.parametrize(("clock", "throttled"), [(asks(3), False), (no_time_to_write, True)])
def test_what_is_not_begun_is_requeued(seen: Seen, clock: Remaining, *, throttled: bool) -> None:
    """The same range is sent with one more stall: at once if time was short, delayed if the table throttles."""
    world = World()
    world.s3.chunk_bytes = 5_000
    world.wire.judge = lambda _items: THROTTLED if throttled else None
    world.once(world.put(lines(10) if throttled else b"x" * 20_000 + b"\n"), clock)
    (outcome,) = seen
    assert isinstance(outcome, Requeued)
    assert (outcome.work.start, outcome.work.stalls, messages(world)[0]["stalls"]) == (0, 1, 1)
    assert throttled or outcome.delay_s == 0
    assert statuses(world) == ["running"]


def test_what_cannot_be_mended_by_time_has_failed(seen: Seen) -> None:
    """The error is raised to the handler, with the number of the attempt."""
    world = World()
    with pytest.raises(NotALogError) as refused:
        world.once(world.put(b"%PDF-1.7"))
    (outcome,) = seen
    assert isinstance(outcome, Failed)
    assert outcome.error is refused.value
    assert (refused.value.attempts, statuses(world)) == (1, ["failed"])


def test_an_object_that_cannot_be_opened_has_failed(seen: Seen) -> None:
    """The event names neither version nor ETag, and the object is gone: the row has no version."""
    world = World()
    with pytest.raises(ObjectMissingError):
        world.once(ObjectRange("source", "gone.log", None, None))
    assert [type(outcome) for outcome in seen] == [Failed]
    assert statuses(world) == ["failed"]


def test_a_fault_of_our_own_leaves_no_row_that_runs(seen: Seen) -> None:
    """It is raised as it is, nothing is recorded as an outcome, and the ledger says that the attempt has failed."""
    world = World()

    def broken(_items: list[dict[str, Any]]) -> Reply:
        raise ZeroDivisionError

    world.wire.judge = broken
    with pytest.raises(ZeroDivisionError):
        world.once(world.put(lines(3)))
    (ending,) = world.ledger.endings.values()
    assert (seen, ending.status, ending.reason) == ([], "failed", "an unexpected error; see the function's log")


def test_what_cannot_be_recorded_gives_way(seen: Seen) -> None:
    """Done to continued, since all is stored but not said; continued to failed."""
    world = World()
    work = world.put(lines(3))
    refusals = 2

    def refuse(call: str) -> None:
        nonlocal refusals
        if call == "end" and refusals:
            refusals -= 1
            raise ServiceUnavailableError("the ledger does not answer")

    world.ledger.refuse = refuse
    with pytest.raises(ServiceUnavailableError, match="the ledger does not answer"):
        world.once(work, plenty)
    assert [type(outcome) for outcome in seen] == [Done, Continued, Failed]
    assert statuses(world) == ["failed"]
