"""Collect the root fields of a document: those before its array, and in a small document also those after it."""

import json
from collections.abc import Collection
from typing import Any

from log_processor.formats.lib.numbers import load_json_exactly
from log_processor.formats.lib.otlp_values import read_attributes
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
        self._wanted = {field.path: field for expansion in expansions.values() for field in expansion.root_fields}
        self._values: dict[Path, dict[str, Any]] = {}
        self._fields: tuple[RootField, ...] = ()
        self._is_nested = False
        self.shared: dict[str, Any] = {}

    def begin(self) -> None:
        """Begin a document, and forget the one before it."""
        self._values, self._fields, self.shared = {}, (), {}

    def begin_object(self, path: Path) -> None:
        """Begin an object of the array at `path`, and forget what stood in the one before it."""
        self._values = {known: value for known, value in self._values.items() if known[: len(path)] != path}

    def enter(self, path: Path) -> None:
        """Begin the array at `path`; its records share the root fields that came before it."""
        expansion = self._expansions.get(path)
        self._fields = expansion.root_fields if expansion else ()
        self._is_nested = expansion is not None and expansion.nested
        self.shared = self._select(self._wanted)

    def resume(self, path: Path, shared: dict[str, Any]) -> None:
        """Resume in the array at `path`, of which earlier records have the root fields `shared`."""
        self.enter(path)
        self.shared = shared
        named = {field.name for field in self._fields if field.name}
        attributes = {name: value for name, value in shared.items() if name not in named}
        for field in self._fields:
            if not field.name:
                self._values[field.path] = attributes
            elif field.name in shared:
                self._values[field.path] = {field.name: shared[field.name]}

    def note_member(self, path: Path, value: bytes, read_bytes: int) -> None:
        """Note the JSON `value` of the member at `path`; with it, `read_bytes` of the document are read."""
        wanted = [field_path for field_path in self._wanted if field_path[: len(path)] == path]
        if not wanted or len(value) > MEMBER_BYTES:
            return
        member = _parse_member(value)
        for field_path in wanted:
            field_value = _get_nested(member, field_path[len(path) :])
            if field_value is not None and measure_in_message(field_value) <= MAX_FIELD_BYTES:
                self._values[field_path] = self._name(self._wanted[field_path], field_value)
        if read_bytes <= HELD_BYTES and not self._is_nested:
            self.shared |= self._select(wanted)

    def is_waiting(self, read_bytes: int) -> bool:
        """Tell whether a root field is missing that may still come, if `read_bytes` of the document are read so far."""
        return len(self.shared) < len(self._fields) and read_bytes <= HELD_BYTES and not self._is_nested

    def _name(self, field: RootField, value: Any) -> dict[str, Any]:
        """Return the value under the field's name; a list of attributes under their keys, but for names of others."""
        if field.name:
            return {field.name: [value] if field.listed else value}
        attributes = read_attributes(value) or {}
        taken = {other.name for other in self._wanted.values() if other.name}
        return {name: one for name, one in attributes.items() if name not in taken}

    def _select(self, wanted: Collection[Path]) -> dict[str, Any]:
        selected: dict[str, Any] = {}
        for field in self._fields:
            if field.path in wanted:
                selected |= self._values.get(field.path, {})
        return selected


def _get_nested(value: Any, path: Path) -> Any:
    for name in path:
        if not isinstance(value, dict):
            return None
        value = value.get(name)
    return value


def _parse_member(value: bytes) -> Any:
    """Return a member's value as it can be stored; None if it is no JSON or is nested too deeply.

    Make text of NaN, the infinities and numbers that cannot be stored as written, and replace lone surrogates.
    """
    try:
        member = load_json_exactly(value.decode("utf-8", "replace"), strict=False)
        return load_json_exactly(json.dumps(member, ensure_ascii=False).encode("utf-8", "replace").decode())
    except (ValueError, RecursionError):
        return None
