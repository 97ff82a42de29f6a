"""Conditions on records: compare an attribute or a field, combine conditions, and decide early what is decidable."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from log_processor.formats.lib.levels import BY_RANK, normalise_level
from log_processor.storing.index_entry import INDEXED, find_status

ENTRY_NAMES = frozenset({"log_id", "timestamp", "source", *INDEXED})
"""What an entry of the index says of its record; of anything else it says nothing."""
SERVER_ERROR = 500


class Unknown:
    """What an entry of the index says of an attribute that it does not hold."""


UNKNOWN = Unknown()
Lookup = Callable[[str], Any]


def find_attribute(attributes: Mapping[str, Any], name: str) -> Any:
    """Return an attribute of a record, else the field of that name, also one within others (`user.name`); else None.

    `status` is also value in the records of before, which have it among their fields alone.
    """
    if name in attributes:
        return attributes[name]
    fields = attributes.get("fields") or {}
    if name == "status":
        return find_status(fields) or fields.get(name)
    return _find_field(fields, name.removeprefix("fields."))


def _find_field(fields: Any, name: str) -> Any:
    """Return a field by its whole name, or by the names on the way to it."""
    if not isinstance(fields, Mapping):
        return None
    if name in fields:
        return fields[name]
    for number, character in enumerate(name):
        if character == "." and name[:number] in fields:
            return _find_field(fields[name[:number]], name[number + 1 :])
    return None


def find_in_entry(attributes: Mapping[str, Any], name: str) -> Any:
    """Return an attribute that the index holds; `UNKNOWN` if only the whole record tells."""
    return attributes.get(name) if name in ENTRY_NAMES else UNKNOWN


class Condition(Protocol):
    """Something that holds of a record or not."""

    @property
    def names(self) -> frozenset[str]:
        """Return the attributes and fields that decide it."""

    def test(self, look_up: Lookup) -> bool | None:
        """Tell whether it holds; None if that depends on something that `look_up` does not know."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """A comparison of the attribute `name` with a value; as numbers if both are, and levels by their severity."""

    name: str
    operator: str
    value: str

    @property
    def names(self) -> frozenset[str]:
        """Return the one name."""
        return frozenset({self.name})

    def test(self, look_up: Lookup) -> bool | None:
        """Tell whether it holds; of a record without the attribute only `!=` and `!~` do."""
        value = look_up(self.name)
        if value is UNKNOWN:
            return None
        if value is None:
            return self.operator in ("!=", "!~")
        if self.operator in ("~", "!~"):
            return bool(re.search(self.value, _write(value))) is (self.operator == "~")
        left, right = self._make_comparable(value)
        return OPERATORS[self.operator](left, right)

    def _make_comparable(self, value: Any) -> tuple[Any, Any]:
        if self.name == "level":
            ranks = [rank_level(normalise_level(word) or word) for word in (_write(value), self.value)]
            return (ranks[0], ranks[1]) if None not in ranks else (_write(value), self.value)
        left, right = _read_number(value), _read_number(self.value)
        return (_write(value), self.value) if left is None or right is None else (left, right)


OPERATORS: Mapping[str, Callable[[Any, Any], bool]] = {
    "=": lambda left, right: bool(left == right),
    "!=": lambda left, right: bool(left != right),
    "<": lambda left, right: bool(left < right),
    "<=": lambda left, right: bool(left <= right),
    ">": lambda left, right: bool(left > right),
    ">=": lambda left, right: bool(left >= right),
}


def rank_level(level: str) -> int | None:
    """Return how severe a level is, from 0; None if it is no level."""
    return BY_RANK.index(level) if level in BY_RANK else None


def _write(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else str(value)


def _read_number(value: Any) -> float | int | None:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        return int(value) if not isinstance(value, float) else value
    except ValueError:
        try:
            return float(value)
        except ValueError:
            return None


@dataclass(frozen=True, slots=True)
class Exists:
    """The record has an attribute or field of this name."""

    name: str

    @property
    def names(self) -> frozenset[str]:
        """Return the one name."""
        return frozenset({self.name})

    def test(self, look_up: Lookup) -> bool | None:
        """Tell whether it has."""
        value = look_up(self.name)
        return None if value is UNKNOWN else value is not None


@dataclass(frozen=True, slots=True)
class Contains:
    """The text of the record has these characters; small and capital letters are the same."""

    text: str

    @property
    def names(self) -> frozenset[str]:
        """Return the name of the text."""
        return frozenset({"log_data"})

    def test(self, look_up: Lookup) -> bool | None:
        """Tell whether it has."""
        value = look_up("log_data")
        return None if value is UNKNOWN else self.text.casefold() in str(value or "").casefold()


@dataclass(frozen=True, slots=True)
class IsError:
    """The level is error or fatal, or the HTTP status 500 or more."""

    @property
    def names(self) -> frozenset[str]:
        """Return both names."""
        return frozenset({"level", "status"})

    def test(self, look_up: Lookup) -> bool | None:
        """Tell whether it is; the index knows."""
        level, status = look_up("level"), _read_number(look_up("status"))
        return level in ("error", "fatal") or (status is not None and status >= SERVER_ERROR)
