"""A table that throttles: what it took counts, what it did not take is handed on, and nothing between is skipped."""

import threading
from typing import Any

import pytest
from botocore.credentials import Credentials
from log_processor.calls.endpoint import Endpoint
from log_processor.calls.time_limit import TimeLimit
from log_processor.errors import ExpiredCredentialsError, ServiceUnavailableError, ThrottledError
from log_processor.storing.table import BACKLOG_BATCHES
from log_processor.storing.wire import Reply, TableWire
from log_processor.storing.write_window import WINDOW_BATCHES
from log_processor.work.chain import MAX_STALLS

from tests.unit.log_processor.edges import World

THROTTLED = Reply(error="ProvisionedThroughputExceededException", payload={})
LINES = 25 * (BACKLOG_BATCHES + 20)


def lines(count: int) -> bytes:
    return b"".join(b'{"n": %d}\n' % number for number in range(count))


def holds(items: list[dict[str, Any]], number: int) -> bool:
    return any(item["log_data"]["S"] == f'{{"n": {number}}}' for item in items)


def no_time_to_write() -> float:
    """Return a remaining time in which to read, but not to try a batch again."""
    return 0 if threading.current_thread().name.startswith("batch-write") else 60_000


@pytest.mark.parametrize("stuck", [30, LINES - 600, LINES - 1])
def test_records_after_an_unwritten_batch_are_read_again(stuck: int) -> None:
    """Later batches may be stored already; the range is continued from the first batch that is not."""
    world = World()
    refusals = [THROTTLED]
    world.wire.judge = lambda items: refusals.pop() if refusals and holds(items, stuck) else None
    world.run(world.put(lines(LINES)), iter([no_time_to_write]))
    assert len(world.wire.items) == LINES
    assert world.totals()["stored"] == LINES
    continued = [ending for ending in world.ledger.endings.values() if ending.status == "continued"]
    assert [ending.totals.read for ending in continued] == [stuck // 25 * 25]


def test_unprocessed_items_alone_are_sent_again() -> None:
    """The items of a batch that are stored already are not sent again."""
    world = World()
    asked: list[int] = []

    def half(items: list[dict[str, Any]]) -> Reply | None:
        asked.append(len(items))
        if len(items) < 2:
            return None
        puts = [{"PutRequest": {"Item": item}} for item in items[: len(items) // 2]]
        return Reply(error=None, payload={"UnprocessedItems": {"logs": puts}})

    world.wire.judge = half
    world.run(world.put(lines(25)))
    assert asked == [25, 12, 6, 3, 1]
    assert len(world.wire.items) == 25


def test_a_throttling_table_requeues_the_range_then_fails_it() -> None:
    """The whole range is requeued each time, with growing delays, until it has stalled ten times."""
    world = World()
    world.wire.judge = lambda _items: THROTTLED
    with pytest.raises(ThrottledError):
        world.run(world.put(lines(100)), iter([no_time_to_write] * (MAX_STALLS + 1)))
    assert len(world.sqs.delays_s) == MAX_STALLS
    assert max(world.sqs.delays_s) <= 900
    assert world.wire.items == {}


def test_expired_credentials_are_no_throttling() -> None:
    """The batch is not tried again with them; the reason names them, and the metrics count no throttled write."""
    world = World()
    asked: list[int] = []

    def refuse(items: list[dict[str, Any]]) -> Reply:
        asked.append(len(items))
        return Reply(error="ExpiredTokenException", payload={"message": "The security token included is expired"})

    world.wire.judge = refuse
    with pytest.raises(
        ExpiredCredentialsError, match=r"logs: ExpiredTokenException: .*; the credentials of this process"
    ):
        world.once(world.put(lines(25)))
    assert asked == [25]
    (ending,) = world.ledger.endings.values()
    assert (ending.status, str(ending.reason).partition(":")[0]) == ("failed", "ExpiredCredentialsError")


def test_the_window_is_bounded() -> None:
    """At most as many batches as there are connections are sent at once, however slow the table is."""
    world = World()
    lock, gate = threading.Lock(), threading.Barrier(WINDOW_BATCHES)
    flying, most = [0], [0]

    def slow(_items: list[dict[str, Any]]) -> None:
        with lock:
            flying[0] += 1
            most[0] = max(most[0], flying[0])
        gate.wait(timeout=60)
        with lock:
            flying[0] -= 1

    world.wire.judge = slow
    world.run(world.put(lines(25 * WINDOW_BATCHES * 6)))
    assert most[0] == WINDOW_BATCHES


def test_a_request_to_the_table_ends_with_the_time_that_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    """The time to connect counts too, so an endpoint that does not answer leaves time for ledger and queue."""
    given: list[tuple[float, float]] = []

    def refuse(_endpoint: object, limit: TimeLimit, connect_s: float) -> None:
        given.append((connect_s, limit.limit_s))
        raise ConnectionRefusedError

    monkeypatch.setattr(Endpoint, "connect", refuse)
    credentials = Credentials("testing", "testing")
    wire = TableWire(endpoint_url="http://127.0.0.1:1", region="eu-west-1", credentials=credentials, connections=1)
    for left_s in (0.5, 60):
        with pytest.raises(ServiceUnavailableError):
            wire.post(b"{}", left_s)
    assert given == [(0.5, 0.5), (3, 10)]
