"""Deploys and overwrites while invocations work on an object at once and die: one reading, each record once."""

import gzip
import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import count
from random import Random
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from log_processor import planning
from log_processor.errors import ObjectChangedError
from log_processor.work.continuation import render_message
from log_processor.work.plan import Plan, decode_plan
from log_processor.work.ranges import ObjectRange

from tests.unit.log_processor import edges
from tests.unit.log_processor.edges import MODIFIED, Remaining, World, asks, find_offset, plenty
from tests.unit.log_processor.matrices.mixed_bodies import bound_records, draw_bodies
from tests.unit.log_processor.matrices.stage import play, stop_before_effects, use_calling_thread
from tests.unit.log_processor.packed import unpack_items
from tests.unit.log_processor.test_delivery import assert_same, one_pass

SETTINGS = settings(
    max_examples=40, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow], database=None
)
ROUTE = "[[route]]\nkeys = ['**']\n"
RULES = ["", "format = 'text'", "format = 'java'", "start = '^[0-9{]'", "start = '[aeiou]$'", "expand = 'events'"]
SIZES: list[dict[str, Any]] = [
    {"split_threshold_bytes": 1, "range_bytes": 150},
    {"split_threshold_bytes": 1, "range_bytes": 400},
    {"split_threshold_bytes": 1_000_000},
    {"split_threshold_bytes": 1, "range_bytes": 300, "storage": "packs"},
    {"split_threshold_bytes": 1_000_000, "storage": "packs"},
]
DEPLOYS = st.tuples(st.integers(1, 8), st.sampled_from(RULES), st.sampled_from(SIZES))
TICKS = st.lists(st.integers(4, 30) | st.none(), max_size=10)


def run_deploys(
    world: World, deploys: dict[int, tuple[str, dict[str, Any]]], ticks: list[int | None], parser: list[str]
) -> Iterator[Remaining]:
    """Yield the clock of each invocation; before some of them, put another version of the function into place."""
    for number in count():
        if number in deploys:
            rules, sizes = deploys[number]
            world.deploy(ROUTE + rules, **sizes)
            parser.append(f"deploy {number}")
        tick = ticks[number] if number < len(ticks) else None
        yield plenty if tick is None else asks(tick)


def read_plan(world: World, event: ObjectRange) -> Plan:
    plan = decode_plan(world.ledger.rows[event.uri, event.label].plan)
    assert plan is not None
    return plan


@pytest.mark.parametrize("compressed", [False, True], ids=["plain", "gzip"])
@SETTINGS
@given(
    body=draw_bodies(),
    copies=st.integers(1, 3),
    seed=st.integers(0, 1_000_000),
    kills=st.integers(0, 5),
    deploys=st.lists(DEPLOYS, min_size=1, max_size=3),
    ticks=TICKS,
    chunk_bytes=st.sampled_from([40, 700, 1024 * 1024]),
)
def test_deploys_while_invocations_interleave(
    *,
    body: bytes,
    copies: int,
    seed: int,
    kills: int,
    deploys: list[tuple[int, str, dict[str, Any]]],
    ticks: list[int | None],
    chunk_bytes: int,
    compressed: bool,
) -> None:
    """Whatever sizes and rules are deployed meanwhile, the object is what one pass by its own plan makes of it."""
    with bound_records(batch_items=5), use_calling_thread():
        draw = Random(seed)
        world = World(ROUTE + draw.choice(RULES), **draw.choice(SIZES))
        world.s3.chunk_bytes = chunk_bytes
        event = world.put(gzip.compress(body) if compressed else body)
        parser = ["first"]
        clocks = run_deploys(world, {number: (rules, sizes) for number, rules, sizes in deploys}, ticks, parser)
        with stop_before_effects(world), name_parsers(parser):
            assert play(world, [event] * copies, draw, kills, clocks) == []
        plan = read_plan(world, event)
        rules = "".join(f"{key} = {json.dumps(value)}\n" for key, value in plan.rules.items())
        expected = World(ROUTE + rules)
        expected.once(expected.put(body))
    assert_same(world, expected)
    assert plan.parser in world.ledger.rows[event.uri, event.label].parsers


@contextmanager
def name_parsers(parser: list[str]) -> Iterator[None]:
    """Let the last of the names be the parser version of an invocation, from its beginning to its end."""

    def name_parser() -> str:
        name: str = vars(threading.current_thread()).setdefault("parser", parser[-1])
        return name

    with (
        patch.object(planning, "get_parser_version", name_parser),
        patch.object(edges, "get_parser_version", name_parser),
    ):
        yield


@dataclass(frozen=True)
class Made:
    """One upload to a bucket that keeps no versions, with the event and the version that it has."""

    event: ObjectRange
    version: str
    digest: str
    body: bytes
    content: bytes


def upload(world: World, body: bytes, second: int, *, compressed: bool) -> Made:
    content = gzip.compress(body, mtime=0) if compressed else body
    event = world.overwrite(content, second)
    uploaded_ms = int((MODIFIED + timedelta(seconds=second)).timestamp() * 1000)
    known = replace(event, last_modified_ms=uploaded_ms)
    return Made(event, known.version, known.digest, body, content)


def run_uploads(
    world: World, made: list[Made], later: dict[int, bytes], ticks: list[int | None], *, compressed: bool
) -> Iterator[Remaining]:
    """Yield the clock of each invocation; before some of them, overwrite the object and send the event of that."""
    for number in count():
        if number in later:
            made.append(upload(world, later[number], 10 * number, compressed=compressed))
            world.sqs.queues["work"].append(render_message(made[-1].event))
        tick = ticks[number] if number < len(ticks) else None
        yield plenty if tick is None else asks(tick)


def get_digest(item: Mapping[str, Any]) -> str:
    return str(item["log_id"]["S"].partition("-")[0])


def list_texts(world: World, digest: str = "") -> list[tuple[int, str]]:
    """Return offset and text of the records of an object version, or of all."""
    items = [item for item in unpack_items(world.wire.items).values() if get_digest(item).startswith(digest)]
    return sorted((find_offset(item), item["log_data"]["S"]) for item in items)


def is_stored_whole(world: World, upload: Made) -> bool:
    """Tell whether the rows of an upload say that it is stored, and check that they are true."""
    statuses = {row.status for row in world.ledger.rows.values() if row.version == upload.version}
    assert "running" not in statuses
    if not statuses:
        assert list_texts(world, upload.digest) == []
    if not statuses or "failed" in statuses:
        return False
    assert list_texts(world, upload.digest) == list_texts(one_pass(upload.body))
    return True


@pytest.mark.parametrize("compressed", [False, True], ids=["plain", "gzip"])
@SETTINGS
@given(
    bodies=st.tuples(draw_bodies(), draw_bodies()),
    copies=st.integers(1, 3),
    seed=st.integers(0, 1_000_000),
    kills=st.integers(0, 5),
    later=st.dictionaries(st.integers(1, 8), st.integers(0, 1), min_size=1, max_size=3),
    sizes=st.sampled_from(SIZES),
    ticks=TICKS,
)
def test_overwrites_while_invocations_interleave(
    *,
    bodies: tuple[bytes, bytes],
    copies: int,
    seed: int,
    kills: int,
    later: dict[int, int],
    sizes: dict[str, Any],
    ticks: list[int | None],
    compressed: bool,
) -> None:
    """Each upload to a bucket without versions is whole, or a dead letter says that it was overwritten.

    Nothing is said of one alone that was overwritten by equal bytes before any attempt at it: these are stored.
    """
    with bound_records(batch_items=5), use_calling_thread():
        world = World(**sizes)
        made = [upload(world, bodies[0], 0, compressed=compressed)]
        bodies_later = {number: bodies[choice] for number, choice in later.items()}
        clocks = run_uploads(world, made, bodies_later, ticks, compressed=compressed)
        with stop_before_effects(world):
            dead = play(world, [made[0].event] * copies, Random(seed), kills, clocks)
        whole = [is_stored_whole(world, each) for each in made]
    assert whole[-1]
    assert {type(invocation.refusal) for invocation in dead} <= {ObjectChangedError}
    assert set(map(get_digest, world.wire.items.values())) <= {each.digest for each in made}
    letters = {name for invocation in dead for name in (invocation.work.event_time, invocation.work.version)}
    for number, each in enumerate(made):
        is_equal_later = any(one.content == each.content for one in made[number + 1 :])
        assert whole[number] or letters & {each.event.event_time, each.version} or is_equal_later
