"""Count an item as DynamoDB does (developer guide, "Item sizes and formats")."""

import base64
from collections.abc import Mapping
from typing import Any

CONTAINER_BYTES = 3


def count_item_bytes(item: Mapping[str, Any]) -> int:
    """Return the size of an item in DynamoDB's JSON: names and values in bytes."""
    return sum(len(name.encode()) + _count_value_bytes(value) for name, value in item.items())


def _count_value_bytes(value: Mapping[str, Any]) -> int:
    ((kind, content),) = value.items()
    match kind:
        case "M":
            return CONTAINER_BYTES + len(content) + count_item_bytes(content)
        case "L":
            return CONTAINER_BYTES + len(content) + sum(map(_count_value_bytes, content))
        case "SS" | "NS" | "BS":
            return sum(_count_scalar_bytes(kind[0], member) for member in content)
        case _:
            return _count_scalar_bytes(kind, content)


def _count_scalar_bytes(kind: str, content: Any) -> int:
    match kind:
        case "S":
            return len(content) if content.isascii() else len(content.encode())
        case "N":
            return _count_number_bytes(content)
        case "B":
            return len(content) if isinstance(content, bytes) else len(base64.b64decode(content))
        case _:  # BOOL and NULL
            return 1


def _count_number_bytes(number: str) -> int:
    """Return the size of a number: two digits a byte, one more, and one for a sign; zeros at its ends do not count."""
    digits = number.lower().partition("e")[0].lstrip("-").replace(".", "").strip("0")
    return -(-len(digits) // 2) + 1 + number.startswith("-")
