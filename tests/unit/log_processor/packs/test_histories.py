"""Whatever happened to an object before, a replay leaves what one pass of the deployment of now stores."""

import base64
import gzip
import json
import random
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from functools import partial
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from log_processor import places, planning
from log_processor.errors import DamagedObjectError, NoProgressError, PermanentError
from log_processor.packs import cell_places, unpacking
from log_processor.packs.rewriting import drop_records
from log_processor.reading.records import read_records
from log_processor.work.continuation import range_from_message, render_message

from tests.unit.log_processor.edges import World, asks, plenty
from tests.unit.log_processor.packed import read_records as read_pack
from tests.unit.log_processor.packed import unpack_items
from tests.unit.log_processor.packs.test_replacing import KilledError, documents_of_arrays, parse_otherwise, use_parser
from tests.unit.log_processor.test_delivery import assert_same, bodies, comparable

SMALL_GRIDS = (6, 8, 11)
OPTIONS = {
    "start": "start = '^[2M]'",
    "redact": "redact = [{name = 'word', pattern = 'text|close|stock'}]",
    "drop": "exclude = [{field = 'message', matches = 'low'}]",
    "sample": "sample = 0.2",
    "few": "sample = 0.01",
    "items": "expand = 'items'",
    "Records": "expand = 'Records'",
}
WAYS_TO_READ = ((), ("start",), ("items",), ("Records",))
WAYS_TO_KEEP = ((), ("redact",), ("drop",), ("redact", "drop"))
FORMS: Mapping[str, Callable[[bytes], bytes]] = {
    "plain": bytes,
    "gzip": gzip.compress,
    "two members": lambda body: gzip.compress(body[:90]) + gzip.compress(body[90:]),
    "damaged": lambda body: gzip.compress(body)[:-5],
}


@dataclass(frozen=True)
class Era:
    """What is deployed for a while, and what happens to the object in it.

    - `ticks`: the clocks of its invocations, each of which `kills` may end before one of its side effects.
    - `forgets`: one of so many records is forgotten afterwards; none if it is 0.
    """

    options: tuple[str, ...]
    storage: str
    range_bytes: int
    keep: int
    pack_level: int
    is_replayed: bool
    ticks: tuple[int, ...]
    kills: tuple[int, ...]
    forgets: int

    def deploy(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        """Put the parser, the routes and the settings into place; those that keep all four quarters date as usual."""
        parser = partial(parse_otherwise, keep=self.keep) if self.keep < 4 else read_records
        use_parser(monkeypatch, f"parser {self.keep}", parser)
        routes = "\n".join(["[[route]]", "keys = ['**']", *(OPTIONS[name] for name in self.options)])
        split: Any = {"split_threshold_bytes": 1, "range_bytes": self.range_bytes} if self.range_bytes else {}
        world.deploy(routes, storage=self.storage, pack_level=self.pack_level, **split)


@st.composite
def eras(draw: st.DrawFn) -> Era:
    """Draw an era; a sample chooses among three grids."""
    options = draw(st.sampled_from(WAYS_TO_READ)) + draw(st.sampled_from(WAYS_TO_KEEP))
    return Era(
        options + draw(st.sampled_from([(), (), ("sample",), ("few",)])),
        draw(st.sampled_from(["records", "packs"])),
        draw(st.just(0) | st.integers(1, 600)),
        draw(st.integers(1, 4)),
        draw(st.sampled_from([1, 9])),
        draw(st.booleans()),
        tuple(draw(st.lists(st.integers(1, 25), max_size=6))),
        tuple(draw(st.lists(st.integers(0, 25), max_size=3))),
        draw(st.sampled_from([0, 0, 3])),
    )


@pytest.fixture(autouse=True)
def small_cells(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cut the objects of the tests, which are small, into small cells on each grid."""
    for module in (planning, places):
        monkeypatch.setattr(module, "GRID_BITS", SMALL_GRIDS[0])
    for module in (planning, cell_places, unpacking):
        monkeypatch.setattr(module, "GRIDS", SMALL_GRIDS)


@contextmanager
def kill_at(world: World, effect: int | None) -> Iterator[None]:
    """Kill the process before one of its side effects, after so many."""
    number, post, send = count(), world.wire.post, world.sqs.send_message_batch

    def die_or(call: Callable[..., Any] | None, *arguments: Any, **named: Any) -> Any:
        if next(number) == effect:
            raise KilledError
        return call(*arguments, **named) if call else None

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(world.wire, "post", partial(die_or, post))
        patched.setattr(world.sqs, "send_message_batch", partial(die_or, send))
        for edge in (world.s3, world.ledger):
            patched.setattr(edge, "refuse", partial(die_or, None))
        yield


def deliver(world: World, at: int, tick: int | None, effect: int | None = None) -> None:
    """Run an invocation for one message; if it is killed or makes no progress, the message waits again."""
    queue, rows = world.sqs.queues["work"], world.ledger.rows
    message = queue[at]
    del queue[at]
    try:
        with suppress(DamagedObjectError), kill_at(world, effect):
            world.once(range_from_message(json.loads(message)), asks(tick) if tick else plenty)
    except (KilledError, NoProgressError):
        queue.append(message)
        rows |= {name: replace(row, status="running") for name, row in rows.items() if row.status == "failed"}


def forget(world: World, share: int) -> None:
    """Do what `ops forget` does, to one of so many records."""
    items = world.wire.items
    records = [record for item in items.values() for record in (read_pack(item) if "layout" in item else [item])]
    ids = {record["log_id"]["S"] for record in records if sum(record["log_id"]["S"].encode()) % share == 0}
    world.ledger.forgotten.log_ids |= ids
    for key, item in list(items.items()):
        if "layout" not in item:
            if item["log_id"]["S"] in ids:
                del items[key]
            continue
        packed = item | {"log_data": {"B": base64.b64decode(item["log_data"]["B"])}}
        anew, _ = drop_records(packed, 9, lambda record: record.log_id not in ids)
        if anew is None:
            del items[key]
        else:
            items[key] = anew | {"log_data": {"B": base64.b64encode(anew["log_data"]["B"]).decode()}}


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    body=bodies() | documents_of_arrays(),
    form=st.sampled_from(list(FORMS)),
    history=st.lists(eras(), min_size=2, max_size=5),
    order=st.randoms(use_true_random=False),
)
def test_the_last_replay_leaves_what_one_pass_stores(
    body: bytes, form: str, history: list[Era], order: random.Random
) -> None:
    """Events and replays may end anywhere, in any order, under any deployment, and records are forgotten between."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        world, last = World(), history.pop()
        world.s3.chunk_bytes = 50
        event, queue = world.put(FORMS[form](body)), world.sqs.queues["work"]
        for number, era in enumerate(history, 1):
            era.deploy(world, monkeypatch)
            queue.append(render_message(world.replay(event, number) if era.is_replayed else event))
            ticks, kills = iter(era.ticks), iter(era.kills)
            for _ in range(2 * len(era.ticks) + 1):
                if queue:
                    deliver(world, order.randrange(len(queue)), next(ticks, None), next(kills, None))
            if era.forgets:
                forget(world, era.forgets)
        last.deploy(world, monkeypatch)
        queue.append(render_message(world.replay(event, len(history) + 1)))
        order.shuffle(queue)
        ticks = iter(last.ticks)
        while queue:
            deliver(world, 0, next(ticks, None))
        fresh = World()
        fresh.ledger.forgotten.log_ids = world.ledger.forgotten.log_ids
        last.deploy(fresh, monkeypatch)
        with suppress(PermanentError):
            fresh.run(fresh.put(FORMS[form](body)))
        assert comparable(unpack_items(world.wire.items)) == comparable(unpack_items(fresh.wire.items))
        assert {"layout" in item for item in world.wire.items.values()} <= {last.storage == "packs"}
        if form != "damaged":
            assert_same(world, fresh)
