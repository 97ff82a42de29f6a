"""Take the fields of records apart into leaves, for all records of the same names at once."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from log_processor.packs.leaves import CONSTANTS, DECIMAL, INTEGER, JSON, TEXT, Path, is_plain_number, read_leaf
from log_processor.record import LogRecord
from log_processor.storing.attribute_names import MAX_DEPTH, name_empty
from log_processor.storing.items import DIGITS_LIMIT

Words = Sequence[str]
CONSTANT_TYPES = frozenset({bool, type(None)})


class LeafColumns(NamedTuple):
    """The leaves of some records: their paths, their kinds (a character each), and a column of words for each leaf.

    For example, `{"http": {"status": 200}, "ip": "::1"}` has the paths `("http", "status")` and `("ip",)`, the kinds
    `is` and the words `200` and `::1`. The record at `places[n]`, of those that were taken apart, has the nth word of
    each column.
    """

    paths: tuple[Path, ...]
    kinds: str
    columns: Sequence[Words]
    places: Sequence[int]


@dataclass(frozen=True, slots=True)
class LeafGroup:
    """Records whose leaves have the same paths and kinds: their numbers in the pack, their texts, and the words."""

    paths: tuple[Path, ...]
    kinds: str
    numbers: Sequence[int]
    texts: Words
    columns: Sequence[Words]

    def select(self, places: Sequence[int]) -> "LeafGroup":
        """Return the records at some places of the group."""
        pick = [select_places(column, places) for column in (self.texts, *self.columns)]
        return LeafGroup(self.paths, self.kinds, [self.numbers[at] for at in places], pick[0], pick[1:])

    def get_sample(self, position: int) -> tuple[str, Words]:
        """Return the text of a record, and the words of its leaves."""
        return self.texts[position], [column[position] for column in self.columns]


def select_places(column: Sequence[Any], places: Sequence[int]) -> list[Any]:
    """Return the values at some places of a column."""
    return [column[at] for at in places]


def group_leaves(records: Sequence[LogRecord]) -> list[LeafGroup]:
    """Return the records by the paths and the kinds of their leaves, as items of the records would hold them."""
    texts = [record.log_data for record in records]
    groups = _take_apart([record.fields for record in records], texts, 0)
    return [
        LeafGroup(one.paths, one.kinds, one.places, select_places(texts, one.places), one.columns) for one in groups
    ]


def _take_apart(maps: Sequence[dict[str, Any]], texts: Words, depth: int) -> Iterator[LeafColumns]:
    """Yield the leaves of maps, below so many others; `texts` are those of their records."""
    by_names: defaultdict[tuple[str, ...], list[int]] = defaultdict(list)
    for position, names in enumerate(map(tuple, maps)):
        by_names[names].append(position)
    for names, places in by_names.items():
        alike = maps if len(by_names) == 1 else select_places(maps, places)
        if "" in names:
            alike = [name_empty(one) for one in alike]
        own_texts = texts if len(by_names) == 1 else select_places(texts, places)
        columns = zip(*map(dict.values, alike), strict=True)
        parts = [list(_take_column(column, own_texts, depth)) for column in columns]
        yield from _join_columns(tuple(alike[0]), parts, places)


def _take_column(values: Sequence[Any], texts: Words, depth: int) -> Iterator[LeafColumns]:
    """Yield the leaves of values of the same name; usually all are of one kind, and then this is done at once."""
    types, places = set(map(type, values)), range(len(values))
    kind = types.pop() if len(types) == 1 else None
    if kind is str:
        yield LeafColumns(((),), TEXT, (values,), places)
    elif kind is int and max(values) < DIGITS_LIMIT and min(values) > -DIGITS_LIMIT:
        yield LeafColumns(((),), INTEGER, (list(map(str, values)),), places)
    elif kind is float and (words := _read_decimals(values)) is not None:
        yield LeafColumns(((),), DECIMAL, (words,), places)
    elif kind in CONSTANT_TYPES:
        yield LeafColumns(((),), JSON, ([CONSTANTS[value] for value in values],), places)
    elif kind is dict and depth < MAX_DEPTH - 1 and all(values):
        yield from _take_apart(values, texts, depth + 1)
    else:
        yield from _take_mixed(values, texts, depth)


def _read_decimals(values: Sequence[float]) -> list[str] | None:
    """Return the words of decimals; None if an item would hold one of them in another way.

    Often few of them differ, such as times in milliseconds. They are compared as words: 0.0 and -0.0 are equal.
    """
    words = list(map(repr, values))
    return words if all(map(is_plain_number, map(float, set(words)))) else None


def _take_mixed(values: Sequence[Any], texts: Words, depth: int) -> Iterator[LeafColumns]:
    """Yield the leaves of values of several kinds, or of kinds of which some are stored in another way."""
    below: list[int] = []
    by_kind: defaultdict[str, tuple[list[str], list[int]]] = defaultdict(lambda: ([], []))
    for position, value in enumerate(values):
        if type(value) is dict and value and depth < MAX_DEPTH - 1:
            below.append(position)
            continue
        kind, word = read_leaf(value, texts[position], depth)
        words, places = by_kind[kind]
        words.append(word)
        places.append(position)
    for kind, (words, places) in by_kind.items():
        yield LeafColumns(((),), kind, (words,), places)
    if below:
        for part in _take_apart(select_places(values, below), select_places(texts, below), depth + 1):
            yield part._replace(places=select_places(below, part.places))


def _join_columns(
    names: tuple[str, ...], parts: Sequence[Sequence[LeafColumns]], places: Sequence[int]
) -> Iterator[LeafColumns]:
    """Yield the leaves of maps of the same names, given those of each name; `places` are those of the maps."""
    several = [part for part in parts if len(part) > 1]
    if not several:
        yield _join_leaves(names, [part[0] for part in parts], places)
        return
    by_kinds: defaultdict[tuple[int, ...], list[int]] = defaultdict(list)
    for position, key in enumerate(zip(*map(_list_numbers, several), strict=True)):
        by_kinds[key].append(position)
    positions = [[dict(zip(one.places, range(len(one.places)), strict=True)) for one in part] for part in several]
    for key, own in by_kinds.items():
        chosen, numbers = [], iter(zip(key, positions, strict=True))
        for part in parts:
            if len(part) == 1:
                chosen.append(_select_leaves(part[0], own))
            else:
                number, known = next(numbers)
                chosen.append(_select_leaves(part[number], [known[number][position] for position in own]))
        yield _join_leaves(names, chosen, select_places(places, own))


def _list_numbers(part: Sequence[LeafColumns]) -> list[int]:
    """Return which of the leaves of a name each map has."""
    numbers = [0] * sum(len(one.places) for one in part)
    for number, one in enumerate(part):
        for position in one.places:
            numbers[position] = number
    return numbers


def _select_leaves(leaves: LeafColumns, places: Sequence[int]) -> LeafColumns:
    return leaves._replace(columns=[select_places(column, places) for column in leaves.columns], places=places)


def _join_leaves(names: tuple[str, ...], leaves: Sequence[LeafColumns], places: Sequence[int]) -> LeafColumns:
    """Return the leaves of maps as one, with the name of each before its paths."""
    paths = tuple((name, *path) for name, one in zip(names, leaves, strict=True) for path in one.paths)
    columns = [column for one in leaves for column in one.columns]
    return LeafColumns(paths, "".join(one.kinds for one in leaves), columns, places)
