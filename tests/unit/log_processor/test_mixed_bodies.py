"""Objects of several formats, with records that are cut: split at any byte or resumed at any record, the same items."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.unit.log_processor.edges import World, asks, find_offset
from tests.unit.log_processor.matrices.mixed_bodies import bound_records, draw_bodies
from tests.unit.log_processor.test_delivery import assert_same, one_pass, run_until_done

SETTINGS = settings(
    max_examples=30, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow], database=None
)


@pytest.mark.parametrize("storage", ["records", "packs"])
@SETTINGS
@given(body=draw_bodies(), range_bytes=st.integers(20, 3_000), chunk_bytes=st.integers(3, 5_000))
def test_a_mixed_object_may_be_split_at_any_byte(storage: str, body: bytes, range_bytes: int, chunk_bytes: int) -> None:
    """Its ranges have the records of one pass, also where a border lies within a record that is cut."""
    with bound_records(batch_items=25):
        world = World(split_threshold_bytes=1, range_bytes=range_bytes, storage=storage)
        world.s3.chunk_bytes = chunk_bytes
        run_until_done(world, world.put(body), iter(()))
        assert_same(world, one_pass(body))


@pytest.mark.parametrize("storage", ["records", "packs"])
@SETTINGS
@given(body=draw_bodies(), ticks=st.integers(4, 7), chunk_bytes=st.sampled_from([1024 * 1024, 700]))
def test_a_mixed_object_is_resumed_after_each_record(storage: str, body: bytes, ticks: int, chunk_bytes: int) -> None:
    """Each invocation stores a record or two and hands the rest on, between the pieces of a record too."""
    with bound_records(batch_items=1):
        world = World(storage=storage)
        world.s3.chunk_bytes = chunk_bytes
        run_until_done(world, world.put(body), (asks(ticks) for _ in range(400)))
        assert_same(world, one_pass(body))


def test_every_record_is_resumed() -> None:
    """An invocation that may look at its clock four times stores one record: the test above stops after each."""
    body = b"I0504 10:00:00.123456    1234 server.go:42] started\n" * 40
    with bound_records(batch_items=1):
        world = World()
        assert world.run(world.put(body), (asks(4) for _ in range(200))) >= 20


def test_a_long_dump_is_one_record_in_three_pieces() -> None:
    """It has 2,501 lines, of which 1,000 go into a record; each piece has the time of the first line."""
    body = (
        b"I0504 10:00:00.123456    1234 dump.go:42] objects\n"
        + b"Name: a\n" * 2_500
        + b"E0504 10:00:01.0 1 a.go:1] x\n"
    )
    world = one_pass(b"I0504 09:00:00.123456    1234 server.go:42] started\n" * 25 + body)
    items = sorted(world.wire.items.values(), key=find_offset)[25:]
    assert [item["log_data"]["S"].count("\n") + 1 for item in items] == [1_000, 1_000, 501, 1]
    assert len({item["timestamp"]["N"] for item in items[:3]}) == 1
    assert all("timestamp_from" not in item for item in items)


@pytest.mark.parametrize(
    ("sizes", "ticks"), [({"split_threshold_bytes": 1, "range_bytes": 9_000}, 0), ({}, 4), ({}, 5)]
)
def test_a_long_dump_is_read_in_pieces_like_one_pass(sizes: dict[str, Any], ticks: int) -> None:
    """The pieces are those of one pass where a range or an invocation ends between them."""
    line = b"2026-05-04 10:00:00,123 [main] INFO org.example.App - "
    body = (line + b"started\n") * 25 + (line + b"dump\n" + b"SELECT a FROM b WHERE c\n" * 2_500) * 3 + b"{}\n"
    world = World(**sizes)
    world.s3.chunk_bytes = 30_000
    run_until_done(world, world.put(body), (asks(ticks) for _ in range(30 if ticks else 0)))
    assert_same(world, one_pass(body))
