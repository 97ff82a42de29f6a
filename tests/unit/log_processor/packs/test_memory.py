"""A cell with as many records as it can have is packed within the memory of the smallest function."""

import os
import subprocess
import sys
from pathlib import Path

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


def test_a_cell_of_small_elements_stays_in_memory() -> None:
    """131,072 digits in a JSON array fill one cell: parts of 10,000 records, and less than 256 MB for all of it."""
    env = os.environ | {"PYTHONPATH": os.pathsep.join(["functions", "."])}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], cwd=PROJECT, capture_output=True, text=True, check=True, env=env
    )
    stored, packs, peak = map(int, done.stdout.splitlines()[-1].split())
    assert stored == ELEMENTS
    assert packs >= ELEMENTS / 10_000
    assert peak < MEMORY_MB * 1024
