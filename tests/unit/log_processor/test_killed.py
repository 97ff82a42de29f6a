"""A process that dies before any of its side effects, and two that work on one range at once: each record once."""

import gzip
import json
from collections.abc import Callable, Iterator
from itertools import chain, repeat
from typing import Any

import pytest
from log_processor import planning
from log_processor.work.continuation import range_from_message
from log_processor.work.ranges import ObjectRange

from tests.unit.log_processor.edges import Remaining, World, asks, plenty
from tests.unit.log_processor.test_delivery import assert_same

DECLARED = "[[route]]\nkeys = ['**']\nformat = 'json_lines'"
BODY = b"".join(b'{"n": %d}\n' % n if n % 7 else b"plain %d\n" % n for n in range(110))
WAYS: dict[str, tuple[bytes, dict[str, Any], int | None]] = {
    "whole": (BODY, {}, None),
    "split": (BODY, {"split_threshold_bytes": 1, "range_bytes": 500}, None),
    "continued": (BODY, {}, 5),
    "compressed": (gzip.compress(BODY), {}, 5),
    "split and continued": (BODY, {"split_threshold_bytes": 1, "range_bytes": 700}, 4),
    "packed": (BODY, {"storage": "packs"}, None),
    "packed, compressed and continued": (gzip.compress(BODY), {"storage": "packs"}, 5),
    "packed, split and continued": (BODY, {"storage": "packs", "split_threshold_bytes": 1, "range_bytes": 700}, 4),
}


@pytest.fixture(autouse=True)
def small_cells(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pack the records of every 256 bytes together."""
    monkeypatch.setattr(planning, "GRID_BITS", 8)


class KilledError(BaseException):
    """The process is gone: nothing that it would do after this happens."""


class Mortal:
    """Lets `left` side effects of a world happen, and then none until it lives again."""

    def __init__(self, world: World, left: int) -> None:
        self._left: float = left
        self._dead = False
        world.s3.refuse = lambda _call, _key: self._step()
        world.ledger.refuse = lambda _call: self._step()
        world.wire.judge = lambda _items: self._step()
        self._send = world.sqs.send_message_batch
        world.sqs.send_message_batch = self._sent  # type: ignore[method-assign]

    def live(self) -> None:
        """Start again, never to die."""
        self._dead, self._left = False, float("inf")

    def _step(self) -> None:
        self._left -= 1
        self._dead |= self._left < 0
        if self._dead:
            raise KilledError

    def _sent(self, **asked: Any) -> dict[str, Any]:
        self._step()
        return self._send(**asked)


def deliver(world: World, event: ObjectRange, clocks: Iterator[Remaining], revive: Callable[[], None]) -> bool:
    """Until nothing waits any more; a message whose process died is delivered again. Whether one died."""
    waiting, died = [event], False
    while waiting:
        work = waiting.pop()
        try:
            world.once(work, next(clocks))
        except KilledError:
            died = True
            revive()
            waiting.append(work)
        queue = world.sqs.queues["work"]
        waiting += [range_from_message(json.loads(queue.popleft())) for _ in range(len(queue))]
    return died


def expected() -> World:
    world = World(DECLARED)
    world.once(world.put(BODY))
    return world


def assert_rejects(world: World) -> None:
    """Check that the archives of the final rows have each reject once."""
    offsets = [reject["offset"] for reject in world.rejects()]
    assert len(offsets) == len(set(offsets)) == world.totals()["rejected"] == 16


@pytest.mark.parametrize("way", WAYS)
def test_a_process_may_die_before_any_side_effect(way: str) -> None:
    """Reads, batches, rejects, both words of the ledger, messages: whatever was done before is done once."""
    body, settings, ticks = WAYS[way]
    whole = expected()
    for left in range(200):
        world = World(DECLARED, **settings)
        mortal = Mortal(world, left)
        clocks = (asks(ticks) for _ in range(12)) if ticks else iter(())
        died = deliver(world, world.put(body), chain(clocks, repeat(plenty)), mortal.live)
        assert_same(world, whole)
        assert_rejects(world)
        if not died:
            break
    assert left > 5
    assert not died


@pytest.mark.parametrize("first", [4, 6, 30])
@pytest.mark.parametrize("second", [4, 6, 30])
@pytest.mark.parametrize("compressed", [False, True])
@pytest.mark.parametrize("storage", ["records", "packs"])
def test_two_attempts_at_once_may_stop_at_different_places(
    first: int, second: int, storage: str, *, compressed: bool
) -> None:
    """The second one begins, stores and ends while the first one is about to do anything."""
    whole = expected()
    for moment in range(50):
        world = World(DECLARED, storage=storage)
        world.s3.chunk_bytes = 300
        event = world.put(gzip.compress(BODY) if compressed else BODY)
        happened = rival(world, event, moment, asks(second))
        deliver(world, event, chain([asks(first)], repeat(plenty)), lambda: None)
        assert_same(world, whole)
        assert_rejects(world)
        if not happened():
            break
    assert 3 < moment < 49


def rival(world: World, event: ObjectRange, moment: int, clock: Remaining) -> Callable[[], bool]:
    """Have another attempt at `event` run before a request to S3 or the ledger; tells whether it did."""
    requests = 0

    def before(*_asked: str) -> None:
        nonlocal requests
        requests += 1
        if requests == moment + 1:
            world.once(event, clock)

    world.s3.refuse = world.ledger.refuse = before
    return lambda: requests > moment
