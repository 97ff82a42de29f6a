"""Write a condition on records as one of SQL, where both mean the same."""

import re
from dataclasses import dataclass
from typing import Any

from log_processor.formats.lib.levels import BY_RANK, normalise_level

from ops.exporting.columns import COLUMNS
from ops.reading.combined import Every, Not, Some
from ops.reading.conditions import SERVER_ERROR, Comparison, Condition, Contains, Exists, IsError, rank_level

MAX_DOTS = 2
MAX_DIGITS = 15
"""Numbers of more digits are not compared by SQL, which would round them."""
NUMBER = re.compile(r"[+-]?\d{1,15}(?:\.\d{1,6})?")
ERROR_LEVELS = ("error", "fatal")


@dataclass(frozen=True, slots=True)
class Clause:
    """A piece of SQL with the values of its question marks."""

    sql: str
    values: tuple[Any, ...] = ()


class UntranslatableError(Exception):
    """SQL has no condition that means the same."""


def write_clause(condition: Condition | None) -> Clause:
    """Return the clause of a condition; raises `UntranslatableError` if Python alone can test it."""
    match condition:
        case None:
            return Clause("TRUE")
        case Every(parts):
            return _join(" AND ", parts)
        case Some(parts):
            return _join(" OR ", parts)
        case Not(negated):
            clause = write_clause(negated)
            return Clause(f"(NOT {clause.sql})", clause.values)
    return _write_single(condition)


def _write_single(condition: Condition) -> Clause:
    match condition:
        case Contains(text):
            return Clause("contains(lower(coalesce(log_data, '')), lower(?))", (text,))
        case Exists(name):
            clause = write_value(name)
            return Clause(f"({clause.sql} IS NOT NULL)", clause.values)
        case IsError():
            return Clause(f"(coalesce(level, '') IN {ERROR_LEVELS} OR coalesce(status, 0) >= {SERVER_ERROR})")
        case Comparison(operator="~" | "!~"):
            raise UntranslatableError
        case Comparison():
            return _compare(condition)
    raise UntranslatableError


def _join(word: str, parts: tuple[Condition, ...]) -> Clause:
    clauses = [write_clause(part) for part in parts]
    return Clause(f"({word.join(one.sql for one in clauses)})", tuple(value for one in clauses for value in one.values))


def write_value(name: str) -> Clause:
    """Return the text of an attribute or field: `user.name` is a field of that name, or one within `user`."""
    if name == "status":
        return Clause("coalesce(CAST(status AS VARCHAR), fields ->> ?)", (_write_path(["status"]),))
    if name in COLUMNS and name != "fields":
        return Clause(f'CAST("{name}" AS VARCHAR)')
    field = name.removeprefix("fields.")
    if field.count(".") > MAX_DOTS or '"' in field or "\\" in field or name == "fields":
        raise UntranslatableError
    paths = [_write_path(parts) for parts in _split_name(field)]
    return Clause(f"coalesce({', '.join(['fields ->> ?'] * len(paths))}, NULL)", tuple(paths))


def _split_name(name: str) -> list[list[str]]:
    """Return the ways to take a name apart at its dots, the whole name first."""
    ways = [[name]]
    for number, character in enumerate(name):
        if character == ".":
            ways += [[name[:number], *rest] for rest in _split_name(name[number + 1 :])]
    return ways


def _write_path(parts: list[str]) -> str:
    return "$" + "".join(f'."{part}"' for part in parts)


def _compare(comparison: Comparison) -> Clause:
    """Return a comparison that a record without the attribute fulfils if the operator is `!=`."""
    value = comparison.value
    rank = rank_level(normalise_level(value) or value) if comparison.name == "level" else None
    if rank is not None:
        return _compare_level(comparison.operator, rank, value)
    return _compare_value(write_value(comparison.name), comparison.operator, value, is_level=comparison.name == "level")


def _compare_level(operator: str, rank: int, value: str) -> Clause:
    """Return the comparison by severity, and as texts if the level of a record is none that is known."""
    known = f"list_position({list(BY_RANK)}, level)"
    compared = f"CASE WHEN {known} > 0 THEN {known} {operator} {rank + 1} ELSE level {operator} ? END"
    return Clause(f"coalesce({compared}, {operator == '!='})", (value,))


def _compare_value(text: Clause, operator: str, value: str, *, is_level: bool) -> Clause:
    """Return the comparison as numbers if both are, else as texts."""
    plain, missing = f"{text.sql} {operator} ?", operator == "!="
    if is_level or not NUMBER.fullmatch(value):
        if not is_level and _may_be_number(value):
            raise UntranslatableError
        return Clause(f"coalesce({plain}, {missing})", (*text.values, value))
    number = f"TRY_CAST({text.sql} AS DOUBLE)"
    sql = f"coalesce(CASE WHEN {number} IS NOT NULL THEN {number} {operator} ? ELSE {plain} END, {missing})"
    return Clause(sql, (*text.values, *text.values, float(value), *text.values, value))


def _may_be_number(value: str) -> bool:
    try:
        float(value)
    except ValueError:
        return False
    return True
