"""Which records are stored: conditions on text and fields, and a share that every attempt chooses alike."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from log_processor.record import LogRecord
from log_processor.routing.lib.patterns import Pattern

BUCKETS = 1 << 32


@dataclass(frozen=True, slots=True)
class TextCondition:
    """Met where the pattern is found in the record's text."""

    pattern: Pattern

    def met(self, _record: LogRecord, text: bytes) -> bool:
        """Whether the record, whose text is `text` in UTF-8, meets the condition."""
        return self.pattern.search(text) is not None


@dataclass(frozen=True, slots=True)
class FieldCondition:
    """Met where the field's value, written as text, is one of `equals` or has `matches` in it.

    `field` is `level`, `format`, or the name of a field; dots also lead into nested ones. A record without the field
    does not meet it.
    """

    field: str
    equals: frozenset[str] = frozenset()
    matches: Pattern | None = None

    def met(self, record: LogRecord, _text: bytes) -> bool:
        """Whether the record meets the condition."""
        value = field_of(record, self.field)
        if value is None:
            return False
        written = as_text(value)
        return written in self.equals or (
            self.matches is not None and self.matches.search(written.encode()) is not None
        )


Condition = TextCondition | FieldCondition


@dataclass(frozen=True, slots=True)
class Filters:
    """A record is kept where it is in the sample, meets one of `include` (if there are any) and none of `exclude`."""

    include: tuple[Condition, ...] = ()
    exclude: tuple[Condition, ...] = ()
    sample: float = 1.0

    def keep(self, record: LogRecord) -> bool:
        """Whether the record is stored.

        A record that its declared format could not read has no fields: a condition on one cannot keep it out.
        """
        if self.sample < 1 and not sampled(record.log_id, self.sample):
            return False
        text = record.log_data.encode() if self.include or self.exclude else b""
        return self._included(record, text) and not _any_met(self.exclude, record, text)

    def _included(self, record: LogRecord, text: bytes) -> bool:
        if not self.include or _any_met(self.include, record, text):
            return True
        return bool(record.parse_error) and any(isinstance(condition, FieldCondition) for condition in self.include)


def _any_met(conditions: tuple[Condition, ...], record: LogRecord, text: bytes) -> bool:
    return any(condition.met(record, text) for condition in conditions)


def sampled(log_id: str, share: float) -> bool:
    """Whether a record is in the sample: a function of its identity; a larger share holds every smaller one."""
    digest = hashlib.blake2b(log_id.encode(), digest_size=4).digest()
    return int.from_bytes(digest) < share * BUCKETS


def field_of(record: LogRecord, name: str) -> Any:
    """The value of a field by its name, or by the path of a nested one; None where there is none."""
    if name == "level":
        return record.level
    if name == "format":
        return record.format
    if name in record.fields:
        return record.fields[name]
    value: Any = record.fields
    for part in name.split("."):
        if not isinstance(value, Mapping) or part not in value:
            return None
        value = value[part]
    return value


def as_text(value: Any) -> str:
    """A value as it is written in JSON, without quotes; whole numbers without a fraction."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
