"""Turn the values of OTLP's JSON, which name their types, into plain ones: `{"intValue": "42"}` becomes 42."""

import re
from collections.abc import Callable
from typing import Any

WHOLE = re.compile(r"0|-?[1-9]\d{0,37}")


def read_value(value: Any) -> Any:
    """Return the plain value of an AnyValue; None for an empty one.

    A whole number, which OTLP writes as text, becomes a number if it has at most 38 digits. What is no AnyValue, or
    holds a value of another type than it names, stays as it is.
    """
    if not isinstance(value, dict) or len(value) > 1:
        return value
    for kind, held in value.items():
        read = READERS.get(kind)
        plain = read(held) if read else None
        return value if plain is None else plain
    return None


def read_attributes(listed: Any) -> dict[str, Any] | None:
    """Return the attributes of a list of `{"key": …, "value": …}`, of equal keys the first; None if it is none."""
    if not isinstance(listed, list):
        return None
    attributes: dict[str, Any] = {}
    for one in listed:
        if not isinstance(one, dict) or not isinstance(one.get("key"), str):
            return None
        attributes.setdefault(one["key"], read_value(one.get("value")))
    return attributes


def _read_whole(held: Any) -> Any:
    return int(held) if isinstance(held, str) and WHOLE.fullmatch(held) else held


def _read_list(held: Any) -> list[Any] | None:
    values = held.get("values", []) if isinstance(held, dict) else None
    return [read_value(one) for one in values] if isinstance(values, list) else None


def _read_map(held: Any) -> dict[str, Any] | None:
    return read_attributes(held.get("values", [])) if isinstance(held, dict) else None


def _read_scalar(held: Any) -> Any:
    return None if isinstance(held, dict | list) else held


READERS: dict[str, Callable[[Any], Any]] = {
    "stringValue": _read_scalar,
    "boolValue": _read_scalar,
    "doubleValue": _read_scalar,
    "bytesValue": _read_scalar,
    "intValue": _read_whole,
    "arrayValue": _read_list,
    "kvlistValue": _read_map,
}
