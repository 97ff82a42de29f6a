"""Convert DynamoDB's typed JSON into plain values, and count what an answer has read."""

from collections.abc import Mapping
from typing import Any

from ops.frame.read_budget import UNIT_BYTES

Typed = Mapping[str, Any]


def convert_item(item: Mapping[str, Typed]) -> dict[str, Any]:
    """Return the attributes of an item as plain values: `{"a": {"N": "1"}}` becomes `{"a": 1}`."""
    return {name: convert_value(value) for name, value in item.items()}


def convert_value(value: Typed) -> Any:
    """Return a value of DynamoDB's typed JSON as a plain one; a set becomes a sorted list."""
    ((kind, content),) = value.items()
    match kind:
        case "M":
            return convert_item(content)
        case "L":
            return [convert_value(member) for member in content]
        case "N":
            return float(content) if set(content) & set(".eE") else int(content)
        case "NULL":
            return None
        case "SS":
            return sorted(content)
        case _:
            return content


def count_read_bytes(answer: Any) -> int:
    """Return the bytes that an answer is charged for: a read unit that is not strongly consistent has 8 KiB."""
    consumed = answer.get("ConsumedCapacity") or {}
    entries = consumed if isinstance(consumed, list) else [consumed]
    return int(sum(one.get("CapacityUnits", 0) for one in entries) * UNIT_BYTES)
