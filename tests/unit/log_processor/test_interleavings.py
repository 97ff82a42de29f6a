"""Invocations that work on one object at once, and die anywhere: nothing is lost or twice, and the ledger is true."""

from itertools import chain, repeat
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.compressions import WAYS as COMPRESSED
from tests.support.compressions import Compress
from tests.unit.log_processor.edges import World, asks, plenty
from tests.unit.log_processor.matrices.mixed_bodies import bound_records, draw_bodies
from tests.unit.log_processor.matrices.stage import play, stop_before_effects, use_calling_thread
from tests.unit.log_processor.test_delivery import assert_same, one_pass

SETTINGS = settings(
    max_examples=15, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow], database=None
)
ALL = ("plain", "gzip", "zstd")
WAYS: dict[str, dict[str, Any]] = {
    "whole": {},
    "split": {"split_threshold_bytes": 1, "range_bytes": 900},
    "finely split": {"split_threshold_bytes": 1, "range_bytes": 150},
    "packed": {"storage": "packs"},
    "packed and split": {"storage": "packs", "split_threshold_bytes": 1, "range_bytes": 150},
}


@pytest.mark.parametrize("compress", [COMPRESSED.get(name) for name in ALL], ids=ALL)
@pytest.mark.parametrize("way", WAYS)
@SETTINGS
@given(
    body=draw_bodies(),
    copies=st.integers(1, 3),
    seed=st.integers(0, 1_000_000),
    kills=st.integers(0, 5),
    ticks=st.lists(st.integers(4, 30), max_size=8),
    chunk_bytes=st.sampled_from([3, 40, 700, 1024 * 1024]),
)
def test_invocations_may_interleave_and_die(
    *, body: bytes, copies: int, seed: int, kills: int, ticks: list[int], chunk_bytes: int, way: str, compress: Compress
) -> None:
    """Up to four at once share one object of several formats; each may be killed before any of its side effects."""
    with bound_records(batch_items=5), use_calling_thread():
        expected = one_pass(body)
        world = World(**WAYS[way])
        world.s3.chunk_bytes = chunk_bytes
        event = world.put(compress(body))
        with stop_before_effects(world):
            play(world, [event] * copies, Random(seed), kills, chain(map(asks, ticks), repeat(plenty)))
        assert_same(world, expected)


LINES = b"".join(b'{"n": %d}\n' % number for number in range(60))


@pytest.mark.parametrize("first_seed", range(0, 1_200, 300))
def test_a_message_may_have_two_invocations(first_seed: int) -> None:
    """It is deleted when one of them succeeds, so that what the other one left half done is nobody else's to do.

    Few orders show that: the first to end a range has to be killed before it sends the rest, while another ends it too.
    """
    for seed in range(first_seed, first_seed + 300):
        draw = Random(seed)
        with bound_records(batch_items=5), use_calling_thread():
            world = World()
            world.s3.chunk_bytes = 40
            event = world.put(LINES)
            clocks = chain([asks(draw.randint(10, 40)) for _ in range(10)], repeat(plenty))
            with stop_before_effects(world):
                dead = play(world, [event], draw, 8, clocks, again=0.1)
        assert (seed, dead, len(world.wire.items)) == (seed, [], LINES.count(b"\n"))
