"""Packed or not: the same records, however an object is split, interrupted, compressed and delivered again."""

import gzip
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from log_processor import planning
from log_processor.storing.index_entry import INDEX_KEY, WHOLE_RECORD_KEY

from tests.unit.log_processor.edges import World, asks
from tests.unit.log_processor.packed import unpack_items
from tests.unit.log_processor.test_delivery import bodies, comparable, one_pass, run_until_done

SETTINGS = settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)


@pytest.fixture(autouse=True, params=[6, 9])
def small_cells(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Cut the objects of the tests, which are small, into cells of 64 or 512 bytes."""
    monkeypatch.setattr(planning, "GRID_BITS", request.param)


def assert_packed(world: World, body: bytes) -> None:
    """Hold that the world has the same packs as one pass, and the same records and counts as a world without packs."""
    packed = World(storage="packs")
    packed.once(packed.put(body))
    assert comparable(world.wire.items) == comparable(packed.wire.items)
    expected = one_pass(body)
    assert comparable(unpack_items(world.wire.items)) == comparable(expected.wire.items)
    assert world.totals() == expected.totals()
    assert sum(int(item["records"]["N"]) for item in world.wire.items.values()) == len(expected.wire.items)
    assert not any(item.keys() & {INDEX_KEY, WHOLE_RECORD_KEY} for item in world.wire.items.values())
    assert {ending.status for ending in world.ledger.endings.values()} <= {"done", "continued"}


@SETTINGS
@given(body=bodies(), range_bytes=st.integers(1, 1_000), chunk_bytes=st.integers(1, 300))
def test_a_split_object_has_the_same_packs(body: bytes, range_bytes: int, chunk_bytes: int) -> None:
    """Ranges begin on the grid, whatever size of them is asked for."""
    world = World(storage="packs", split_threshold_bytes=1, range_bytes=range_bytes)
    world.s3.chunk_bytes = chunk_bytes
    run_until_done(world, world.put(body), iter(()))
    assert_packed(world, body)


@SETTINGS
@given(
    body=bodies(),
    chunk_bytes=st.integers(1, 100),
    interruptions=st.lists(st.integers(1, 30), max_size=20),
    split=st.booleans(),
)
def test_an_interrupted_object_has_the_same_packs(
    body: bytes, chunk_bytes: int, interruptions: list[int], split: bool
) -> None:
    """What is stored ends with a whole cell, and the rest begins with the next one."""
    world = World(storage="packs", split_threshold_bytes=1 if split else 1_000_000, range_bytes=150)
    world.s3.chunk_bytes = chunk_bytes
    run_until_done(world, world.put(body), iter([asks(count) for count in interruptions]))
    assert_packed(world, body)


@SETTINGS
@given(
    body=bodies(),
    cuts=st.lists(st.integers(0, 2_000), max_size=4),
    interruptions=st.lists(st.integers(1, 30), max_size=12),
    chunk_bytes=st.integers(1, 60),
)
def test_gzip_has_the_packs_of_its_content(
    body: bytes, cuts: list[int], interruptions: list[int], chunk_bytes: int
) -> None:
    """The grid is that of the decompressed stream."""
    bounds = [0, *sorted(min(cut, len(body)) for cut in cuts), len(body)]
    members = [gzip.compress(body[start:end]) for start, end in pairwise(bounds)]
    world = World(storage="packs")
    world.s3.chunk_bytes = chunk_bytes
    run_until_done(world, world.put(b"".join(members)), iter([asks(count) for count in interruptions]))
    assert_packed(world, body)
