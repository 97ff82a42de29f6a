"""Tell whose a record is: by the value of a field, by a condition, or in text without fields by the value as a word."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ops.errors import CommandError
from ops.reading.combined import Some
from ops.reading.conditions import Comparison, Condition, find_attribute
from ops.reading.where import parse_where


@dataclass(frozen=True, slots=True)
class Person:
    """A person: `condition` holds of their records, and `words` stand in what is stored as text."""

    condition: Condition
    words: re.Pattern[str] | None

    def owns(self, attributes: Mapping[str, Any]) -> bool:
        """Tell whether a record is the person's; one without fields is if a word stands in its text."""
        if self.condition.test(lambda name: find_attribute(attributes, name)):
            return True
        return not attributes.get("fields") and self.is_named_in(str(attributes.get("log_data", "")))

    def is_named_in(self, text: str) -> bool:
        """Tell whether a text has one of the words."""
        return self.words is not None and self.words.search(text) is not None


def parse_person(fields: tuple[str, ...], where: tuple[str, ...]) -> Person:
    """Return whom `--field NAME=VALUE` and `--where CONDITION` mean: each of them alone is enough."""
    pairs = [_parse_field(field) for field in fields]
    conditions: list[Condition] = [Comparison(name, "=", value) for name, value in pairs]
    conditions += [parse_where(text) for text in where]
    if not conditions:
        raise CommandError("nobody is named: write --field NAME=VALUE, such as user.name=alice, or --where CONDITION")
    words = "|".join(re.escape(value) for _, value in pairs)
    return Person(Some(tuple(conditions)), re.compile(rf"(?<!\w)(?:{words})(?!\w)") if words else None)


def _parse_field(field: str) -> tuple[str, str]:
    name, sign, value = field.partition("=")
    if not (name and sign and value):
        raise CommandError(f"--field {name}: this is no field with a value: write NAME=VALUE, such as user.name=alice")
    return name, value
