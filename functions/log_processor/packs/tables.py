"""Sort records into tables: those of a table have the same fields, in the same places of their texts."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from log_processor.packs.learning import SAMPLES, Sample, learn_shape
from log_processor.packs.leaves import JSON, Path, render_whole
from log_processor.packs.rows import PackedRecord
from log_processor.packs.shapes import PLACELESS, TextShape
from log_processor.packs.templates import make_column, make_template
from log_processor.record import LogRecord

MAX_TABLES_OF_KIND = 8
MAX_TABLES = 64
"""The most tables of records with the same leaves, and of all; the fields of the others are stored as values."""
Numbered = tuple[int, Sample]
"""The number of a record in its pack, and its text with the words of its leaves."""
WHOLE: tuple[Path, ...] = ((),)
"""The path of a leaf that is all the fields of its record."""


@dataclass(slots=True)
class Table:
    """Records with the same leaves in the same places: the columns of segments, and the words of the leaves of each."""

    paths: tuple[Path, ...]
    kinds: str
    shape: TextShape
    segments: list[Any]
    words: list[Sequence[str]]


def tabulate(rows: Sequence[PackedRecord]) -> tuple[list[int], list[Table]]:
    """Return the number of each record's table, and the tables."""
    groups = _group_by_leaves(rows)
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


def _group_by_leaves(rows: Sequence[PackedRecord]) -> dict[tuple[tuple[Path, ...], str], list[Numbered]]:
    """Return the records with their numbers, by the paths and the kinds of their leaves."""
    groups: defaultdict[tuple[tuple[Path, ...], str], list[Numbered]] = defaultdict(list)
    known: dict[tuple[int, str], list[Numbered]] = {}
    for number, row in enumerate(rows):
        paths, kinds, words, _ = row.leaves
        group = known.get((id(paths), kinds))  # most paths are the same object, and to compare them takes long
        if group is None:
            group = known[id(paths), kinds] = groups[paths, kinds]
        group.append((number, (row.record.log_data, words)))
    return groups


def _fill_tables(paths: tuple[Path, ...], kinds: str, group: list[Numbered]) -> Iterator[tuple[Table, list[int]]]:
    """Yield the tables of records with the same leaves, each with the numbers of its records."""
    for number in range(1, MAX_TABLES_OF_KIND + 1):
        samples = [sample for _, sample in group[:: -(-len(group) // SAMPLES)]]
        shape = learn_shape(samples) if number < MAX_TABLES_OF_KIND else PLACELESS
        segments, taken, others = _fill_form(shape, samples, group) or _cut_all(shape, group)
        yield Table(paths, kinds, shape, segments, [words for _, (_, words) in taken]), [one for one, _ in taken]
        if not others:
            return
        group = others


def _fill_form(
    shape: TextShape, samples: list[Sample], group: list[Numbered]
) -> tuple[list[Any], list[Numbered], list[Numbered]] | None:
    """Return the columns of segments, the records that have the form of the samples, and the others.

    Return None if there is no such form, or if others have the shape all the same.
    """
    template = make_template(shape, samples)
    if template is None:
        return None
    fill = template.fill
    filled = [fill(text, words) for _, (text, words) in group]
    taken, others = group, []
    if None in filled:
        others = [one for one, gaps in zip(group, filled, strict=True) if gaps is None]
        if len(others) == len(group) or any(shape.cut(*sample) is not None for _, sample in others):
            return None
        taken = [one for one, gaps in zip(group, filled, strict=True) if gaps is not None]
        filled = [gaps for gaps in filled if gaps is not None]
    words = list(zip(*(words for _, (_, words) in taken), strict=True))
    return template.build_columns(words, list(zip(*filled, strict=True))), taken, others


def _cut_all(shape: TextShape, group: list[Numbered]) -> tuple[list[Any], list[Numbered], list[Numbered]]:
    """Return the columns of segments, the records that have the shape, and the others."""
    cut = [shape.cut(*sample) for _, sample in group]
    rows = [row for row in cut if row is not None]
    taken = [one for one, row in zip(group, cut, strict=True) if row is not None]
    others = [one for one, row in zip(group, cut, strict=True) if row is None]
    return [make_column(column) for column in zip(*rows, strict=True)], taken, others


def _fill_whole(records: Sequence[LogRecord]) -> Table:
    """Return the table of records whose fields are one leaf each."""
    words: list[Sequence[str]] = [[render_whole(record.fields, record.log_data)] for record in records]
    return Table(WHOLE, JSON, PLACELESS, [make_column([record.log_data for record in records])], words)
