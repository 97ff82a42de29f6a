"""Sort records into tables: those of a table have the same fields, in the same places of their texts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from log_processor.packs.leaf_groups import LeafGroup, Words, group_leaves
from log_processor.packs.learning import SAMPLES, Sample, learn_shape
from log_processor.packs.leaves import JSON, Path, render_whole
from log_processor.packs.shapes import PLACELESS, TextShape
from log_processor.packs.templates import make_column, make_template
from log_processor.record import LogRecord

MAX_TABLES_OF_KIND = 8
MAX_TABLES = 64
"""The most tables of records with the same leaves, and of all; the fields of the others are stored as values."""
WHOLE: tuple[Path, ...] = ((),)
"""The path of a leaf that is all the fields of its record."""


@dataclass(slots=True)
class Table:
    """Records with the same leaves in the same places: the columns of segments, and those of the words of leaves."""

    paths: tuple[Path, ...]
    kinds: str
    shape: TextShape
    segments: list[Any]
    columns: Sequence[Words]

    def count_characters(self, text: int) -> int:
        """Return a number that no record has more characters of in its leaves, if its text has at most `text`."""
        spans = self.shape.list_spans()
        words = [max(map(len, column)) for leaf, column in enumerate(self.columns) if leaf not in spans]
        return text * self.shape.count_covers() + sum(words) + sum(len(name) for path in self.paths for name in path)


class Tables(NamedTuple):
    """The tables of a pack, and for each record the number of its table."""

    numbers: list[int]
    tables: list[Table]


def tabulate(records: Sequence[LogRecord]) -> Tables:
    """Return the tables of records."""
    groups = group_leaves(records)
    table_numbers: list[int] = [0] * len(records)
    tables: list[Table] = []
    others: list[int] = []
    for group in groups:
        if len(tables) + MAX_TABLES_OF_KIND > MAX_TABLES:
            others += group.numbers
            continue
        for table, numbers in _fill_tables(group):
            for number in numbers:
                table_numbers[number] = len(tables)
            tables.append(table)
    if others:
        others.sort()
        for number in others:
            table_numbers[number] = len(tables)
        tables.append(_fill_whole([records[number] for number in others]))
    return Tables(table_numbers, tables)


def _fill_tables(group: LeafGroup) -> Iterator[tuple[Table, Sequence[int]]]:
    """Yield the tables of records with the same leaves, each with the numbers of its records."""
    for number in range(1, MAX_TABLES_OF_KIND + 1):
        count = len(group.numbers)
        samples = [group.get_sample(position) for position in range(0, count, -(-count // SAMPLES))]
        shape = learn_shape(samples) if number < MAX_TABLES_OF_KIND else PLACELESS
        segments, others = _cut_texts(shape, samples, group)
        taken = group
        if others:
            taken = group.select(sorted({*range(count)}.difference(others)))
        columns = [make_column(column) for column in segments]
        yield Table(taken.paths, taken.kinds, shape, columns, taken.columns), taken.numbers
        if not others:
            return
        group = group.select(others)


def _cut_texts(shape: TextShape, samples: Sequence[Sample], group: LeafGroup) -> tuple[Sequence[Words], list[int]]:
    """Return the columns of segments of the records that have the shape, and the places of the others in the group.

    Most texts have the form of the samples; the rest is cut one by one.
    """
    template = make_template(shape, samples)
    if template is None:
        rows = [shape.cut(*group.get_sample(position)) for position in range(len(group.numbers))]
        others = [position for position, row in enumerate(rows) if row is None]
        return list(zip(*(row for row in rows if row is not None), strict=True)), others
    segments, signs = template.fill(group.texts, group.columns)
    if signs is None:
        return segments, []
    columns = list(map(list, segments))
    others = []
    for position in (position for position, sign in enumerate(signs) if not sign):
        row = shape.cut(*group.get_sample(position))
        if row is None:
            others.append(position)
            continue
        for column, segment in zip(columns, row, strict=True):
            column[position] = segment
    left = set(others)
    return [[value for position, value in enumerate(column) if position not in left] for column in columns], others


def _fill_whole(records: Sequence[LogRecord]) -> Table:
    """Return the table of records whose fields are one leaf each."""
    words = [render_whole(record.fields, record.log_data) for record in records]
    return Table(WHOLE, JSON, PLACELESS, [make_column([record.log_data for record in records])], [words])
