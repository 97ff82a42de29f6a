"""What a route's `include` and `exclude` say, as conditions."""

from typing import Any

from log_processor.routing.config.written import Written
from log_processor.routing.lib.filters import Condition, FieldCondition, TextCondition, as_text
from log_processor.routing.lib.patterns import Pattern, PatternError, compiled

FIELD_KEYS = ("field", "equals", "matches")
MOST_CONDITIONS = 50


def conditions(written: Written, key: str) -> tuple[Condition, ...]:
    """The conditions of `key` (`include` or `exclude`); raises `RouteError`."""
    found = written.values.get(key, [])
    if not isinstance(found, list) or len(found) > MOST_CONDITIONS:
        written.refuse(
            key, f"'{key}' is no list of at most {MOST_CONDITIONS}: list patterns and {{field = …}} conditions"
        )
    return tuple(_condition(written, key, one) for one in found)


def _condition(written: Written, key: str, one: Any) -> Condition:
    if isinstance(one, str):
        return TextCondition(_compiled(written, key, one))
    if not isinstance(one, dict):
        written.refuse(key, f"'{key}' holds {one!r}: list patterns and {{field = …}} conditions")
    for name in one:
        if name not in FIELD_KEYS:
            written.refuse(key, f"unknown key {name!r} in {key}: a condition has {', '.join(FIELD_KEYS)}", name)
    field = one.get("field")
    if not isinstance(field, str) or not field:
        written.refuse(key, f'a condition of {key} names no field: write {{field = "level", equals = ["debug"]}}')
    if ("equals" in one) == ("matches" in one):
        written.refuse(key, f"the condition on {field!r} in {key} needs either 'equals' or 'matches'", field)
    if "equals" in one:
        return FieldCondition(field, equals=_values(written, key, field, one["equals"]))
    return FieldCondition(field, matches=_compiled(written, key, one["matches"]))


def _values(written: Written, key: str, field: str, values: Any) -> frozenset[str]:
    if not isinstance(values, list) or not values or not all(isinstance(one, str | int | float) for one in values):
        written.refuse(key, f"'equals' of {field!r} in {key} is {values!r}: list texts, numbers or booleans", field)
    return frozenset(as_text(one) for one in values)


def _compiled(written: Written, key: str, pattern: Any) -> Pattern:
    if not isinstance(pattern, str):
        written.refuse(key, f"'matches' in {key} is {pattern!r}: write one pattern between single quotes")
    try:
        program = compiled(pattern)
    except PatternError as error:
        written.refuse(key, f"{key}: {error}", pattern)
    if program.search(b"") is not None:
        written.refuse(
            key, f"{key}: the pattern {pattern!r} matches empty text, so every record: make it say more", pattern
        )
    return program
