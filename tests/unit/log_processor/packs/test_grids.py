"""Objects of which a sample is kept have larger cells, so that their packs are as full as those of the others."""

import random
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from log_processor import planning
from log_processor.packs import cell_places, unpacking
from log_processor.routing.routes import read
from log_processor.work.plan import GRIDS

from emulator.samples import lines
from ops.pricing.item_size import count_item_bytes, count_units
from tests.unit.log_processor.edges import World, asks
from tests.unit.log_processor.packed import unpack_items
from tests.unit.log_processor.packs.test_replacing import LONGER_BODIES, SETTINGS
from tests.unit.log_processor.test_delivery import comparable, run_until_done

SHARES = [1, 0.5, 0.125, 0.1, 0.01, 0]
SMALL_GRIDS = (6, 8, 11)


def sample(share: float) -> str:
    return f"[[route]]\nkeys = ['**']\nsample = {share}"


@pytest.mark.parametrize(("share", "bits"), list(zip(SHARES, [18, 18, 21, 21, 24, 24], strict=True)))
def test_cells_are_larger_the_less_is_kept(share: float, bits: int) -> None:
    """Of a sample they hold no more than usual cells hold of everything."""
    assert planning.choose_grid(read(sample(share)).find("web/a.log")) == bits


@pytest.mark.parametrize(
    ("generate", "count"),
    [
        (lines.generate_load_balancer, 20_000),
        (lines.generate_json, 60_000),
        (lines.generate_combined, 60_000),
        (lines.generate_syslog, 60_000),
    ],
)
def test_a_sample_costs_what_all_cost(generate: Callable[[random.Random, int], Iterator[str]], count: int) -> None:
    """Of one record in a hundred, each takes half as many units more as one of all, or a unit for a hundred records.

    The latter is what it costs to say where short lines are, and when.
    """
    made = list(generate(random.Random(1), count))
    units = []
    for share, taken in ((1, 3_000), (0.01, count)):
        world = World(sample(share), storage="packs")
        world.run(world.put("\n".join(made[:taken]).encode()))
        items = list(world.wire.items.values())
        stored = sum(int(item["records"]["N"]) for item in items)
        units.append((count_units(map(count_item_bytes, items)) + len(items)) / stored)
    assert units[1] < max(1.5 * units[0], units[0] + 0.01)


@SETTINGS
@given(
    body=LONGER_BODIES,
    before=st.sampled_from([1, 0.2, 0.01]),
    after=st.sampled_from([1, 0.2, 0.01]),
    storage=st.sampled_from(["records", "packs"]),
    range_bytes=st.integers(1, 1_000) | st.just(0),
    interruptions=st.lists(st.integers(1, 30), max_size=12),
)
def test_a_replay_on_another_grid_leaves_nothing_old(
    body: bytes, before: float, after: float, storage: str, range_bytes: int, interruptions: list[int]
) -> None:
    """Whatever was kept before: the packs of larger and of smaller cells are gone, in any split."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(planning, "GRID_BITS", SMALL_GRIDS[0])
        for module in (planning, cell_places, unpacking):
            monkeypatch.setattr(module, "GRIDS", SMALL_GRIDS)
        world = World(sample(before), storage="packs")
        world.s3.chunk_bytes = 50
        work = world.put(body)
        run_until_done(world, work, iter(()))
        split = {"split_threshold_bytes": 1, "range_bytes": range_bytes} if range_bytes else {}
        world.deploy(sample(after), storage=storage, **split)
        world.ledger.rows.clear()
        clocks: Iterator[int] = iter(interruptions)
        run_until_done(world, replace(work, replaces="packs"), map(asks, clocks))
        fresh = World(sample(after), storage=storage)
        fresh.once(fresh.put(body))
        assert comparable(unpack_items(world.wire.items)) == comparable(unpack_items(fresh.wire.items))


def test_a_record_is_looked_for_on_every_grid() -> None:
    """Its id does not say of how many records a sample was kept."""
    pack_ids = unpacking.list_pack_ids(f"{'a' * 30}-{(3 << 24) + 5:x}")
    assert pack_ids[::2] == [f"{'a' * 30}-p{bits}-{(3 << 24) >> bits:x}" for bits in GRIDS]
    assert pack_ids[1::2] == [f"{name}+" for name in pack_ids[::2]]
