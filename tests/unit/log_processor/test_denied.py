"""What is denied access waits for a day or more, and is stored when the policy is mended: nothing is buried before."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest
from botocore.exceptions import ClientError
from log_processor import handler
from log_processor.calls.clients import CallLimits
from log_processor.errors import AccessDeniedError, RetryableError
from log_processor.parts import FunctionParts
from log_processor.storing.wire import Reply
from log_processor.work.access import choose_access_delay_s
from log_processor.work.continuation import RangeQueue, range_from_message
from log_processor.work.ranges import ObjectRange

from tests.unit.log_processor.conftest import Context
from tests.unit.log_processor.edges import World, client_error, plenty
from tests.unit.log_processor.test_backpressure import lines

Break = Callable[[World], None]
STRICT = "[[route]]\nkeys = ['**']\nformat = 'json_lines'"
ROUNDS = 120
"""More than a message has deliveries, and more than a chain of ranges that store nothing has hops."""


def deny(*_: Any) -> None:
    raise client_error("AccessDenied", "Any")


def deny_ledger(call: str) -> Callable[[str], None]:
    def refuse(asked: str) -> None:
        if call in ("", asked):
            raise AccessDeniedError("writing the ledger row: AccessDeniedException")

    return refuse


def break_reading(world: World) -> None:
    world.s3.refuse = lambda call, _key: deny() if call == "get_object" else None


def break_writing(world: World) -> None:
    world.wire.judge = lambda _items: Reply(error="AccessDeniedException")


def break_archive(world: World) -> None:
    world.s3.refuse = lambda call, _key: deny() if call == "put_object" else None


def break_ledger(world: World) -> None:
    world.ledger.refuse = deny_ledger("")


def break_ending(world: World) -> None:
    world.ledger.refuse = deny_ledger("end")


def break_planning(world: World) -> None:
    world.ledger.refuse = deny_ledger("keep_plan")


POLICIES: list[Break] = [
    break_reading,
    break_writing,
    break_archive,
    break_ledger,
    break_ending,
    break_planning,
]


def mend(world: World) -> None:
    world.s3.refuse = lambda _call, _key: None
    world.wire.judge = lambda _items: None
    world.ledger.refuse = lambda _call: None


def take_message(world: World) -> ObjectRange:
    (text,) = world.sqs.queues["work"]
    world.sqs.queues["work"].clear()
    return range_from_message(json.loads(text))


@pytest.mark.parametrize("broken", POLICIES, ids=lambda broken: broken.__name__)
def test_denied_waits_as_long_as_it_has_to(broken: Break) -> None:
    """Each denial sends one fresh, delayed message; when access is granted, everything is stored once."""
    world = World(STRICT)
    work = world.put(lines(30) + b"no json\n")
    broken(world)
    for _ in range(ROUNDS):
        world.once(work)
        work = take_message(world)
    assert (work.stalls, work.start, work.denied_since is not None) == (0, 0, True)
    assert all(15 <= delay_s <= 900 for delay_s in world.sqs.delays_s)
    assert not [key for key in world.s3.written if key.endswith((".error.json", ".object"))]
    mend(world)
    world.run(work)
    assert world.totals() == {"read": 31, "stored": 30, "filtered": 0, "rejected": 1}
    assert len(world.wire.items) == 31
    assert {ending.status for ending in world.ledger.endings.values()} == {"done"}


@pytest.mark.parametrize("broken", [break_reading, break_writing], ids=lambda broken: broken.__name__)
def test_the_row_says_since_when_it_waits(broken: Break) -> None:
    """It stays `running`, and `ops status` shows its reason."""
    world = World()
    work = world.put(lines(30))
    broken(world)
    world.once(work)
    later = take_message(world)
    (row,) = world.ledger.rows.values()
    assert row.status == "running"
    assert row.reason.startswith(f"waits: denied since {later.denied_since}: AccessDeniedError: ")
    assert row.denied_since == later.denied_since


@pytest.mark.parametrize("broken", POLICIES, ids=lambda broken: broken.__name__)
def test_after_a_day_it_fails_with_the_reason(broken: Break) -> None:
    """The error names the time of the first denial, and no other message is sent."""
    world = World(STRICT)
    since = (datetime.now(UTC) - timedelta(hours=24, minutes=1)).isoformat(timespec="seconds")
    work = ObjectRange("source", "web/a.log", "v1", "etag", denied_since=since)
    world.put(lines(30) + b"no json\n")
    broken(world)
    with pytest.raises(AccessDeniedError, match="denied since 2"):
        world.once(work)
    assert not world.sqs.queues["work"]


def test_a_setting_says_how_long() -> None:
    """Thirty hours after the first denial, a range still waits where two days are set."""
    world = World(denied_wait_hours=48)
    world.put(lines(30))
    since = (datetime.now(UTC) - timedelta(hours=30)).isoformat(timespec="seconds")
    break_writing(world)
    world.once(ObjectRange("source", "web/a.log", "v1", "etag", denied_since=since))
    assert take_message(world).denied_since is not None


@pytest.mark.parametrize("since", ["2999-01-01T00:00:00Z", "2026-02-30T00:00:00Z"])
def test_a_time_that_cannot_be_begins_the_wait_now(since: str) -> None:
    """A message cannot ask to wait for ever."""
    world = World()
    world.put(lines(30))
    break_writing(world)
    world.once(ObjectRange("source", "web/a.log", "v1", "etag", denied_since=since))
    told = datetime.fromisoformat(str(take_message(world).denied_since))
    assert abs(datetime.now(UTC) - told) < timedelta(minutes=1)


def test_progress_ends_the_wait() -> None:
    """What is left of a range, and its parts, begin without the time of an earlier denial."""
    work = ObjectRange("b", "k", "v", None, stalls=3, denied_since="2026-05-04T10:00:00Z")
    rest = work.resume(5, format_name=None, state=None, sequential=False)
    assert (rest.stalls, rest.denied_since) == (0, None)


def test_delays_grow_with_the_wait() -> None:
    """From half a minute to a quarter of an hour, which is the queue's longest."""
    now = datetime.now(UTC)
    for waited_s, least, most in ((0, 15, 30), (300, 150, 310), (50_000, 450, 900)):
        since = (now - timedelta(seconds=waited_s)).isoformat()
        delays = [choose_access_delay_s(ObjectRange("b", "k", "v", None, denied_since=since)) for _ in range(50)]
        assert least <= min(delays) <= max(delays) <= most
        assert len(set(delays)) > 3


class DeniedSqs:
    """Queues that accept no message, or only the dead letters."""

    def __init__(self, world: World, *, letters: bool) -> None:
        self._world, self._letters = world, letters

    def send_message_batch(self, **_: Any) -> None:
        raise client_error("AccessDenied", "SendMessageBatch")

    def send_message(self, **asked: Any) -> None:
        if not self._letters:
            raise client_error("AccessDenied", "SendMessage")
        self._world.sqs.send_message(**asked)


def serve(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    queue = RangeQueue(cast("Any", world.sqs), "work", "dead")
    parts = FunctionParts(world.pipeline, world.routes, queue, CallLimits(), world.reporter, 5)
    monkeypatch.setattr(handler, "build_parts", lambda: parts)


def make_message(work: ObjectRange, receives: int = 1) -> dict[str, Any]:
    s3 = {"bucket": {"name": work.bucket}, "object": {"key": work.key, "versionId": work.version_id}}
    body = json.dumps({"Records": [{"eventName": "ObjectCreated:Put", "s3": s3}]})
    attributes = {"ApproximateReceiveCount": str(receives)}
    return {"messageId": str(receives), "body": body, "eventSource": "aws:sqs", "attributes": attributes}


def test_an_event_goes_onto_the_work_queue(monkeypatch: pytest.MonkeyPatch) -> None:
    """At its first denial: its invocation succeeds, so that Lambda does not bury it after three."""
    world = World()
    break_reading(world)
    serve(world, monkeypatch)
    event = json.loads(make_message(world.put(lines(30)))["body"])
    assert handler.handle(event, Context(plenty)) == {"ranges": 1}
    assert take_message(world).key == "web/a.log"


def test_a_message_is_replaced_by_a_fresh_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """So a denial counts as no delivery, also in the last one."""
    world = World()
    break_writing(world)
    serve(world, monkeypatch)
    message = make_message(world.put(lines(30)), receives=5)
    assert handler.handle({"Records": [message]}, Context(plenty)) == {"batchItemFailures": []}
    assert (len(world.sqs.queues["work"]), len(world.sqs.queues["dead"])) == (1, 0)


@pytest.mark.parametrize("letters", [True, False])
def test_what_cannot_be_sent_is_delivered_again(monkeypatch: pytest.MonkeyPatch, *, letters: bool) -> None:
    """A denied SendMessage loses nothing: the message stays, and is a dead letter with the reason in the end."""
    world = World()
    break_writing(world)
    work = world.put(lines(30))
    queue = RangeQueue(cast("Any", DeniedSqs(world, letters=letters)), "work", "dead")
    world.pipeline._queue = queue
    serve(world, monkeypatch)
    parts = FunctionParts(world.pipeline, world.routes, queue, CallLimits(), world.reporter, 5)
    monkeypatch.setattr(handler, "build_parts", lambda: parts)
    with pytest.raises(RetryableError, match="cannot wait on the work queue"):
        handler.handle(json.loads(make_message(work)["body"]), Context(plenty))
    returned = {"batchItemFailures": [{"itemIdentifier": "4"}]}
    assert handler.handle({"Records": [make_message(work, 4)]}, Context(plenty)) == returned
    last = handler.handle({"Records": [make_message(work, 5)]}, Context(plenty))
    assert last == {"batchItemFailures": [] if letters else [{"itemIdentifier": "5"}]}
    assert len(world.sqs.queues["dead"]) == int(letters)


@pytest.mark.parametrize(
    "code", ["AccessDenied", "AllAccessDisabled", "KMS.DisabledException", "KMSInvalidStateException"]
)
def test_every_kind_of_denial_waits(code: str) -> None:
    """A policy, an account, a key that is switched off: whoever did it may undo it."""
    world = World()
    work = world.put(lines(3))

    def refuse(_call: str, _key: str) -> None:
        raise ClientError({"Error": {"Code": code, "Message": "no"}}, "GetObject")

    world.s3.refuse = refuse
    world.once(work)
    assert take_message(world).denied_since is not None


def test_what_is_stored_before_a_denial_is_not_read_again() -> None:
    """The rest waits by itself, behind the part that is stored."""
    world = World()
    post, allowed = world.wire.post, [3]

    def deny_later(body: bytes, _timeout_s: float = 10) -> Reply:
        allowed[0] -= 1
        return post(body) if allowed[0] >= 0 else Reply(error="AccessDeniedException")

    world.wire.post = deny_later  # type: ignore[method-assign]
    world.once(world.put(lines(200)))
    (rest,) = [range_from_message(json.loads(message)) for message in world.sqs.queues["work"]]
    assert rest.start > 0
    assert rest.denied_since is None
    world.sqs.queues["work"].clear()
    world.once(rest)
    (waiting,) = [range_from_message(json.loads(message)) for message in world.sqs.queues["work"]]
    assert (waiting.start, world.sqs.delays_s[-1] > 0) == (rest.start, True)
    assert waiting.denied_since is not None
    world.wire.post = post  # type: ignore[method-assign]
    world.sqs.queues["work"].clear()
    world.run(waiting)
    assert world.totals()["stored"] == len(world.wire.items) == 200
