"""What a format of the project reads, a format of `routes.toml` can read too, byte for byte."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.unit.log_processor.edges import World, asks

FOLDER = Path(__file__).resolve().parents[4] / "tests" / "fixtures" / "own_formats"
NAMES = [path.stem for path in sorted(FOLDER.glob("*.toml"))]


def store(world: World, name: str, *, interrupted: bool = False) -> list[bytes]:
    """Return the items of the object as bytes, with sorted names, as the table has them; they name one format."""
    body = (FOLDER / f"{name}.log").read_bytes() * (200 if interrupted else 1)
    world.run(world.put(body), iter([asks(4)] * 50) if interrupted else None)
    items = [{**item, "format": None, "processed_at": None} for item in world.wire.items.values()]
    return sorted(json.dumps(item, sort_keys=True, ensure_ascii=False).encode() for item in items)


def make_worlds(name: str, **settings: Any) -> tuple[World, World]:
    own = World((FOLDER / f"{name}.toml").read_text("utf-8"), **settings)
    return own, World(f"[[route]]\nkeys = ['**']\nformat = '{name}'", **settings)


@pytest.mark.parametrize("name", NAMES)
def test_an_own_format_stores_the_same_bytes(name: str) -> None:
    """Redshift by a delimiter, Envoy by an expression, CBS with lines that go on: but for the format's name."""
    own, built_in = make_worlds(name)
    records = store(own, name)
    assert records == store(built_in, name)
    assert len(records) >= 4
    assert own.totals()["rejected"] == 0
    assert {item["format"]["S"] for item in own.wire.items.values()} == {f"own_{name}"}


@pytest.mark.parametrize("storage", ["records", "packs"])
@pytest.mark.parametrize("name", NAMES)
def test_it_does_where_an_object_is_split_and_continued(name: str, storage: str) -> None:
    """Each range, continuation and pack is as of a built-in format; nothing of the rules is lost on the way."""
    settings = {"split_threshold_bytes": 20_000, "range_bytes": 9_000, "storage": storage}
    own, built_in = make_worlds(name, **settings)
    store(own, name, interrupted=True)
    store(built_in, name, interrupted=True)
    assert own.totals() == built_in.totals()
    assert own.totals()["rejected"] == 0
    assert {key for key, _ in own.wire.items} == {key for key, _ in built_in.wire.items}
