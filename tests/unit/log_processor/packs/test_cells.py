"""Cells are stored whole, and what a line or a clock does wrong changes no key of theirs."""

import base64
import gzip
import json
import random
import tracemalloc
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any

import pytest
from log_processor import planning
from log_processor.errors import DamagedObjectError, PermanentError
from log_processor.packs import cells
from log_processor.packs.pack_items import PackEncoder, PackFacts
from log_processor.record import LogRecord
from log_processor.storing.items import ObjectFacts
from log_processor.storing.wire import Reply
from log_processor.work.continuation import range_from_message
from log_processor.work.plan import decode_plan

from ops.pricing.item_size import count_item_bytes
from tests.unit.log_processor.edges import INVALID, MODIFIED, World, asks
from tests.unit.log_processor.packed import unpack_items
from tests.unit.log_processor.test_backpressure import no_time_to_write
from tests.unit.log_processor.test_delivery import comparable, one_pass, run_until_done

KIB = 1024
DAY = timedelta(days=1)
JSON_ROUTE = "[[route]]\nkeys = ['**']\nformat = 'json_lines'"


def pack(body: bytes, routes: str = "", **settings: Any) -> World:
    world = World(routes, storage="packs", **settings)
    run_until_done(world, world.put(body), iter(()))
    return world


def assert_same_records(world: World, expected: World) -> None:
    assert comparable(unpack_items(world.wire.items)) == comparable(expected.wire.items)
    assert world.totals() == expected.totals()


def count_keys(world: World) -> Counter[str]:
    """Return how many packs each cell has."""
    return Counter(log_id for log_id, _ in world.wire.items)


def make_trace(lines: int, width: int = 40) -> bytes:
    frames = b"".join(b"\tat com.example.Order.step%06d(%s)\n" % (n, b"x" * width) for n in range(lines))
    return b"2026-05-04 10:00:00.000 ERROR [main] com.example.Order - failed\njava.lang.Error: x\n" + frames


def make_dated(moments: list[datetime]) -> bytes:
    return b"".join(b'{"time": "%s", "n": %d}\n' % (m.isoformat().encode(), n) for n, m in enumerate(moments))


@pytest.mark.slow
@pytest.mark.parametrize(("lines", "width"), [(1_001, 5), (5_000, 5), (1_200, 400)])
@pytest.mark.parametrize("range_bytes", [1, 100_000])
def test_a_long_trace_crosses_cells_and_ranges(lines: int, width: int, range_bytes: int) -> None:
    """Its pieces in later cells have a key of their own, so that no range overwrites another's packs."""
    body = make_trace(3) + make_trace(lines, width) + b"2026-05-04 10:00:01.000 INFO [main] a - b\n" * 6_000
    body += make_trace(lines, width)
    whole = pack(body)
    split = pack(body, split_threshold_bytes=1, range_bytes=range_bytes)
    assert comparable(split.wire.items) == comparable(whole.wire.items)
    assert_same_records(split, one_pass(body))
    later = [log_id for log_id in count_keys(whole) if log_id.endswith("+")]
    assert later or lines * width < 200 * KIB


def test_a_long_trace_is_continued_inside(monkeypatch: pytest.MonkeyPatch) -> None:
    """An invocation may end between two pieces of a record in different cells."""
    monkeypatch.setattr(planning, "GRID_BITS", 14)
    body = make_trace(5_000) + b"2026-05-04 10:00:01.000 INFO [main] a - b\n" * 100
    expected = pack(body)
    assert any(log_id.endswith("+") for log_id in count_keys(expected))
    for count in range(5, 40):
        world = World(storage="packs")
        world.s3.chunk_bytes = 7_000
        run_until_done(world, world.put(body), iter([asks(count) for _ in range(60)]))
        assert comparable(world.wire.items) == comparable(expected.wire.items)
    assert_same_records(expected, one_pass(body))


def test_no_partial_cell_is_stored_when_the_time_is_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each pack that is ever sent is one of those of a pass without interruption."""
    monkeypatch.setattr(planning, "GRID_BITS", 12)
    body = make_dated([MODIFIED + timedelta(seconds=n) for n in range(1_000)])
    expected = comparable(pack(body).wire.items)
    for count in range(2, 30):
        world = World(storage="packs")
        world.s3.chunk_bytes = 1_500
        sent: list[Any] = []
        world.wire.judge = sent.extend
        run_until_done(world, world.put(body), iter([asks(count) for _ in range(50)]))
        assert all(comparable({key_of(item): item}).items() <= expected.items() for item in sent)
        assert comparable(world.wire.items) == expected


def key_of(item: dict[str, Any]) -> tuple[str, str]:
    return item["log_id"]["S"], item["timestamp"]["N"]


@pytest.mark.slow
@pytest.mark.parametrize("taken", [0, 1, 2, 3, 4])
def test_a_checkpoint_moves_with_the_last_batch_of_a_cell(taken: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """A cell of 60 packs is three batches; if one of them is not stored, the next attempt stores the cell again."""
    monkeypatch.setattr(cells, "MAX_RECORDS", 100)
    body = make_dated([MODIFIED + timedelta(seconds=n) for n in range(12_000)])
    expected = pack(body)
    assert max(count_keys(expected).values()) > 50
    world, requests = World(storage="packs"), [0]

    def throttle(_items: list[Any]) -> Reply | None:
        requests[0] += 1
        return Reply(error="ThrottlingException") if requests[0] > taken else None

    world.wire.judge = throttle
    work = world.put(body)
    world.once(work, no_time_to_write)
    stored = [ending.totals.position >> 18 for ending in world.ledger.endings.values()]
    assert stored == ([1] if taken >= 3 else [])
    world.wire.judge = lambda _items: None
    waiting = [range_from_message(json.loads(message)) for message in world.sqs.queues["work"]]
    world.sqs.queues["work"].clear()
    for one in waiting:
        run_until_done(world, one, iter(()))
    assert comparable(world.wire.items) == comparable(expected.wire.items)
    assert_same_records(world, one_pass(body))


@pytest.mark.parametrize("cut", [3_000, 30_000, 60_000])
def test_a_damaged_object_stores_its_last_cell(cut: int) -> None:
    """Nothing will ever read further, so that twice the same is stored of the cell in which the damage is."""
    rng = random.Random(5)
    lines = [b'{"time": "2026-05-04T10:00:00Z", "n": %d}' % rng.randrange(10**12) for _ in range(20_000)]
    damaged = gzip.compress(b"\n".join(lines))[:cut]
    worlds = [World(storage="packs"), World(storage="packs"), World()]
    worlds[1].s3.chunk_bytes = 100
    for world in worlds:
        with pytest.raises(DamagedObjectError):
            world.once(world.put(damaged))
    with pytest.raises(DamagedObjectError):
        worlds[1].once(worlds[1].put(damaged))
    assert comparable(worlds[0].wire.items) == comparable(worlds[1].wire.items)
    assert_same_records(worlds[0], worlds[2])


def test_a_range_off_the_grid_is_stored_as_records(monkeypatch: pytest.MonkeyPatch) -> None:
    """A message that is no range of this function's may overwrite no cell; its records are found all the same."""
    monkeypatch.setattr(planning, "GRID_BITS", 12)
    body = make_dated([MODIFIED + timedelta(seconds=n) for n in range(400)])
    world = World(storage="packs", split_threshold_bytes=1, range_bytes=4_096)
    world.once(world.put(body))
    first = range_from_message(json.loads(world.sqs.queues["work"].popleft()))
    world.sqs.queues["work"].clear()
    for start, end in ((0, 5_000), (5_000, 9_000), (9_000, len(body))):
        run_until_done(world, replace(first, start=start, end=end, aligned=start == 0), iter(()))
    assert any("layout" not in item for item in world.wire.items.values())
    assert comparable(unpack_items(world.wire.items)) == comparable(one_pass(body).wire.items)


@pytest.mark.parametrize("count", range(3, 12))
def test_a_range_off_the_grid_stays_off_it(count: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its continuation begins within a cell as well, so that it may overwrite no pack of the whole cell."""
    monkeypatch.setattr(planning, "GRID_BITS", 12)
    body = make_dated([MODIFIED + timedelta(seconds=n) for n in range(400)])
    world = World(storage="packs")
    work = world.put(body)
    run_until_done(world, work, iter(()))
    expected = comparable(world.wire.items)
    world.s3.chunk_bytes = 1_500
    plan = decode_plan(world.ledger.rows[work.uri, work.label].plan)
    foreign = replace(work, start=9_000, aligned=False, plan=plan)
    run_until_done(world, foreign, iter([asks(count) for _ in range(30)]))
    assert comparable({key: item for key, item in world.wire.items.items() if "layout" in item}) == expected


@pytest.mark.parametrize("before", ["records", "packs"])
def test_a_setting_changes_in_the_middle_of_an_object(before: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """How an object is stored, and on which grid, is its first word: no later deploy changes it."""
    body = make_dated([MODIFIED + timedelta(seconds=n) for n in range(400)])
    sizes: tuple[dict[str, Any], ...] = ({"split_threshold_bytes": 1, "range_bytes": 2_048}, {})
    for settings, ticks in product(sizes, range(3, 12)):
        monkeypatch.setattr(planning, "GRID_BITS", 9)
        world = World(storage=before, **settings)
        world.s3.chunk_bytes = 1_000
        work = world.put(body)
        world.once(work, asks(ticks))
        is_begun = bool(world.ledger.rows[work.uri, work.label].plan)
        monkeypatch.setattr(planning, "GRID_BITS", 7)
        world.deploy(storage="records" if before == "packs" else "packs", **settings)
        waiting = [range_from_message(json.loads(message)) for message in world.sqs.queues["work"]]
        world.sqs.queues["work"].clear()
        for one in [*waiting, work]:
            run_until_done(world, one, iter(()))
        assert {"layout" in item for item in world.wire.items.values()} == {(before == "packs") == is_begun}
        assert comparable(unpack_items(world.wire.items)) == comparable(one_pass(body).wire.items)


def test_what_an_earlier_version_began_is_stored_as_records() -> None:
    """It decided nothing, and may have stored records."""
    body = make_dated([MODIFIED])
    world = World(storage="packs")
    work = world.put(body)
    row = world.ledger.begin(work)
    world.ledger.rows[work.uri, work.label] = replace(row, marked_attempts=0)
    run_until_done(world, work, iter(()))
    assert not any("layout" in item for item in world.wire.items.values())


def test_many_days_share_one_pack() -> None:
    """Forged times make at most eight packs a cell and the rest; each record keeps its own time."""
    rng = random.Random(3)
    moments = [datetime(1970, 1, 1, tzinfo=UTC) + timedelta(hours=rng.randrange(400_000)) for _ in range(3_000)]
    body = make_dated(moments)
    world = pack(body)
    assert max(count_keys(world).values()) == 9
    rest = [item for item in world.wire.items.values() if item["timestamp"]["N"] == "-1"]
    assert {item["pack_day"]["S"] for item in rest} == {"web#rest"}
    assert_same_records(world, one_pass(body))


def test_the_days_before_1970_do_not_meet_the_rest() -> None:
    """A pack's sort key is below zero in both."""
    days = [datetime(1969, 12, 31, 23, 59, tzinfo=UTC) - DAY * n for n in range(12)]
    body = make_dated(days)
    world = pack(body)
    assert len({time for _, time in world.wire.items}) == 9
    assert_same_records(world, one_pass(body))


def test_parts_without_a_time_of_their_own_have_two_keys() -> None:
    """Records without a time all have the object's: their parts are told apart by number."""
    body = b"plain text without any time\n" * 9_000 + b"x\n" * 15_000
    world = pack(body)
    assert [int(item["records"]["N"]) for item in world.wire.items.values()].count(10_000) == 1
    assert_same_records(world, one_pass(body))


def test_how_well_it_compresses_decides_no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another version of the codec gives other sizes, and the same packs."""
    rng = random.Random(4)
    body = b"".join(b'{"n": "%s"}\n' % base64.b64encode(rng.randbytes(60)) for _ in range(9_000))
    expected = pack(body)
    other = pack(body, pack_level=1)
    assert world_keys(other) == world_keys(expected)
    monkeypatch.setattr("log_processor.packs.pack_items.zstd.compress", lambda data, _level: data + bytes(5_000))
    assert world_keys(pack(body)) == world_keys(expected)


def world_keys(world: World) -> list[tuple[str, str]]:
    return sorted(world.wire.items)


BODIES: dict[str, Callable[[random.Random], bytes]] = {
    "letters at random": lambda rng: bytes(rng.choices(range(32, 127), k=900_000)),
    "bytes at random": lambda rng: b"text first\n" * 8_000 + rng.randbytes(900_000).replace(b"\0", b"\1"),
    "control characters": lambda rng: b"text first\n" * 8_000 + bytes(rng.choices(range(1, 32), k=900_000)),
    "Chinese": lambda rng: "".join(map(chr, rng.choices(range(0x4E00, 0x9FFF), k=300_000))).encode(),
    "a line of 4 MiB": lambda rng: base64.b64encode(rng.randbytes(3 * KIB * KIB)) + b"\nnext\n",
    "escapes": lambda rng: b"".join(
        b'{"a": "%s"}\n' % b"".join(b"\\u%04x" % rng.randrange(0x4E00, 0x9FFF) for _ in range(200)) for _ in range(700)
    ),
    "backslashes": lambda rng: b"".join(b"".join(rng.choices([b"\\", b'"'], k=300)) + b"\n" for _ in range(3_000)),
}


def test_names_that_change_in_every_record_are_forgotten() -> None:
    """An object of any size is packed in the same memory, also if each record has fields of its own."""
    facts = PackFacts(ObjectFacts("s3://b/a.log", "a", "v1", "2026-05-04T10:00:00.000Z"), "0" * 30, "p", 18, 9, 0)
    encoder = PackEncoder(facts)

    def fit(numbers: range) -> int:
        """Return the bytes that are kept after records of these numbers."""
        for number in numbers:
            fields = {f"user-{number}-{member}": "x" for member in range(20)}
            record = LogRecord("0-0", 0, "json_lines", "x", 0, 1, fields)
            encoder.tabulate([record])
        return tracemalloc.get_traced_memory()[0]

    tracemalloc.start()
    try:
        before = fit(range(1_000))
        assert fit(range(1_000, 4_000)) < before + 1_000 * KIB
    finally:
        tracemalloc.stop()


@pytest.mark.slow
@pytest.mark.parametrize("kind", BODIES)
def test_every_item_is_small_enough(kind: str) -> None:
    """Below 400 KB as DynamoDB counts, however badly it compresses; each record is as it would be without packs."""
    body = BODIES[kind](random.Random(6))
    world = pack(body)
    assert max(map(count_item_bytes, world.wire.items.values())) < 400_000
    assert_same_records(world, one_pass(body))


def test_rejects_are_the_same_in_both_modes() -> None:
    """Their archive names the records, which have the keys and the marks that they would have as items."""
    body = b"".join(b'{"n": %d}\n' % n if n % 7 else b"plain %d\n" % n for n in range(500))
    worlds = [World(JSON_ROUTE, storage=storage) for storage in ("packs", "records")]
    for world in worlds:
        run_until_done(world, world.put(body), iter(()))
    assert worlds[0].rejects() == worlds[1].rejects()
    assert len(worlds[0].rejects()) == 72
    assert_same_records(*worlds)


def test_an_interrupted_cell_archives_its_rejects_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those of a cell that is read again are in the archive of the attempt that stored it."""
    monkeypatch.setattr(planning, "GRID_BITS", 10)
    body = b"".join(b'{"n": %d}\n' % n if n % 3 else b"plain %d\n" % n for n in range(500))
    for count in range(3, 20):
        world = World(JSON_ROUTE, storage="packs")
        world.s3.chunk_bytes = 700
        run_until_done(world, world.put(body), iter([asks(count) for _ in range(40)]))
        offsets = [line["offset"] for line in world.rejects()]
        assert len(offsets) == len(set(offsets)) == 167


def test_the_table_refuses_a_pack_for_good() -> None:
    """A record that it refuses becomes text; a pack cannot, so that the range fails with words that say so."""
    world = World(storage="packs")
    world.wire.judge = lambda _items: INVALID
    with pytest.raises(PermanentError, match="the item is odd; set `storage` to records, and upload the object"):
        world.once(world.put(make_dated([MODIFIED])))


def test_packs_expire_after_their_last_record() -> None:
    """That of many days goes with its object, so that a forged time keeps nothing for ever."""
    moments = [MODIFIED + DAY * n for n in range(9)]
    world = pack(make_dated(moments), record_ttl_days=30)
    expiries = {int(time): int(item["expires_at"]["N"]) for (_, time), item in world.wire.items.items()}
    uploaded_s = int(MODIFIED.timestamp())
    assert expiries.pop(-1) == uploaded_s + 30 * 86_400
    assert sorted(expiries.values()) == [uploaded_s + (30 + n) * 86_400 for n in range(8)]


@pytest.mark.parametrize(
    ("of_route", "of_environment", "is_packed"),
    [("packs", "records", True), ("records", "packs", False), (None, "packs", True), (None, "records", False)],
)
def test_a_route_says_how_its_objects_are_stored(of_route: str | None, of_environment: str, *, is_packed: bool) -> None:
    """Without a word of its own, the setting of the environment holds."""
    word = f"storage = '{of_route}'" if of_route else ""
    world = World(f"[[route]]\nkeys = ['**']\n{word}", storage=of_environment)
    world.run(world.put(make_dated([MODIFIED])))
    assert {"layout" in item for item in world.wire.items.values()} == {is_packed}
