"""A cell with as many records as it can have, and a line of any shape, fit into the memory of the smallest function."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[4]
ELEMENTS = 131_072
MEMORY_MB = 256
PROGRAM = f"""
from pathlib import Path
from tests.unit.log_processor.edges import World
world = World(storage="packs")
world.run(world.put(b'{{"Records": [' + b",".join([b"7"] * {ELEMENTS}) + b"]}}", "web/a.json"))
stored = sum(int(item["records"]["N"]) for item in world.wire.items.values())
peak = next(line.split()[1] for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
print(stored, len(world.wire.items), peak)
"""

LINE = """
from pathlib import Path
from tests.unit.log_processor.edges import World
world = World("[[route]]\\nkeys = ['**']\\n{redact}", storage="{storage}")
world.run(world.put(b'{{"a":[' + {unit!r} * ((4 << 20) // {size} - 9) + b"1]}}\\n", "web/a.log"))
peak = next(line.split()[1] for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
print(world.totals()["stored"], len(world.wire.items), peak)
"""


def test_a_cell_of_small_elements_stays_in_memory() -> None:
    """131,072 digits in a JSON array fill one cell: parts of 10,000 records, and less than 256 MB for all of it."""
    stored, packs, peak = run_apart(PROGRAM)
    assert stored == ELEMENTS
    assert packs >= ELEMENTS / 10_000
    assert peak < MEMORY_MB * 1024


@pytest.mark.parametrize("storage", ["records", "packs"])
@pytest.mark.parametrize("unit", [b"1,", b"[],", b'{"b":1},'])
def test_a_line_of_small_values_stays_in_memory(unit: bytes, storage: str) -> None:
    """A JSON line of 4 MiB with two million values is stored cut and without fields, which take no memory then."""
    stored, items, peak = run_apart(LINE.format(redact="", storage=storage, unit=unit, size=len(unit)))
    assert (stored, items) == (1, 1)
    assert peak < MEMORY_MB * 1024


@pytest.mark.parametrize(
    ("redact", "unit"),
    [
        ("['ip']", b"1.1.1.1 "),
        ("['ip']", b"1%2E1.1.1 "),
        ("['card']", b"4111111111111111 "),
        ("['email']", b"a%20b "),
        ("['email']", b'"a\\nb" '),
        ("[{field = 'a'}]", b"a=1 "),
    ],
)
def test_a_line_of_hidden_values_stays_in_memory(redact: str, unit: bytes) -> None:
    """After as many values as one text may have, all that follows is hidden; escapes take little more than text."""
    program = LINE.replace("b'{{\"a\":['", "b'a: '").replace('b"1]}}\\n"', 'b"\\n"')
    stored, items, peak = run_apart(
        program.format(redact=f"redact = {redact}", storage="records", unit=unit, size=len(unit))
    )
    assert (stored, items) == (1, 1)
    assert peak < MEMORY_MB * 1024


def run_apart(program: str) -> tuple[int, ...]:
    """Run a program in a process of its own, and return the numbers of the last line that it prints."""
    env = os.environ | {"PYTHONPATH": os.pathsep.join(["functions", "."])}
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=PROJECT, capture_output=True, text=True, check=True, env=env
    )
    return tuple(map(int, done.stdout.splitlines()[-1].split()))
