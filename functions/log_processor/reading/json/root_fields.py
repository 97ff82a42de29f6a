"""Collect the root fields of a document: those before its array, and in a small document also those after it."""

import json
from collections.abc import Collection
from typing import Any

from log_processor.reading.json.expansion import Expansions, Path, RootField
from log_processor.state import measure_in_message

HELD_BYTES = 256 * 1024
"""A document up to this size repeats also the root fields that stand after its array."""
MEMBER_BYTES = 8 * 1024
"""The largest member that is parsed."""
MAX_FIELD_BYTES = 12 * 1024
"""The most of a root field in a message: ten of them fit into one, beside the rest of it."""


class RootFields:
    """The root fields of the current document; `shared` holds those that its records share, by field name."""

    def __init__(self, expansions: Expansions) -> None:
        self._expansions = expansions
        self._wanted = {field.path for expansion in expansions.values() for field in expansion.root_fields}
        self._values: dict[Path, Any] = {}
        self._fields: tuple[RootField, ...] = ()
        self.shared: dict[str, Any] = {}

    def begin(self) -> None:
        """Begin a document, and forget the one before it."""
        self._values, self._fields, self.shared = {}, (), {}

    def enter(self, path: Path) -> None:
        """Begin the array at `path`; its records share the root fields that came before it."""
        expansion = self._expansions.get(path)
        self._fields = expansion.root_fields if expansion else ()
        self.shared = self._select(self._wanted)

    def resume(self, path: Path, shared: dict[str, Any]) -> None:
        """Resume in the array at `path`, of which earlier records have the root fields `shared`."""
        self.enter(path)
        self.shared = shared

    def note_member(self, path: Path, value: bytes, read_bytes: int) -> None:
        """Note the JSON `value` of the member at `path`; with it, `read_bytes` of the document are read."""
        wanted = [field_path for field_path in self._wanted if field_path[: len(path)] == path]
        if not wanted or len(value) > MEMBER_BYTES:
            return
        member = _parse_member(value)
        for field_path in wanted:
            field_value = _get_nested(member, field_path[len(path) :])
            if field_value is not None and measure_in_message(field_value) <= MAX_FIELD_BYTES:
                self._values[field_path] = field_value
        if read_bytes <= HELD_BYTES:
            self.shared |= self._select(wanted)

    def is_waiting(self, read_bytes: int) -> bool:
        """Tell whether a root field is missing that may still come, if `read_bytes` of the document are read so far."""
        return len(self.shared) < len(self._fields) and read_bytes <= HELD_BYTES

    def _select(self, wanted: Collection[Path]) -> dict[str, Any]:
        known = (field for field in self._fields if field.path in wanted and field.path in self._values)
        return {field.name: [self._values[field.path]] if field.listed else self._values[field.path] for field in known}


def _get_nested(value: Any, path: Path) -> Any:
    for name in path:
        if not isinstance(value, dict):
            return None
        value = value.get(name)
    return value


def _parse_member(value: bytes) -> Any:
    """Return a member's value as it can be stored; None if it is no JSON or is nested too deeply.

    Make NaN and the infinities text, and replace lone surrogates.
    """
    try:
        member = json.loads(value.decode("utf-8", "replace"), strict=False, parse_constant=str)
        return json.loads(json.dumps(member, ensure_ascii=False).encode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return None
