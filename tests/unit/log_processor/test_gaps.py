"""A run of NULs, as a log has that was truncated while it was written, costs no line beside it."""

import gzip
import re
import sys
import time
import tracemalloc
import zlib
from collections.abc import Callable, Iterator
from itertools import chain, repeat
from typing import Any

import pytest
from log_processor.reading.codecs.expansion import ExpansionLimits
from log_processor.reading.gaps import GapCount, blank_gaps
from log_processor.reading.lines import MAX_LINE_BYTES
from log_processor.reading.range_records import open_records
from log_processor.routing.lib.route import DEFAULT
from log_processor.work.ranges import ObjectRange

from tests.support.compressions import COMPRESSIONS
from tests.unit.log_processor.edges import World, asks, find_offset

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
    return {find_offset(item): item["log_data"]["S"] for item in world.wire.items.values()}


@pytest.mark.parametrize("place", BODIES)
def test_a_gap_costs_no_line(place: str) -> None:
    """All 400 lines are records at their true offsets, in one read, in ranges and compressed."""
    body = BODIES[place]
    for content, settings in (
        (body, {}),
        (body, {"split_threshold_bytes": 500, "range_bytes": 500}),
        *((compress(body), {}) for compress in COMPRESSIONS.values()),
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
    chunks, gaps = (body[at : at + chunk_bytes] for at in range(0, len(body), chunk_bytes)), GapCount(0, None)
    assert b"".join(blank_gaps(chunks, gaps, 0)) == expected
    assert [gaps.count_before(offset) for offset in (4, 5, 12, 13, 14, 45, None)] == [0, 1, 8, 8, 8, 33, 42]


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


MIB = 1024 * 1024
TAIL = b'{"level":"info","message":"a"}\n' * 400
MAX_CALLS, MAX_PEAK_BYTES = 400, 12 * MIB
"""Of a MiB of NULs, and of all the memory that is held at once, however long the gap is."""


def list_nuls(mebibytes: int) -> Iterator[bytes]:
    yield from repeat(bytes(MIB), mebibytes)
    yield TAIL


def compress_chunks(chunks: Iterator[bytes]) -> Iterator[bytes]:
    packer = zlib.compressobj(6, zlib.DEFLATED, 31)
    yield from filter(None, map(packer.compress, chunks))
    yield packer.flush()


def count_work(read: Callable[[], int]) -> tuple[int, int, int]:
    """Return what `read` returns, how many functions it called, and the most bytes that it held at once."""
    calls = [0]

    def count(_frame: Any, event: str, _argument: Any) -> None:
        calls[0] += event in {"call", "c_call"}

    tracemalloc.start()
    sys.setprofile(count)
    try:
        result = read()
    finally:
        sys.setprofile(None)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    return result, calls[0], peak


def read_chunks(chunks: Iterator[bytes]) -> int:
    work = ObjectRange("source", "web/a.log", "v1", "etag")
    limits = ExpansionLimits(1_000, 64 * 1024 * MIB)
    return sum(map(len, open_records(chunks, work, DEFAULT, 0, limits).blocks))


def test_the_work_for_nuls_grows_with_their_number_alone() -> None:
    """100 MB of them take no more calls a MiB than 10, and no more memory; the lines behind them are read."""
    small, few_calls, _ = count_work(lambda: read_chunks(list_nuls(10)))
    large, many_calls, peak = count_work(lambda: read_chunks(list_nuls(100)))
    assert small == large == len(TAIL.splitlines())
    assert many_calls - few_calls <= 90 * MAX_CALLS
    assert peak < MAX_PEAK_BYTES


def test_compressed_nuls_take_no_more() -> None:
    """They expand over a thousand times, which the bound on expansion lets pass: nothing of them is kept."""
    chunks = list(compress_chunks(list_nuls(100)))
    small, few_calls, _ = count_work(lambda: read_chunks(compress_chunks(list_nuls(10))))
    large, many_calls, peak = count_work(lambda: read_chunks(iter(chunks)))
    assert small == large == len(TAIL.splitlines())
    assert many_calls - few_calls <= 90 * MAX_CALLS
    assert peak < MAX_PEAK_BYTES


@pytest.mark.parametrize("nuls", [8, 9, 20])
def test_a_gap_is_the_same_wherever_a_reader_stops(nuls: int) -> None:
    """Also one of eight NULs, after whose first byte it resumes: another attempt stores the same records."""
    body = b"".join(line.removesuffix(b"\n") + bytes(nuls) for line in LINES[:200])
    whole = World()
    whole.run(whole.put(body))
    for count in (4, 5, 7):
        world = World()
        world.run(world.put(body), repeat(asks(count), 10))
        assert len(world.ledger.endings) > 1
        assert stored(world) == stored(whole)


@pytest.mark.parametrize("nuls", [8, 20])
def test_a_gap_between_documents_is_the_same_too(nuls: int) -> None:
    """A reader that resumes behind the last element before it sees all of the gap."""
    documents = [b'{"Records": [{"n": %d}, {"n": %d}]}' % (number, number + 1) for number in range(0, 400, 2)]
    body = bytes(nuls).join(documents)
    whole = World()
    whole.run(whole.put(body))
    for count in (4, 5, 7):
        world = World()
        world.run(world.put(body), repeat(asks(count), 10))
        assert len(world.ledger.endings) > 1
        assert stored(world) == stored(whole)


@pytest.mark.parametrize("place", BODIES)
@pytest.mark.parametrize("size", [4, 29, 500, 100_000])
def test_the_ledger_counts_the_bytes_of_gaps(place: str, size: int) -> None:
    """However the object is read: all of them, each once."""
    body = BODIES[place]
    for content, settings in ((body, {"split_threshold_bytes": size, "range_bytes": size}), (gzip.compress(body), {})):
        world = World("", **settings)
        world.run(world.put(content), chain([asks(9)], repeat(asks(30), 3)))
        assert count_skipped(world) == sum(len(gap[0]) for gap in re.finditer(rb"\0{8,}", body))


def test_an_object_of_nuls_alone_is_accounted_for() -> None:
    """It has no records, so its bytes are counted as skipped."""
    world = World()
    world.run(world.put(bytes(100_000)))
    assert count_skipped(world) == 100_000


def count_skipped(world: World) -> int:
    return sum(ending.totals.skipped_bytes for ending in world.ledger.endings.values())
