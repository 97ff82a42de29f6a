"""Read the `include` and `exclude` lists of a route table as conditions."""

from typing import Any

from log_processor.routing.config.toml_tables import RouteTable
from log_processor.routing.lib.filters import Condition, FieldCondition, TextCondition, render_value
from log_processor.routing.lib.patterns import Pattern, PatternError, compile_pattern
from log_processor.suggestion import suggest

FIELD_KEYS = ("field", "equals", "matches")
MAX_CONDITIONS = 50


def read_conditions(table: RouteTable, key: str) -> tuple[Condition, ...]:
    """Return the conditions that `key` (`include` or `exclude`) lists; raise `RouteError` if one cannot be used."""
    values = table.values.get(key, [])
    if not isinstance(values, list) or len(values) > MAX_CONDITIONS:
        table.refuse(key, f"'{key}' is no list of at most {MAX_CONDITIONS}: list patterns and {{field = …}} conditions")
    return tuple(_read_condition(table, key, value) for value in values)


def _read_condition(table: RouteTable, key: str, value: Any) -> Condition:
    if isinstance(value, str):
        return TextCondition(_read_pattern(table, key, value))
    if not isinstance(value, dict):
        table.refuse(key, f"'{key}' holds {value!r}: list patterns and {{field = …}} conditions")
    for name in value:
        if name not in FIELD_KEYS:
            meant = suggest(name, FIELD_KEYS)
            table.refuse(key, f"unknown key {name!r} in {key}: {meant}a condition has {', '.join(FIELD_KEYS)}", name)
    field = value.get("field")
    if not isinstance(field, str) or not field:
        table.refuse(key, f'a condition of {key} names no field: write {{field = "level", equals = ["debug"]}}')
    if ("equals" in value) == ("matches" in value):
        table.refuse(key, f"the condition on {field!r} in {key} needs either 'equals' or 'matches'", field)
    if "equals" in value:
        return FieldCondition(field, equals=_read_equals(table, key, field, value["equals"]))
    return FieldCondition(field, matches=_read_pattern(table, key, value["matches"]))


def _read_equals(table: RouteTable, key: str, field: str, values: Any) -> frozenset[str]:
    if not isinstance(values, list) or not values or not all(isinstance(value, str | int | float) for value in values):
        table.refuse(key, f"'equals' of {field!r} in {key} is {values!r}: list texts, numbers or booleans", field)
    return frozenset(render_value(value) for value in values)


def _read_pattern(table: RouteTable, key: str, pattern: Any) -> Pattern:
    if not isinstance(pattern, str):
        table.refuse(key, f"'matches' in {key} is {pattern!r}: write one pattern between single quotes")
    try:
        program = compile_pattern(pattern)
    except PatternError as error:
        table.refuse(key, f"{key}: {error}", pattern)
    if program.search(b"") is not None:
        table.refuse(
            key, f"{key}: the pattern '{pattern}' matches empty text, so every record: make it say more", pattern
        )
    return program
