"""Objects of which a sample is kept have larger cells, so that their packs are as full as those of the others."""

import random
from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from log_processor import planning
from log_processor.packs import cell_places, unpacking
from log_processor.routing.routes import read
from log_processor.work.plan import GRIDS

from emulator.samples.lines import generate_load_balancer
from ops.pricing.item_size import count_item_bytes, count_units
from tests.unit.log_processor.edges import World, asks
from tests.unit.log_processor.packed import unpack_items
from tests.unit.log_processor.packs.test_replacing import SETTINGS
from tests.unit.log_processor.test_delivery import bodies, comparable, run_until_done

SHARES = [1, 0.5, 0.125, 0.1, 0.01, 0]
SMALL_GRIDS = (6, 8, 11)


def sample(share: float) -> str:
    return f"[[route]]\nkeys = ['**']\nsample = {share}"


@pytest.mark.parametrize(("share", "bits"), list(zip(SHARES, [18, 18, 21, 21, 24, 24], strict=True)))
def test_cells_are_larger_the_less_is_kept(share: float, bits: int) -> None:
    """Of a sample they hold no more than usual cells hold of everything."""
    assert planning.choose_grid(read(sample(share)).find("web/a.log")) == bits


def test_a_sample_costs_what_all_cost() -> None:
    """Of one record in a hundred, each takes at most half as many units more as one of all."""
    lines = list(generate_load_balancer(random.Random(1), 20_000))
    units = []
    for share, count in ((1, 2_000), (0.01, 20_000)):
        world = World(sample(share), storage="packs")
        world.run(world.put("\n".join(lines[:count]).encode()))
        items = list(world.wire.items.values())
        stored = sum(int(item["records"]["N"]) for item in items)
        units.append((count_units(map(count_item_bytes, items)) + len(items)) / stored)
    assert units[1] < 1.5 * units[0]


@SETTINGS
@given(
    body=bodies().map(lambda body: body * 3),
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
