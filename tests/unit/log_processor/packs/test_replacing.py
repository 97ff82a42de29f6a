"""What an earlier attempt stored under other keys is removed: by a replay, and by an attempt of another parser."""

import gzip
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from functools import partial
from itertools import permutations, product
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from log_processor import attempt, beginning, places, planning
from log_processor.errors import DamagedObjectError, ObjectMissingError, PermanentError
from log_processor.packs import pack_items
from log_processor.reading.json import documents
from log_processor.reading.plausibility import is_text
from log_processor.reading.records import ReadRecord, read_records
from log_processor.storing.items import DAY_MS
from log_processor.work.replay import Stored

from tests.unit.log_processor import edges
from tests.unit.log_processor.edges import World, asks, plenty
from tests.unit.log_processor.packed import read_records as read_pack
from tests.unit.log_processor.packed import unpack_items
from tests.unit.log_processor.test_delivery import bodies, comparable, run_until_done

SETTINGS = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
REDACTING = "[[route]]\nkeys = ['**']\nredact = [{name = 'word', pattern = 'text|close|stock'}]"
JOINING = "[[route]]\nkeys = ['**']\nstart = '^[2M]'"
"""Under this route most lines belong to the record above them."""
STORAGES = st.sampled_from(["records", "packs"])
LONGER_BODIES = bodies().map(lambda body: body * 3).filter(is_text)
"""Bodies that are still text if their last line has no end, so that another line goes on with it."""
Parser = Callable[..., Iterator[ReadRecord]]


@pytest.fixture(autouse=True, params=[6, 9])
def small_cells(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Cut the objects of the tests, which are small, into cells of 64 or 512 bytes."""
    monkeypatch.setattr(planning, "GRID_BITS", request.param)
    monkeypatch.setattr(places, "GRID_BITS", request.param)


def parse_otherwise(*arguments: Any, keep: int) -> Iterator[ReadRecord]:
    """Yield records as another parser would: on other days, and a part of them filtered out."""
    records: Iterable[ReadRecord] = read_records(*arguments)
    for raw, record in records:
        if record is not None and raw.offset % 3:
            record.timestamp_ms += DAY_MS * (raw.offset % 5)
        yield raw, None if raw.offset % 4 >= keep else record


def use_parser(monkeypatch: pytest.MonkeyPatch, version: str, parser: Parser) -> None:
    """Parse with `parser` from now on, which is of a `version`."""
    monkeypatch.setattr(attempt, "read_records", parser)
    for module in (edges, beginning, planning, pack_items):
        monkeypatch.setattr(module, "get_parser_version", lambda: version)


def assert_only_of(world: World, body: bytes, routes: str, storage: str) -> None:
    """Hold that the world has what one pass stores, and nothing else."""
    fresh = World(routes, storage=storage)
    fresh.once(fresh.put(body))
    assert comparable(unpack_items(world.wire.items)) == comparable(unpack_items(fresh.wire.items))
    assert {"layout" in item for item in world.wire.items.values()} <= {storage == "packs"}


@SETTINGS
@given(
    body=bodies(),
    before=STORAGES,
    after=STORAGES,
    routes=st.sampled_from(["", JOINING, REDACTING]),
    range_bytes=st.integers(1, 1_000) | st.just(0),
    interruptions=st.lists(st.integers(1, 30), max_size=12),
    keep=st.integers(0, 4),
    is_forward=st.booleans(),
)
def test_a_replay_leaves_nothing_old(
    body: bytes,
    before: str,
    after: str,
    routes: str,
    range_bytes: int,
    interruptions: list[int],
    keep: int,
    *,
    is_forward: bool,
) -> None:
    """Another parser, other rules, another storage or another split: the table has what the replay stores.

    Bodies with a header line and an array are left out: a reader that resumes in them forgets one of the two.
    """
    with pytest.MonkeyPatch.context() as monkeypatch:
        parsers: list[Parser] = [read_records, partial(parse_otherwise, keep=keep)]
        parsers = parsers if is_forward else parsers[::-1]
        use_parser(monkeypatch, "old", parsers[0])
        world = World("" if is_forward else routes, storage=before)
        world.s3.chunk_bytes = 50
        work = world.put(body)
        run_until_done(world, work, iter(()))
        use_parser(monkeypatch, "new", parsers[1])
        split = {"split_threshold_bytes": 1, "range_bytes": range_bytes} if range_bytes else {}
        routes = routes if is_forward else ""
        world.deploy(routes, storage=after, **split)
        world.ledger.rows.clear()
        replaces: Stored = "packs" if before == "packs" else "records"
        run_until_done(world, replace(work, replaces=replaces), iter([asks(count) for count in interruptions]))
        assert_only_of(world, body, routes, after)


class KilledError(BaseException):
    """The process is gone."""


@SETTINGS
@given(body=LONGER_BODIES, storage=STORAGES, requests=st.integers(0, 8), keep=st.integers(0, 4))
def test_an_attempt_of_another_parser_leaves_nothing_old(body: bytes, storage: str, requests: int, keep: int) -> None:
    """An attempt that is killed has stored something; the next one is made after a deploy."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        use_parser(monkeypatch, "old", read_records)
        world = World(storage=storage)
        work = world.put(body)
        left = iter(range(requests))

        def judge(_items: list[dict[str, Any]]) -> None:
            if next(left, None) is None:
                raise KilledError

        world.wire.judge = judge
        with suppress(KilledError):
            world.once(work)
        world.wire.judge = lambda _items: None
        rows = {key: replace(row, status="running") for key, row in world.ledger.rows.items()}
        world.ledger.rows = rows
        use_parser(monkeypatch, "new", partial(parse_otherwise, keep=keep))
        run_until_done(world, work, iter(()))
        assert_only_of(world, body, "", storage)


@SETTINGS
@given(body=bodies(), storage=STORAGES, counts=st.lists(st.integers(2, 30), min_size=1, max_size=6))
def test_the_rest_of_an_object_is_stored_once(body: bytes, storage: str, counts: list[int]) -> None:
    """Each deploy in the middle of an object brings another parser: no record is there twice, and none is missing."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        world = World(storage=storage)
        world.s3.chunk_bytes = 40
        clocks = [asks(count) for count in counts]

        def deploy() -> Iterator[Callable[[], float]]:
            for number, clock in enumerate(clocks):
                parser = partial(parse_otherwise, keep=4) if number % 2 else read_records
                use_parser(monkeypatch, f"parser {number}", parser)
                yield clock

        run_until_done(world, world.put(body), deploy())
        fresh = World()
        fresh.once(fresh.put(body))
        stored = sorted(log_id for log_id, _ in unpack_items(world.wire.items))
        assert stored == sorted(log_id for log_id, _ in fresh.wire.items)


ONE_LINE = b'[{"n": 1}, {"n": 2}, {"n": 3}]\n'
SEVERAL_LINES = b'[\n {"n": 1,\n  "u": 2},\n {"n": 3}\n]\n'
NAMED = b'{"a": 1, "items": [{"n": 1}, {"n": 2}],\n "others": [{"n": 3}, {"n": 4}]}\n{"items": [\n5, {"n": 6}]}'
LONG = b"[" + b",\n".join(b'{"n": %d}, {"u": %d}' % (n, n) for n in range(40)) + b"]\n"


def read_with(expand: str) -> str:
    """Return routes that have the records of documents in an array, none if it has no name."""
    return f"[[route]]\nkeys = ['**']\nexpand = '{expand}'" if expand else ""


def knows_documents(monkeypatch: pytest.MonkeyPatch, *, knows: bool) -> None:
    """Take what begins like a document for one from now on, or for lines."""
    is_document = documents.is_document if knows else lambda _head, _expansions: False
    monkeypatch.setattr(documents, "is_document", is_document)


@pytest.mark.parametrize("before", ["records", "packs"])
@pytest.mark.parametrize("after", ["records", "packs"])
@pytest.mark.parametrize("is_array_before", [True, False])
@pytest.mark.parametrize("body", [ONE_LINE, SEVERAL_LINES, LONG, gzip.compress(LONG), LONG.decode().encode("utf-16")])
def test_elements_and_lines_replace_each_other(body: bytes, before: str, after: str, *, is_array_before: bool) -> None:
    """One parser takes the object for a document, and the other for lines, which it may split."""
    for count in (*range(4, 12), 1_000):
        with pytest.MonkeyPatch.context() as monkeypatch:
            knows_documents(monkeypatch, knows=is_array_before)
            use_parser(monkeypatch, "old", read_records)
            world = World(storage=before)
            world.s3.chunk_bytes = 50
            work = world.put(body)
            run_until_done(world, work, iter(()))
            monkeypatch.undo()
            knows_documents(monkeypatch, knows=not is_array_before)
            use_parser(monkeypatch, "new", read_records)
            world.deploy(storage=after, split_threshold_bytes=1, range_bytes=20)
            run_until_done(world, world.replay(work), iter([asks(count) for _ in range(20)]))
            assert_only_of(world, body, "", after)


@pytest.mark.parametrize("storage", ["records", "packs"])
@pytest.mark.parametrize("names", list(permutations(["", "items", "others"], 3)))
def test_elements_of_other_arrays_are_replaced(names: tuple[str, ...], storage: str) -> None:
    """Other routes read other arrays, or the whole document as one record; a replay may be one of two that replace."""
    world = World(read_with(names[0]))
    work = world.put(NAMED)
    run_until_done(world, work, iter(()))
    world.deploy(read_with(names[1]))
    world.once(world.replay(work), asks(4))
    world.sqs.queues["work"].clear()
    world.deploy(read_with(names[2]), storage=storage)
    run_until_done(world, world.replay(work, 2), iter(()))
    assert_only_of(world, NAMED, read_with(names[2]), storage)


EXPANSIONS = st.sampled_from(["", "items", "Records", "other", "inner.items"])
ELEMENTS = st.sampled_from([b'{"n": 1}', b'{"n": [{"a": 1}], "items": [{"b": 2}]}', b"7", b'"x"', b"{oops}", b"[]"])


@st.composite
def documents_of_arrays(draw: st.DrawFn) -> bytes:
    """Draw JSON documents with arrays under several names, in one line or several, whole or damaged; lines between."""
    pieces = []
    for _ in range(draw(st.integers(1, 4))):
        between = draw(st.sampled_from([b", ", b",\n", b"\n,\n "]))
        arrays = [b"[" + between.join(draw(st.lists(ELEMENTS, max_size=6))) + b"]" for _ in range(2)]
        form = draw(
            st.sampled_from(
                [
                    b"%s%.0s",
                    b'{"items": %s, "other": %s}',
                    b'{"owner": "me",\n"Records": %s, "inner": {"items": %s}}',
                    b'{"a": %s}\nplain\n%s',
                ]
            )
        )
        pieces.append(form % tuple(arrays) + draw(st.sampled_from([b"\n", b""])))
    body = b"".join(pieces)
    return body[: len(body) - draw(st.sampled_from([0, 0, 3]))]


@SETTINGS
@given(
    body=documents_of_arrays(),
    expansions=st.lists(EXPANSIONS, min_size=2, max_size=3),
    storages=st.lists(STORAGES, min_size=3, max_size=3),
    counts=st.lists(st.integers(1, 20), max_size=8),
    is_compressed=st.booleans(),
)
def test_readings_of_documents_replace_each_other(
    body: bytes, expansions: list[str], storages: list[str], counts: list[int], *, is_compressed: bool
) -> None:
    """Each reading has other rules and another storage, and may be left off; the last one is there alone."""
    content = gzip.compress(body) if is_compressed else body
    clocks = iter([asks(count) for count in counts])
    world = World(read_with(expansions[0]), storage=storages[0])
    world.s3.chunk_bytes = 40
    work = world.put(content)
    world.once(work, next(clocks, plenty))
    for number, (expand, storage) in enumerate(zip(expansions[1:], storages[1:], strict=False), 1):
        world.sqs.queues["work"].clear()
        world.deploy(read_with(expand), storage=storage)
        is_last = number == len(expansions) - 1
        if is_last:
            run_until_done(world, world.replay(work, number), clocks)
        else:
            world.once(world.replay(work, number), next(clocks, plenty))
    assert_only_of(world, content, read_with(expansions[-1]), storages[len(expansions) - 1])


def test_earlier_elements_cost_a_look_each() -> None:
    """The object is read a second time, and of each element that is not there any more one query is asked."""
    world = World(read_with("items"))
    work = world.put(NAMED)
    run_until_done(world, work, iter(()))
    elements = {log_id for log_id, _ in world.wire.items}
    world.deploy()
    world.s3.calls.clear()
    run_until_done(world, world.replay(work), iter(()))
    assert world.s3.calls["get_object"] == 2
    assert elements <= set(world.queries.asked)
    world.queries.asked.clear()
    run_until_done(world, world.replay(work, 2), iter(()))
    assert world.queries.asked == []


def read_starts(*arguments: Any, is_early: bool) -> Iterator[ReadRecord]:
    """Yield records as a parser would that takes lines for starts of records in one half of each 64 bytes alone."""
    records: Iterable[ReadRecord] = read_records(*arguments)
    for raw, record in records:
        yield raw._replace(is_start=(raw.offset % 64 < 32) is is_early), record


@pytest.mark.parametrize("is_early", [True, False])
@pytest.mark.parametrize("count", range(2, 40))
def test_a_deploy_within_a_cell_loses_nothing(count: int, monkeypatch: pytest.MonkeyPatch, *, is_early: bool) -> None:
    """What overlaps into a cell for one parser is the cell's own for the next, or the other way round."""
    body = b"".join(b'{"n": %d}\n' % n for n in range(10, 99))
    world = World(storage="packs")
    world.s3.chunk_bytes = 40

    def deploy() -> Iterator[Callable[[], float]]:
        for number in range(60):
            use_parser(monkeypatch, f"parser {number}", partial(read_starts, is_early=is_early is (number % 2 == 0)))
            yield asks(count)

    run_until_done(world, world.put(body), deploy())
    fresh = World()
    fresh.once(fresh.put(body))
    stored = sorted(log_id for log_id, _ in unpack_items(world.wire.items))
    assert stored == sorted(log_id for log_id, _ in fresh.wire.items)


def test_nothing_is_looked_for_without_a_reason() -> None:
    """A first attempt, its retry and its rest have the same parser and rules: they cost no query."""
    body = b'{"n": 1}\n' * 500
    for storage in ("records", "packs"):
        world = World(storage=storage)
        world.s3.chunk_bytes = 500
        work = world.put(body)
        run_until_done(world, work, iter([asks(9), asks(10), asks(11)]))
        run_until_done(world, work, iter(()))
        assert len(world.ledger.rows) > 1
        assert not world.queries.asked
        assert not world.wire.removed


def test_cells_of_which_nothing_is_kept_are_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    """A filter that drops everything removes every pack."""
    monkeypatch.setattr(planning, "GRID_BITS", 9)
    body = b"".join(b'{"n": %d, "level": "info"}\n' % n for n in range(500))
    world = World(storage="packs")
    work = world.put(body)
    run_until_done(world, work, iter(()))
    assert len(world.wire.items) > 20
    world.deploy("[[route]]\nkeys = ['**']\ninclude = [{field = 'level', equals = ['error']}]", storage="packs")
    world.ledger.rows.clear()
    run_until_done(world, replace(work, replaces="packs"), iter([asks(count) for count in range(3, 9)]))
    assert world.wire.items == {}


@pytest.mark.parametrize("body", [LONG[:-5], LONG.replace(b"},", b"}\n")])
@pytest.mark.parametrize("after", ["records", "packs"])
def test_a_rest_that_has_nothing_but_damage_is_looked_at(body: bytes, after: str) -> None:
    """An invocation stops behind the last record, or before it: the next one meets the damage before any record."""
    content = gzip.compress(body)[:-9]
    for count in range(12, 28):
        with pytest.MonkeyPatch.context() as monkeypatch:
            use_parser(monkeypatch, "old", partial(parse_otherwise, keep=4))
            world = World(storage="packs")
            world.s3.chunk_bytes = 10
            work = world.put(content)
            with pytest.raises(DamagedObjectError):
                world.once(work)
            use_parser(monkeypatch, "new", partial(parse_otherwise, keep=2))
            fresh = World(storage=after)
            with pytest.raises(DamagedObjectError):
                fresh.once(fresh.put(content))
            world.deploy(storage=after)
            with pytest.raises(DamagedObjectError):
                run_until_done(world, world.replay(work), iter([asks(count) for _ in range(20)]))
            assert comparable(unpack_items(world.wire.items)) == comparable(unpack_items(fresh.wire.items)), count


def list_ids(world: World) -> set[str]:
    """Return the ids of all records, some of which may be there twice."""
    items = world.wire.items.values()
    return {record["log_id"]["S"] for item in items for record in (read_pack(item) if "layout" in item else [item])}


def vanish_in_the_middle(world: World) -> None:
    """Break the next answer of S3 at a byte, and let the object be gone when it is asked for the rest."""
    world.s3.calls.clear()
    world.s3.breaks_at = 1_100

    def vanish(_call: str, _key: str) -> None:
        if world.s3.calls["get_object"] == 2:
            world.s3.objects.clear()

    world.s3.refuse = vanish


@pytest.mark.parametrize("storages", list(product(["records", "packs"], repeat=2)))
def test_an_object_that_is_gone_meanwhile_keeps_what_was_stored(
    storages: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its rest cannot be stored again: what stands in the cell in which the replay has to end stays as it is."""
    use_parser(monkeypatch, "old", partial(parse_otherwise, keep=4))
    world = World(storage=storages[0])
    work = world.put(b"".join(b'{"n": %d}\n' % number for number in range(200)))
    run_until_done(world, work, iter(()))
    before = list_ids(world)
    use_parser(monkeypatch, "new", read_records)
    world.deploy(storage=storages[1])
    vanish_in_the_middle(world)
    with pytest.raises(ObjectMissingError):
        run_until_done(world, world.replay(work), iter(()))
    assert list_ids(world) == before


@pytest.mark.parametrize("is_replay", [False, True])
def test_half_a_cell_takes_no_place_of_a_whole_one(is_replay: bool) -> None:
    """An attempt that died behind its last batch, or one that a replay repeats, stored more than can be read now."""
    world = World(storage="packs")
    work = world.put(b"".join(b'{"n": %d}\n' % number for number in range(200)))
    run_until_done(world, work, iter(()))
    before = list_ids(world)
    again = world.replay(work) if is_replay else work
    if not is_replay:
        world.ledger.rows.clear()
    vanish_in_the_middle(world)
    with pytest.raises(ObjectMissingError):
        run_until_done(world, again, iter(()))
    assert list_ids(world) == before


def test_half_a_cell_is_stored_where_nothing_is() -> None:
    """The records before the place at which an object can be read no further are stored, as in the other storage."""
    world = World(storage="packs")
    work = world.put(b"".join(b'{"n": %d}\n' % number for number in range(200)))
    vanish_in_the_middle(world)
    with pytest.raises(ObjectMissingError):
        run_until_done(world, work, iter(()))
    assert 0 < len(list_ids(world)) < 200


REPLAYED = st.sampled_from(["", JOINING, read_with("items"), "[[route]]\nkeys = ['**']\nsample = 0.2"])


@SETTINGS
@given(
    body=LONGER_BODIES,
    storages=st.tuples(STORAGES, STORAGES),
    routes=st.tuples(REPLAYED, REPLAYED),
    cut=st.integers(1, 40),
    keep=st.integers(0, 4),
    counts=st.lists(st.integers(1, 30), max_size=8),
)
def test_a_replay_of_a_damaged_object_leaves_nothing_old(
    body: bytes, storages: tuple[str, str], routes: tuple[str, str], cut: int, keep: int, counts: list[int]
) -> None:
    """What an object holds before its damage is replaced up to there, and no pack of it stays beside its records."""
    content = gzip.compress(body)[:-cut]
    with pytest.MonkeyPatch.context() as monkeypatch:
        use_parser(monkeypatch, "old", partial(parse_otherwise, keep=keep))
        world = World(routes[0], storage=storages[0])
        world.s3.chunk_bytes = 50
        work = world.put(content)
        with suppress(PermanentError):
            world.once(work)
        use_parser(monkeypatch, "new", read_records)
        world.deploy(routes[1], storage=storages[1])
        with suppress(PermanentError):
            run_until_done(world, world.replay(work), iter([asks(count) for count in counts]))
        fresh = World(routes[1], storage=storages[1])
        with suppress(PermanentError):
            fresh.once(fresh.put(content))
        assert comparable(unpack_items(world.wire.items)) == comparable(unpack_items(fresh.wire.items))
        assert {"layout" in item for item in world.wire.items.values()} <= {storages[1] == "packs"}
