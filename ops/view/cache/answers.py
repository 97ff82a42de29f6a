"""Ask the cache: bars of a histogram, the values of a facet, a page of records."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from log_processor.formats.lib.levels import BY_RANK

from ops.exporting.columns import COLUMNS
from ops.reading.combined import Every, list_parts
from ops.reading.conditions import Condition, find_attribute
from ops.reading.counts import choose_step
from ops.reading.span import Span
from ops.reading.store import Position, Record
from ops.view.cache.statements import Clause, UntranslatableError, write_clause, write_value
from ops.view.cache.table import CacheTable

NAMES = tuple(COLUMNS)
SELECTED = ", ".join(f'"{name}"' for name in NAMES)
NO_LEVEL = "none"
SAMPLE = 2_000
"""Of how many records the names of fields are listed."""


@dataclass(frozen=True, slots=True)
class Bars:
    """How many records each step of a span has, by level; `times` are the begins in epoch seconds."""

    times: list[int]
    step_s: int
    levels: dict[str, list[int]]


class Selected:
    """The records of the cache that are asked for: of some sources, in a span, under a condition."""

    def __init__(self, table: CacheTable, sources: Sequence[str], span: Span, condition: Condition | None) -> None:
        self._table, self._span = table, span
        self._where = _write_where(table, sources, span, condition)

    def count(self) -> int:
        """Return how many there are."""
        ((count,),) = self._select("count(*)")
        return int(count)

    def draw(self) -> Bars:
        """Return the bars, of which there are forty at most; levels are in the order of their severity."""
        step_ms = choose_step(self._span)
        first, last = self._span.first_ms // step_ms, self._span.last_ms // step_ms
        rows = self._select(f"timestamp // {step_ms}, coalesce(level, '{NO_LEVEL}'), count(*)", "GROUP BY ALL")
        levels = {level: [0] * (last - first + 1) for level in (NO_LEVEL, *BY_RANK, *sorted({row[1] for row in rows}))}
        for step, level, count in rows:
            levels[level][step - first] = count
        shown = {level: counts for level, counts in levels.items() if any(counts)}
        return Bars([step * step_ms // 1_000 for step in range(first, last + 1)], step_ms // 1_000, shown)

    def list_values(self, name: str, limit: int) -> list[tuple[str | None, int]]:
        """Return the most frequent values of an attribute or field with their records; None stands for no value."""
        try:
            clause = write_value(name)
        except UntranslatableError:
            values = (find_attribute(_read_attributes(row), name) for row in self._select(SELECTED))
            return Counter(None if value is None else str(value) for value in values).most_common(limit)
        rest = "GROUP BY value ORDER BY records DESC, value LIMIT ?"
        return [
            (row[0], row[1]) for row in self._select(f"{clause.sql} AS value, count(*) AS records", rest, clause, limit)
        ]

    def list_records(self, limit: int, offset: int, *, newest_first: bool) -> list[Record]:
        """Return a page of the records in the order of time."""
        direction = "DESC" if newest_first else "ASC"
        order = f'ORDER BY timestamp {direction}, object_version, "offset" {direction}, log_id LIMIT ? OFFSET ?'
        return [_make_record(row) for row in self._select(SELECTED, order, Clause(""), limit, offset)]

    def list_fields(self) -> list[str]:
        """Return the names of the fields of some of the records."""
        sample = f"SELECT fields FROM records WHERE {self._where.sql} LIMIT {SAMPLE}"
        rows = self._table.select(f"SELECT DISTINCT unnest(json_keys(fields)) FROM ({sample})", self._where.values)
        return sorted(name for (name,) in rows)

    def _select(
        self, columns: str, rest: str = "", clause: Clause | None = None, *values: Any
    ) -> list[tuple[Any, ...]]:
        given = clause.values if clause else ()
        sql = f"SELECT {columns} FROM records WHERE {self._where.sql} {rest}"
        return self._table.select(sql, (*given, *self._where.values, *values))


def _write_where(table: CacheTable, sources: Sequence[str], span: Span, condition: Condition | None) -> Clause:
    where = Clause("timestamp BETWEEN ? AND ?", (span.first_ms, span.last_ms))
    if sources:
        where = Clause(f"{where.sql} AND list_contains(?::VARCHAR[], source)", (*where.values, list(sources)))
    others: list[Condition] = []
    for part in list_parts(condition):
        try:
            clause = write_clause(part)
        except UntranslatableError:
            others.append(part)
        else:
            where = Clause(f"{where.sql} AND {clause.sql}", (*where.values, *clause.values))
    if not others:
        return where
    return Clause("rowid IN (SELECT unnest(?::BIGINT[]))", (_test_rows(table, where, Every(tuple(others))),))


def _test_rows(table: CacheTable, where: Clause, condition: Condition) -> list[int]:
    """Return the ids of the rows of which a condition holds that SQL does not have."""
    rows = table.select(f"SELECT rowid, {SELECTED} FROM records WHERE {where.sql}", where.values)
    return [row[0] for row in rows if condition.test(_make_record(row[1:]).get)]


def _make_record(row: Sequence[Any]) -> Record:
    attributes = _read_attributes(row)
    return Record(Position(attributes["timestamp"], "", attributes["log_id"]), attributes, whole=True)


def _read_attributes(row: Sequence[Any]) -> dict[str, Any]:
    attributes = {name: value for name, value in zip(NAMES, row, strict=True) if value is not None}
    return attributes | {"fields": json.loads(attributes.get("fields", "{}"))}
