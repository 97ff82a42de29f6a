"""Decide which records are stored: by conditions on text and fields, and by a sample that is stable over attempts."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from log_processor.record import LogRecord

if TYPE_CHECKING:
    from log_processor.routing.lib.patterns import Pattern

BUCKETS = 1 << 32


@dataclass(frozen=True, slots=True)
class TextCondition:
    """A condition that is met if the pattern matches somewhere in the record's text."""

    pattern: "Pattern"

    def is_met(self, _record: LogRecord, text: bytes) -> bool:
        """Tell whether the pattern matches somewhere in `text`, the record's text in UTF-8."""
        return self.pattern.search(text) is not None


@dataclass(frozen=True, slots=True)
class FieldCondition:
    """A condition that is met if the field's value is one of `equals`, or if `matches` matches somewhere in it.

    Values are compared as text, so 200 and "200" are equal. `field` is `level`, `format`, or the name of a field, with
    dots between the names of nested ones: `user.name`. A record without the field does not meet the condition.
    """

    field: str
    equals: frozenset[str] = frozenset()
    matches: "Pattern | None" = None

    def is_met(self, record: LogRecord, _text: bytes) -> bool:
        """Tell whether the record has the field, and its value is one of those that the condition names."""
        value = get_field(record, self.field)
        if value is None:
            return False
        text = render_value(value)
        return text in self.equals or (self.matches is not None and self.matches.search(text.encode()) is not None)


Condition = TextCondition | FieldCondition


@dataclass(frozen=True, slots=True)
class Filters:
    """The filters of a route: conditions to include and to exclude records, and the share of records to sample.

    With `include = ["POST"]`, `exclude = ["/health"]` and `sample = 0.1`, one in ten of the records with POST and
    without /health is stored.
    """

    include: tuple[Condition, ...] = ()
    exclude: tuple[Condition, ...] = ()
    sample: float = 1.0

    def should_keep(self, record: LogRecord) -> bool:
        """Tell whether the record is to be stored.

        It is if it is in the sample, meets a condition of `include` (or there is none), and meets none of `exclude`.
        A record that its declared format could not parse has no fields. It counts as meeting `include` if a condition
        there is on a field, so that it is not lost.
        """
        if self.sample < 1 and not is_sampled(record.log_id, self.sample):
            return False
        text = record.log_data.encode() if self.include or self.exclude else b""
        return self._is_included(record, text) and not _is_any_met(self.exclude, record, text)

    def _is_included(self, record: LogRecord, text: bytes) -> bool:
        if not self.include or _is_any_met(self.include, record, text):
            return True
        return bool(record.parse_error) and any(isinstance(condition, FieldCondition) for condition in self.include)


def _is_any_met(conditions: tuple[Condition, ...], record: LogRecord, text: bytes) -> bool:
    return any(condition.is_met(record, text) for condition in conditions)


def is_sampled(log_id: str, share: float) -> bool:
    """Tell whether a record is in the sample of `share` (0 to 1) of all records.

    The answer depends on the record's id alone, so every attempt samples the same records. A larger share contains
    every record of a smaller one.
    """
    digest = hashlib.blake2b(log_id.encode(), digest_size=4).digest()
    return int.from_bytes(digest) < share * BUCKETS


def get_field(record: LogRecord, name: str) -> Any:
    """Return the value of the field `name`, or None if the record has none.

    A field whose own name has dots comes first: `user.name` is the field of that name, or else `name` within `user`.
    """
    if name == "level":
        return record.level
    if name == "format":
        return record.format
    return get_nested(record.fields, name)


def get_nested(fields: Mapping[str, Any], name: str) -> Any:
    """Return the value of the field `name` of `fields`, or None if there is none; see `get_field`."""
    if name in fields:
        return fields[name]
    value: Any = fields
    for part in name.split("."):
        if not isinstance(value, Mapping) or part not in value:
            return None
        value = value[part]
    return value


def render_value(value: Any) -> str:
    """Return the text of a value, to be compared: `true` for True, `200` for 200 and for 200.0."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
