"""A run of NULs, as a log has that was truncated while it was written, costs no line beside it."""

import gzip
import time

import pytest
from log_processor.reading.gaps import blank_gaps
from log_processor.reading.lines import MAX_LINE_BYTES

from tests.unit.log_processor.edges import World

LINES = [f"2026-05-04T10:{number // 60:02}:{number % 60:02}Z INFO request {number}\n".encode() for number in range(400)]
GAP = bytes(3_000)
BODIES = {
    "start": GAP + b"".join(LINES),
    "middle": b"".join([*LINES[:200], GAP, *LINES[200:]]),
    "end": b"".join(LINES) + GAP,
    "all three": b"".join([GAP, *LINES[:7], GAP, *LINES[7:], GAP]),
    "a line end between": b"".join([*LINES[:5], GAP, b"\n", *LINES[5:]]),
    "behind half a line": b"".join([*LINES[:5], LINES[5][:-1], GAP, *LINES[6:]]),
    "the shortest": b"".join([*LINES[:5], bytes(8), *LINES[5:]]),
}


def stored(world: World) -> dict[int, str]:
    """Return the text of each record by its offset."""
    return {int(item["offset"]["N"]): item["log_data"]["S"] for item in world.wire.items.values()}


@pytest.mark.parametrize("place", BODIES)
def test_a_gap_costs_no_line(place: str) -> None:
    """All 400 lines are records at their true offsets, in one read, in ranges and compressed."""
    body = BODIES[place]
    for content, settings in (
        (body, {}),
        (body, {"split_threshold_bytes": 500, "range_bytes": 500}),
        (gzip.compress(body), {}),
    ):
        world = World("", **settings)
        world.run(world.put(content))
        assert world.totals()["read"] == world.totals()["stored"] == 400
        assert all(body[at : at + len(text)] == text.encode() for at, text in stored(world).items())
        assert not any("\0" in text for text in stored(world).values())


def test_ranges_may_begin_anywhere_in_a_gap() -> None:
    """Wherever the object is cut, also by less than a gap before or behind its ends, each line is stored once."""
    body = b"".join([*LINES[:2], LINES[2][:-1], bytes(20), *LINES[3:6], b"a\0\0\0b\n"])
    whole = World()
    whole.run(whole.put(body))
    for size in (*range(4, 13), 17, 29, 50):
        world = World(split_threshold_bytes=10, range_bytes=size)
        world.run(world.put(body))
        assert stored(world) == stored(whole), size
    assert list(stored(whole).values())[-1].endswith("a\0\0\0b")


@pytest.mark.parametrize("chunk_bytes", [1, 2, 7, 8, 9, 1_000])
def test_blanks_are_the_same_for_every_cut(chunk_bytes: int) -> None:
    """A gap is told however the network cuts it, and no byte is moved."""
    body = b"a\0\0b" + bytes(8) + b"c\n" + bytes(25) + b"d" + bytes(7) + b"e" + bytes(9)
    expected = b"a\0\0b\n      \nc\n\n" + b" " * 23 + b"\nd" + bytes(7) + b"e\n       \n"
    assert b"".join(blank_gaps(body[at : at + chunk_bytes] for at in range(0, len(body), chunk_bytes))) == expected


def test_an_object_of_nuls_alone_has_no_records() -> None:
    """Such as a log file that was made in advance."""
    world = World()
    world.run(world.put(bytes(100_000)))
    assert world.totals() == {"read": 0, "stored": 0, "filtered": 0, "rejected": 0}


def test_a_gap_of_many_lines_limits_is_quick() -> None:
    """The lines behind 32 MiB of NULs are read as what they are, at more than 10 MB a second."""
    world = World()
    began = time.process_time()
    world.run(world.put(gzip.compress(bytes(8 * MAX_LINE_BYTES) + b'{"level":"info","message":"a"}\n' * 400, 1)))
    assert time.process_time() - began < 3.4
    assert {item["format"]["S"] for item in world.wire.items.values()} == {"json_lines"}
    assert len(world.wire.items) == 400
