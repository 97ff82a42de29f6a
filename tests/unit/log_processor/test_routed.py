"""What a route makes of an object, through the whole pipeline."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.log_processor.edges import World, asks


def routed(lines: str) -> str:
    return f"[[route]]\nkeys = ['web/**']\n{lines}"


def texts(world: World) -> list[str]:
    items = sorted(world.wire.items.values(), key=lambda item: int(item["offset"]["N"]))
    return [item["log_data"]["S"] for item in items]


def items(world: World) -> list[dict[str, Any]]:
    return list(world.wire.items.values())


LEVELS = b"".join(b'{"level": "%s", "n": %d}\n' % (b"debug" if n % 3 else b"error", n) for n in range(90))


def test_a_route_names_the_source_of_its_objects_and_of_no_other() -> None:
    """The query index holds them under that name."""
    world = World(routed("source = 'shop'"))
    for key in ("web/a.log", "other/a.log"):
        world.run(world.put(b"one\n", key))
    assert sorted(item["source"]["S"] for item in items(world)) == ["other", "shop"]
    assert all(item["source_day"]["S"].startswith(item["source"]["S"] + "#") for item in items(world))


def test_a_declared_format_is_not_guessed() -> None:
    """Lines that look like another format are rejects of the declared one, in the table as text."""
    world = World(routed("format = 'logfmt'"))
    world.run(world.put(b'{"a": 1}\nlevel=info msg=hello\n'))
    assert world.totals() == {"read": 2, "stored": 1, "filtered": 0, "rejected": 1}
    assert {item["format"]["S"] for item in items(world)} == {"logfmt", "text"}
    assert [reject["text"] for reject in world.rejects()] == ['{"a": 1}']


def test_a_declared_format_reads_the_elements_of_a_document() -> None:
    """A document is taken apart whatever its route declares."""
    world = World(routed("format = 'json_lines'"))
    world.run(world.put(b'{"Records": [{"eventVersion": "1", "eventSource": "s3", "eventName": "x"}]}'))
    assert [item["format"]["S"] for item in items(world)] == ["json_lines"]


@pytest.mark.parametrize("split", [False, True])
def test_an_own_start_begins_records_in_every_split(*, split: bool) -> None:
    """What does not match belongs to the record before, wherever the ranges are cut."""
    body = b"".join(b"BEGIN %d\nmore\n  of it\n\n" % n for n in range(40))
    world = World(routed("start = '^BEGIN'"), split_threshold_bytes=100 if split else 10**9, range_bytes=97)
    assert (world.run(world.put(body)) > 1) is split
    assert texts(world) == [f"BEGIN {n}\nmore\n  of it" for n in range(40)]
    assert world.totals() == {"read": 40, "stored": 40, "filtered": 0, "rejected": 0}


def test_what_is_filtered_is_counted_and_not_stored() -> None:
    """`read = stored + filtered + rejected`, and rejects are none of the filtered."""
    world = World(routed("format = 'json_lines'\nexclude = [{field = 'level', equals = ['debug']}, 'noise']"))
    world.run(world.put(LEVELS + b"plain\nplain noise\n"))
    assert world.totals() == {"read": 92, "stored": 30, "filtered": 61, "rejected": 1}
    assert len(texts(world)) == 31
    assert [reject["text"] for reject in world.rejects()] == ["plain"]


def test_an_object_of_which_nothing_is_kept_is_done() -> None:
    """The row says that everything was read and filtered."""
    world = World(routed("sample = 0"))
    world.run(world.put(LEVELS))
    assert world.totals() == {"read": 90, "stored": 0, "filtered": 90, "rejected": 0}
    assert [row.status for row in world.ledger.rows.values()] == ["done"]


@settings(deadline=None, max_examples=25)
@given(st.lists(st.integers(2, 12), max_size=6), st.sampled_from([50, 301, 10**9]))
def test_a_sample_is_the_same_however_the_work_is_cut(clocks: list[int], range_bytes: int) -> None:
    """Attempts, continuations and ranges keep the same records, and the account closes."""
    body, route = LEVELS * 3, routed("sample = 0.3\ninclude = ['error']")
    whole = World(route)
    whole.run(whole.put(body))
    world = World(route, split_threshold_bytes=200 if range_bytes < 10**9 else 10**9, range_bytes=range_bytes)
    world.run(world.put(body), (asks(count) for count in clocks))
    assert world.wire.items.keys() == whole.wire.items.keys()
    assert world.totals() == whole.totals()
    assert 0 < whole.totals()["stored"] < 90
