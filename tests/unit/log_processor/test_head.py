"""How an object is read is decided by its first 64 KiB, however the network cut them."""

import json
import random
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest
from log_processor.errors import DamagedObjectError
from log_processor.reading.head import fill_head
from log_processor.work.continuation import range_from_message

from tests.support.compressions import WAYS
from tests.unit.log_processor.edges import World

BOOT = [f"2026-05-04 10:00:0{n},123 INFO  [main] com.example.Boot - module {n} {'x' * 1500}" for n in range(3)]
REQUESTS = [
    json.dumps({"time": f"2026-05-04T10:{n // 60 % 60:02}:{n % 60:02}Z", "level": "info", "message": f"request {n}"})
    for n in range(600)
]
BODY = "\n".join([*BOOT, *REQUESTS, ""]).encode()
CUT_AT = 4_500


class Killed(BaseException):
    """The process ends: nothing of the function runs any more."""


class ShortBody:
    """A body whose connection ends after some bytes: a short read, then an error."""

    def __init__(self, body: Any, left: int) -> None:
        self._body, self._left = body, left

    def read(self, size: int) -> bytes:
        if self._left <= 0:
            raise ConnectionResetError
        data: bytes = self._body.read(min(size, self._left))
        self._left -= len(data)
        return data

    def close(self) -> None:
        self._body.close()


def break_once(world: World, at: int) -> None:
    """Let the next connection end after `at` bytes, and those after it live."""
    get_object = world.s3.get_object

    def get(**asked: Any) -> dict[str, Any]:
        world.s3.get_object = get_object  # type: ignore[method-assign]
        answer = get_object(**asked)
        return answer | {"Body": ShortBody(answer["Body"], at)}

    world.s3.get_object = get  # type: ignore[method-assign]


def kill_at_the_end() -> Callable[[str], None]:
    def refuse(call: str) -> None:
        if call == "end":
            raise Killed

    return refuse


def messages(world: World) -> list[str]:
    return [str(item["log_data"]["S"]) for item in world.wire.items.values()]


@pytest.mark.parametrize("way", WAYS)
def test_a_short_first_read_does_not_decide(way: str) -> None:
    """Three long Java lines, then JSON: 603 records, wherever the first connection ends."""
    for cut in (1, 700, CUT_AT, 9_000):
        world = World()
        work = world.put(WAYS[way](BODY))
        break_once(world, cut)
        world.run(work)
        assert world.totals() == {"read": 603, "stored": 603, "filtered": 0, "rejected": 0}
        assert len(world.wire.items) == 603


def test_a_killed_attempt_and_its_retry_read_alike() -> None:
    """The first attempt stores all and dies before its row is done; the second one's connection breaks."""
    world = World()
    work = world.put(BODY)
    world.ledger.refuse = kill_at_the_end()
    with suppress(Killed):
        world.run(work)
    world.ledger.refuse = lambda _call: None
    break_once(world, CUT_AT)
    world.run(work)
    assert len(world.wire.items) == world.totals()["stored"] == 603
    assert len(set(messages(world))) == 603


def test_two_fan_outs_name_one_format() -> None:
    """Either attempt's message may come first for each range: no line is lost, none is stored twice."""
    world = World(split_threshold_bytes=8_000, range_bytes=8_000)
    work = world.put(BODY)
    world.ledger.refuse = kill_at_the_end()
    break_once(world, CUT_AT)
    with suppress(Killed):
        world.once(work)
    world.ledger.refuse = lambda _call: None
    world.once(work)
    queue = world.sqs.queues["work"]
    waiting = [json.loads(queue.popleft()) for _ in range(len(queue))]
    assert len({message["object_range"]["format"] for message in waiting}) == 1
    random.Random(5).shuffle(waiting)
    for message in waiting:
        world.run(range_from_message(message))
    assert sorted(messages(world)) == sorted([*BOOT, *REQUESTS])


@pytest.mark.parametrize("chunk_bytes", [1, 3, 10, 64])
def test_the_head_is_one_piece_of_the_same_bytes(chunk_bytes: int) -> None:
    """Its size is the same for every cut; what follows comes as it came."""
    body = bytes(range(40))
    filled = list(fill_head((body[at : at + chunk_bytes] for at in range(0, 40, chunk_bytes)), 16))
    assert filled[0] == body[:16]
    assert b"".join(filled) == body


def test_what_is_whole_before_damage_comes_first() -> None:
    """Damage within the head is raised after the bytes that stand before it."""

    def damaged() -> Iterator[bytes]:
        yield b"one"
        yield b"two"
        raise DamagedObjectError("cut off")

    filled = fill_head(damaged(), 16)
    assert next(filled) == b"onetwo"
    with pytest.raises(DamagedObjectError):
        next(filled)
