"""What a range costs in requests, counted: a regression shows without a stopwatch."""

import io
import math
import zipfile

import pytest

from tests.support.compressions import WAYS
from tests.unit.log_processor.edges import INVALID, World


def lines(count: int) -> bytes:
    return b"".join(b'{"n": %d}\n' % number for number in range(count))


@pytest.mark.parametrize("count", [0, 1, 25, 26, 1000, 2501])
@pytest.mark.parametrize("way", WAYS)
def test_a_whole_object(count: int, way: str) -> None:
    """One GET, a batch for each 25 records, the ledger's two words and the plan; archive and queue are left alone."""
    world = World()
    body = lines(count)
    world.once(world.put(WAYS[way](body)))
    assert world.s3.calls == {"get_object": 1}
    assert world.wire.requests == math.ceil(count / 25)
    assert world.ledger.writes == 3
    assert world.sqs.requests == 0


def test_an_object_read_in_ranges() -> None:
    """One GET a range and one for the beginning; two words a range and one plan; ten ranges a call to the queue."""
    world = World(split_threshold_bytes=10_000, range_bytes=1_024)
    body = lines(2_000)
    ranges = math.ceil(len(body) / 1_024)
    assert world.run(world.put(body)) == ranges + 1
    assert world.s3.calls == {"get_object": ranges + 1}
    assert world.ledger.writes == 2 * (ranges + 1) + 1
    assert world.sqs.requests == math.ceil(ranges / 10)
    assert 80 <= world.wire.requests <= 80 + ranges  # each range ends with a batch that may not be full


def test_a_duplicate_event() -> None:
    """One write to the ledger, which answers that the work is done; nothing is read or stored."""
    world = World()
    event = world.put(lines(500))
    world.once(event)
    reads, requests = world.s3.calls.copy(), world.wire.requests
    world.once(event)
    assert (world.s3.calls, world.wire.requests, world.ledger.writes) == (reads, requests, 4)


def test_rejects_cost_one_write_a_range() -> None:
    """Any number of rejects is one object in the archive."""
    world = World()
    world.wire.judge = lambda items: INVALID if any("fields" in item for item in items) else None
    world.once(world.put(lines(60)))
    assert world.s3.calls == {"get_object": 1, "put_object": 1}


def test_a_zip() -> None:
    """One GET for its beginning, one for its directory and one a member; a row each, and a plan a member."""
    world = World()
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name in ("a.log", "b.log", "c.log"):
            archive.writestr(name, lines(25))
    world.run(world.put(content.getvalue()))
    assert world.s3.calls == {"get_object": 5}
    assert (world.wire.requests, world.ledger.writes, world.sqs.requests) == (3, 2 + 3 * 3, 1)
