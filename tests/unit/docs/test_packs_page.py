"""The page of packs shows a reader that needs nothing of this project, and reads every fixture with it."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.unit.log_processor.edges import World
from tests.unit.log_processor.packed import unpack_items

PROJECT = Path(__file__).resolve().parents[3]
READER = PROJECT / "emulator" / "verify" / "pack_reader.py"
FIXTURES = PROJECT / "tests" / "fixtures" / "formats"
NAMES = {"log_id": "S", "timestamp": "N", "log_data": "S", "format": "S", "length": "N"}
MAIN = """
import base64, sys
for line in sys.stdin:
    log_id, data = json.loads(line)
    for record in read_pack(log_id, base64.b64decode(data)):
        print(json.dumps(record))
"""


def test_the_page_shows_the_reader() -> None:
    """The lines of the page are the reader's own, so that what is tested is what is read."""
    shown = (PROJECT / "docs" / "packs.md").read_text("utf-8").partition("```python\n")[2].partition("```")[0]
    assert shown.strip() == READER.read_text("utf-8").split('"""\n', 1)[1].strip()


def test_the_reader_reads_every_fixture(tmp_path: Path) -> None:
    """From a folder of its own, with nothing of the project on its path: each record as its item would hold it."""
    world = World(storage="packs")
    for number, path in enumerate(sorted(FIXTURES.rglob("*.log"))):
        world.run(world.put(path.read_bytes(), f"{number}/{path.name}"))
    packs = [[item["log_id"]["S"], item["log_data"]["B"]] for item in world.wire.items.values()]
    script = tmp_path / "reader.py"
    script.write_text(READER.read_text("utf-8") + MAIN)
    lines = "".join(json.dumps(pack) + "\n" for pack in packs)
    done = subprocess.run(
        [sys.executable, "-I", str(script)], input=lines, capture_output=True, text=True, cwd=tmp_path, check=True
    )
    records = [json.loads(line) for line in done.stdout.splitlines()]
    expected = unpack_items(world.wire.items)
    assert len(records) == len(expected) > 1_000
    for record in records:
        item = expected[record["log_id"], str(record["timestamp"])]
        assert {name: str(record[name]) for name in NAMES} == {name: item[name][kind] for name, kind in NAMES.items()}
        assert record["fields"] == _read_value(item["fields"]) if "fields" in item else not record["fields"]


def _read_value(typed: dict[str, Any]) -> Any:
    ((kind, content),) = typed.items()
    match kind:
        case "M":
            return {name: _read_value(member) for name, member in content.items()}
        case "L":
            return list(map(_read_value, content))
        case "N":
            return json.loads(content)
        case "NULL":
            return None
    return content
