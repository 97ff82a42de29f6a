"""Count the size of an item as DynamoDB counts it, and the write units that it takes.

Source: DynamoDB's developer guide, "Item sizes and formats": names and text in UTF-8 bytes, numbers two digits a byte
and one more, three bytes and one a member for maps and lists, 100 bytes a stored item.
"""

import base64
from collections.abc import Iterable, Mapping
from typing import Any

from log_processor.storing.index_entry import INDEX_KEY, INDEXED

UNIT_BYTES = 1024
STORED_OVERHEAD_BYTES = 100
ENTRY = ("log_id", "timestamp", INDEX_KEY, *INDEXED)
"""The attributes that the query index holds."""


def count_units(sizes: Iterable[int]) -> int:
    """Return the write units of items of these sizes: one for each KiB, begun."""
    return sum(-(-size // UNIT_BYTES) for size in sizes)


def count_entry_bytes(item: Mapping[str, Any]) -> int:
    """Return the size of the index entry of an item."""
    return count_item_bytes({name: item[name] for name in ENTRY if name in item})


def count_item_bytes(item: Mapping[str, Any]) -> int:
    """Return the size of an item, given as DynamoDB's typed JSON, in bytes as DynamoDB counts them.

    Binary values may be bytes, as boto3 has them, or base64, as requests do.
    """
    return sum(len(name.encode()) + _count_value_bytes(value) for name, value in item.items())


def _count_value_bytes(value: Mapping[str, Any]) -> int:
    ((kind, content),) = value.items()
    match kind:
        case "S":
            return len(content.encode())
        case "B":
            return len(content if isinstance(content, bytes) else base64.b64decode(content))
        case "N":
            return _count_number_bytes(content)
        case "M":
            return 3 + len(content) + count_item_bytes(content)
        case "L":
            return 3 + len(content) + sum(map(_count_value_bytes, content))
        case _:  # BOOL and NULL
            return 1


def _count_number_bytes(number: str) -> int:
    digits = number.partition("e")[0].lstrip("-").replace(".", "").strip("0")
    return -(-len(digits) // 2) + 1 + number.startswith("-")
