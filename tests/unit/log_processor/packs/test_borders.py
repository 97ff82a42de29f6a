"""Parsers that disagree about where records begin, around the borders of cells and ranges and where others stopped."""

from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from itertools import cycle, repeat
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from log_processor import places, planning
from log_processor.state import Below
from log_processor.work.ranges import ObjectRange

from tests.unit.log_processor.edges import Remaining, World, asks, find_offset
from tests.unit.log_processor.line_parsers import LineParser, bodies, line_parsers
from tests.unit.log_processor.packed import unpack_items
from tests.unit.log_processor.test_delivery import comparable, run_until_done

SETTINGS = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
ROUTE = "[[route]]\nkeys = ['**']\nformat = 'text'"
STORAGES = st.sampled_from(["records", "packs"])
RANGES = st.just(0) | st.integers(1, 400)
INTERRUPTIONS = st.lists(st.integers(1, 30), max_size=8)


@pytest.fixture(autouse=True, params=[5, 6, 8])
def small_cells(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Cut the objects of the tests, which are small, into small cells."""
    monkeypatch.setattr(planning, "GRID_BITS", request.param)
    monkeypatch.setattr(places, "GRID_BITS", request.param)


def choose_split(range_bytes: int) -> dict[str, int]:
    return {"split_threshold_bytes": 1, "range_bytes": range_bytes} if range_bytes else {}


class KilledError(BaseException):
    """The process is gone."""


def run_killed(world: World, work: ObjectRange, clocks: Iterator[Remaining], requests: int | None) -> None:
    """Work until so many requests are made, then be killed; until all is done if that is None."""
    left = repeat(0) if requests is None else iter(range(requests))

    def judge(_items: list[dict[str, Any]]) -> None:
        if next(left, None) is None:
            raise KilledError

    world.wire.judge = judge
    with suppress(KilledError):
        run_until_done(world, work, clocks)
    world.wire.judge = lambda _items: None
    world.sqs.queues["work"].clear()


def take_turns(parsers: list[LineParser], counts: list[int], monkeypatch: pytest.MonkeyPatch) -> Iterator[Remaining]:
    """Yield the clock of each invocation, before which another parser is deployed."""
    for parser, count in zip(cycle(parsers), counts, strict=False):
        parser.use(monkeypatch)
        yield asks(count)


@SETTINGS
@given(body=bodies(), parser=line_parsers("a"), storage=STORAGES, range_bytes=RANGES, interruptions=INTERRUPTIONS)
def test_each_of_the_parsers_agrees_with_itself(
    body: bytes, parser: LineParser, storage: str, range_bytes: int, interruptions: list[int]
) -> None:
    """Split and interrupted, it stores what one pass of it does."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        parser.use(monkeypatch)
        world = World(ROUTE, storage=storage, **choose_split(range_bytes))
        world.s3.chunk_bytes = 40
        run_until_done(world, world.put(body), iter([asks(count) for count in interruptions]))
        fresh = World(ROUTE, storage=storage)
        fresh.once(fresh.put(body))
        assert comparable(unpack_items(world.wire.items)) == comparable(unpack_items(fresh.wire.items))


@SETTINGS
@given(
    body=bodies(),
    old=st.lists(line_parsers("a") | line_parsers("c"), min_size=1, max_size=2),
    new=line_parsers("b"),
    storages=st.tuples(STORAGES, STORAGES),
    splits=st.tuples(RANGES, RANGES),
    interruptions=st.tuples(INTERRUPTIONS, INTERRUPTIONS),
    requests=st.none() | st.integers(0, 9),
)
def test_a_replay_leaves_nothing_of_other_parsers(
    body: bytes,
    old: list[LineParser],
    new: LineParser,
    storages: tuple[str, str],
    splits: tuple[int, int],
    interruptions: tuple[list[int], list[int]],
    requests: int | None,
) -> None:
    """However much the older ones stored, and where they took turns: the table has what one pass of the newer has."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        old[0].use(monkeypatch)
        world = World(ROUTE, storage=storages[0], **choose_split(splits[0]))
        world.s3.chunk_bytes = 40
        work = world.put(body)
        run_killed(world, work, take_turns(old, interruptions[0], monkeypatch), requests)
        new.use(monkeypatch)
        world.deploy(ROUTE, storage=storages[1], **choose_split(splits[1]))
        run_until_done(world, world.replay(work), iter([asks(count) for count in interruptions[1]]))
        fresh = World(ROUTE, storage=storages[1])
        fresh.once(fresh.put(body))
        assert comparable(unpack_items(world.wire.items)) == comparable(unpack_items(fresh.wire.items))
        assert {"layout" in item for item in world.wire.items.values()} <= {storages[1] == "packs"}


def stored_before(world: World, stop: int) -> dict[tuple[str, str], str]:
    """Return the texts of the records that begin before a byte, by their keys."""
    items = unpack_items(world.wire.items)
    return {key: item["log_data"]["S"] for key, item in items.items() if find_offset(item) < stop}


@SETTINGS
@given(
    body=bodies(),
    parsers=st.lists(st.one_of(*(line_parsers(letter, min_keep=4) for letter in "abc")), min_size=2, max_size=4),
    storage=STORAGES,
    counts=st.lists(st.integers(2, 30), min_size=1, max_size=8),
)
def test_what_is_stored_behind_a_checkpoint_stays(
    body: bytes, parsers: list[LineParser], storage: str, counts: list[int]
) -> None:
    """Each continuation is read by another parser; of lines that follow each other, none is lost or stored twice."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        world = World(ROUTE, storage=storage)
        world.s3.chunk_bytes = 40
        kept: dict[tuple[str, str], str] = {}

        def look() -> Iterator[Remaining]:
            for clock in take_turns(parsers, counts, monkeypatch):
                resume = max((row.resume or 0 for row in world.ledger.rows.values()), default=0)
                assert kept.items() <= stored_before(world, resume).items()
                kept.update(stored_before(world, resume))
                yield clock

        run_until_done(world, world.put(body), look())
        everything = stored_before(world, len(body))
        assert kept.items() <= everything.items()
        if not any(parser.joins == "streams" for parser in parsers):
            lines = [line for text in everything.values() for line in text.split("\n")]
            assert Counter(filter(None, lines)) == Counter(filter(None, body.decode().split("\n")))


def test_a_pack_is_not_replaced_by_a_record_behind_its_last_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """For one parser the second line goes on with the first; for the next it is a record, of a cell that is stored."""
    monkeypatch.setattr(planning, "GRID_BITS", 5)
    monkeypatch.setattr(places, "GRID_BITS", 5)
    parsers = [LineParser("a", joins, Below.NOTHING, days=0, keep=4) for joins in ("streams", "none")]
    body = b"00a x\n01p ------------------------------x\n02a y\n03a x"
    world = World(ROUTE, storage="packs")
    world.s3.chunk_bytes = 40
    run_until_done(world, world.put(body), take_turns(parsers, [4, 2], monkeypatch))
    assert [row.status for row in world.ledger.rows.values()] == ["continued", "done"]
    assert "".join(text[:2] for text in stored_before(world, len(body)).values()) == "000203"


def test_what_overlapped_behind_a_blank_line_is_removed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A range that ends in a long record has also the cell behind it, in which another range has the first record."""
    monkeypatch.setattr(planning, "GRID_BITS", 5)
    body = b"0ab\n" + b"-" * 57 + b"\n\n\n" + b"1b x\n"
    assert body.index(b"1b") == 64
    LineParser("a", "lines", Below.NOTHING, days=0, keep=4).use(monkeypatch)
    world = World(ROUTE, storage="packs", **choose_split(32))
    work = world.put(body)
    run_until_done(world, work, iter(()))
    LineParser("b", "lines", Below.ANYTHING, days=0, keep=4).use(monkeypatch)
    run_until_done(world, world.replay(work), iter(()))
    assert [text.count("\n") for text in stored_before(world, len(body)).values()] == [1, 0]
