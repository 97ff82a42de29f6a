"""Sort records into tables: those of a table have the same fields, in the same places of their texts."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from log_processor.packs.learning import SAMPLES, Sample, learn_shape
from log_processor.packs.leaves import JSON, Path, render_whole
from log_processor.packs.rows import PackedRecord
from log_processor.packs.shapes import PLACELESS, TextShape
from log_processor.record import LogRecord

MAX_TABLES_OF_KIND = 8
MAX_TABLES = 64
"""The most tables of records with the same leaves, and of all; the fields of the others are stored as values."""
WHOLE: tuple[Path, ...] = ((),)
"""The path of a leaf that is all the fields of its record."""


@dataclass(slots=True)
class Table:
    """Records with the same leaves in the same places: the segments of each text, and the words of its leaves."""

    paths: tuple[Path, ...]
    kinds: str
    shape: TextShape
    segments: list[list[str]] = field(default_factory=list)
    words: list[Sequence[str]] = field(default_factory=list)


def make_column(values: Sequence[Any]) -> Any:
    """Return the values; if all are equal, one of them."""
    return {"=": values[0]} if values.count(values[0]) == len(values) else values


def tabulate(rows: Sequence[PackedRecord]) -> tuple[list[int], list[Table]]:
    """Return the number of each record's table, and the tables."""
    groups: defaultdict[tuple[tuple[Path, ...], str], list[tuple[int, Sample]]] = defaultdict(list)
    for number, row in enumerate(rows):
        paths, kinds, words = row.leaves
        groups[paths, kinds].append((number, (row.record.log_data, words)))
    numbers: list[int] = [0] * len(rows)
    tables: list[Table] = []
    for (paths, kinds), group in groups.items():
        if len(tables) + MAX_TABLES_OF_KIND > MAX_TABLES:
            break
        for table, taken in _fill_tables(paths, kinds, group):
            for number in taken:
                numbers[number] = len(tables)
            tables.append(table)
        group.clear()
    others = sorted(number for group in groups.values() for number, _ in group)
    if others:
        for number in others:
            numbers[number] = len(tables)
        tables.append(_fill_whole([rows[number].record for number in others]))
    return numbers, tables


def _fill_tables(
    paths: tuple[Path, ...], kinds: str, group: list[tuple[int, Sample]]
) -> Iterator[tuple[Table, list[int]]]:
    """Yield the tables of records with the same leaves, each with the numbers of its records."""
    for number in range(1, MAX_TABLES_OF_KIND + 1):
        samples = [sample for _, sample in group[:: -(-len(group) // SAMPLES)]]
        shape = learn_shape(samples) if number < MAX_TABLES_OF_KIND else PLACELESS
        table, taken, others = Table(paths, kinds, shape), [], []
        for one in group:
            text, words = one[1]
            segments = shape.cut(text, words)
            if segments is None:
                others.append(one)
                continue
            table.segments.append(segments)
            table.words.append(words)
            taken.append(one[0])
        yield table, taken
        if not others:
            return
        group = others


def _fill_whole(records: Sequence[LogRecord]) -> Table:
    """Return the table of records whose fields are one leaf each."""
    words: list[Sequence[str]] = [[render_whole(record.fields, record.log_data)] for record in records]
    return Table(WHOLE, JSON, PLACELESS, [[record.log_data] for record in records], words)
