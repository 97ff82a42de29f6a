"""The packs of the table are taken apart into the items that their records would be."""

import json
from typing import Any

from emulator.verify.packs import unpack_items
from tests.unit.log_processor.edges import World

INDEX = ("day_shard", "status")
LINES = [
    '{"time": "2026-05-04T10:00:00Z", "level": "error", "status": 503, "l": [1, 2.5, null, true], "m": {"a.b": {}}}',
    "plain text among them",
    '{"message": "caf\\u00e9 \\ud83d\\ude00", "empty": "", "big": 12345678901234567890123456789012345678}',
]
BODY = "\n".join(LINES * 40).encode()


def store(storage: str) -> list[dict[str, Any]]:
    world = World("[[route]]\nkeys = ['**']\nformat = 'json_lines'", storage=storage)
    world.run(world.put(BODY))
    return list(world.wire.items.values())


def test_packs_are_taken_apart_into_items() -> None:
    """Every attribute is there, with its type, but what the index of records is made of."""
    items = store("records")
    expected = [{name: value for name, value in item.items() if name not in INDEX} for item in items]
    unpacked = list(unpack_items(store("packs")))
    assert sorted(map(sort_names, unpacked)) == sorted(map(sort_names, expected))
    assert len(unpacked) == 120


def sort_names(item: Any) -> str:
    return json.dumps(item, sort_keys=True)


def test_items_of_records_stay_as_they_are() -> None:
    """A table may hold both."""
    items = store("records")
    assert list(unpack_items(items)) == items
