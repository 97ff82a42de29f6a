"""The last screen says what the run would have cost on AWS, as records and as packs, from units that are measured."""

import random
from pathlib import Path

import pytest

from emulator.aws.item_sizes import count_item_bytes
from emulator.demo import price
from emulator.demo.logs import LogFile
from emulator.demo.price import price_files, render_prices
from emulator.samples.lines import generate_combined
from tests.unit.log_processor.edges import World

BODY = "".join(f"{line}\n" for line in generate_combined(random.Random(1), 5_000)).encode()
KEY = "web/access.log"
LEDGER_UNITS = 5


def count_units(storage: str) -> int:
    """Return the write units of what the function stores of the body, each with its entry of an index."""
    world = World(storage=storage)
    world.run(world.put(BODY, KEY))
    return sum(-(-count_item_bytes(item) // 1024) + 1 for item in world.wire.items.values())


def test_both_ways_are_measured(tmp_path: Path) -> None:
    """To the unit what the function writes for the same file, packs within the few bytes that its names differ by."""
    path = tmp_path / "a.log"
    path.write_bytes(BODY)
    prices = price_files([LogFile(KEY, path)])
    assert prices["records"].write_units == pytest.approx(count_units("records") + LEDGER_UNITS, rel=0.01)
    assert prices["packs"].write_units == pytest.approx(count_units("packs") + LEDGER_UNITS, abs=3)
    assert prices["packs"].dollars_a_month < prices["records"].dollars_a_month / 20


def test_the_screen_has_both(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And which of them this run was; if nothing is known, it has no such line."""
    prices = {"records": price.Price(231_511, 0.1447, 0.0443), "packs": price.Price(1_597, 0.000998, 0.00066)}
    monkeypatch.setenv("STORAGE", "packs")
    (line,) = render_prices(prices)
    assert line.plain == (
        "AWS     DynamoDB would have cost, as records $0.14 to write and $0.044 a month to keep; "
        "as packs $0.001 to write and $0.00066 a month to keep (this run: packs)"
    )
    monkeypatch.setattr(price, "ASK", ("false",))
    assert list(render_prices(price_files([LogFile(KEY, tmp_path)]))) == []
