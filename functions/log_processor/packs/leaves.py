"""Take the fields of a record apart into leaves: values with the path of names that leads to each."""

import json
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import orjson

from log_processor.formats.lib.numbers import is_storable
from log_processor.storing.attribute_names import MAX_DEPTH
from log_processor.storing.items import DIGITS_LIMIT, encode_attribute

TEXT, INTEGER, DECIMAL, JSON = "sifj"
"""The kinds of a leaf: how its value is read from the word that stands for it."""
KINDS: dict[type, str] = {str: TEXT, int: INTEGER, float: DECIMAL}
CONSTANTS = {None: "null", True: "true", False: "false"}
Path = tuple[str, ...]


class Leaves(NamedTuple):
    """The leaves of a record's fields: their paths, their kinds (a character each), and the words that stand for them.

    For example, `{"http": {"status": 200}, "ip": "::1"}` has the paths `("http", "status")` and `("ip",)`, the kinds
    `is` and the words `200` and `::1`. `name_characters` is how many characters the names in the paths have.
    """

    paths: tuple[Path, ...]
    kinds: str
    words: Sequence[str]
    name_characters: int


class _Names(NamedTuple):
    """What fields of the same names and types have in common: the paths and kinds of their leaves.

    `integers` and `decimals` say which of them are numbers. They are not `is_flat` if one is no text and no number.
    """

    is_flat: bool
    paths: tuple[Path, ...] = ()
    kinds: str = ""
    characters: int = 0
    integers: tuple[int, ...] = ()
    decimals: tuple[int, ...] = ()


def take_leaves(fields: dict[str, Any], text: str, depth: int = 0) -> Leaves:
    """Return the leaves of `fields`, below so many others, as an item of the record `text` would hold them."""
    values = list(fields.values())
    names = _describe_names(tuple(fields), tuple(map(type, values)))
    if not names.is_flat:
        return _take_nested(fields, text, depth)
    for index in names.integers:
        if not -DIGITS_LIMIT < values[index] < DIGITS_LIMIT:
            return _take_others(fields, text, depth)
    for index in names.decimals:
        if not (1e-9 < values[index] < 1e15 or is_storable(values[index])):
            return _take_others(fields, text, depth)
    return Leaves(names.paths, names.kinds, tuple(map(str, values)), names.characters)


@lru_cache(maxsize=256)
def _describe_names(names: tuple[str, ...], types: tuple[type, ...]) -> _Names:
    """Return what all fields of these names and types have in common."""
    kinds = "".join(KINDS.get(kind, JSON) for kind in types)
    if JSON in kinds or "" in names:
        return _Names(is_flat=False)
    integers, decimals = (
        tuple(index for index, kind in enumerate(kinds) if kind == wanted) for wanted in (INTEGER, DECIMAL)
    )
    return _Names(True, tuple((name,) for name in names), kinds, sum(map(len, names)), integers, decimals)


def _take_nested(fields: dict[str, Any], text: str, depth: int) -> Leaves:
    """Return the leaves of fields of which some are maps, or of another kind than text and numbers."""
    if "" in fields:
        return _take_others(fields, text, depth)
    kinds: list[str] = []
    words: list[str] = []
    parts: list[tuple[Path, ...] | None] = []
    for value in fields.values():
        kind = type(value)
        below: tuple[Path, ...] | None = None
        if kind is str:
            kinds.append(TEXT)
            words.append(value)
        elif value is None or kind is bool:
            kinds.append(JSON)
            words.append(CONSTANTS[value])
        elif kind is dict and value and depth < MAX_DEPTH - 1:
            below, own_kinds, own_words, _ = take_leaves(value, text, depth + 1)
            kinds.append(own_kinds)
            words += own_words
        else:
            own_kind, word = _read_leaf(value, text, depth)
            kinds.append(own_kind)
            words.append(word)
        parts.append(below)
    paths, characters = _join_paths(tuple(fields), tuple(parts))
    return Leaves(paths, "".join(kinds), words, characters)


@lru_cache(maxsize=256)
def _join_paths(names: tuple[str, ...], parts: tuple[tuple[Path, ...] | None, ...]) -> tuple[tuple[Path, ...], int]:
    """Return the paths of the leaves of fields, and the characters in them; `parts` are the paths below each name."""
    paths = [
        path
        for name, below in zip(names, parts, strict=True)
        for path in ([(name,)] if below is None else [(name, *path) for path in below])
    ]
    return tuple(paths), sum(len(name) for path in paths for name in path)


def _read_leaf(value: Any, text: str, depth: int) -> tuple[str, str]:
    """Return the kind of a value that is a leaf, and its word."""
    kind = type(value)
    if kind is list and _is_plain(value):
        return JSON, dump_json(value)
    if not (kind is int and -DIGITS_LIMIT < value < DIGITS_LIMIT):
        value = _read_attribute(encode_attribute(value, depth + 1, text))
    own_kind = KINDS.get(type(value), JSON)
    return own_kind, value if own_kind == TEXT else dump_json(value) if own_kind == JSON else repr(value)


def _is_plain(value: Any) -> bool:
    """Tell whether an item would hold a value as it is: text, small integers and constants, in lists and maps."""
    kind = type(value)
    if kind is list:
        return all(map(_is_plain, value))
    if kind is dict:
        return "" not in value and all(map(_is_plain, value.values()))
    return kind is str or kind is bool or value is None or (kind is int and -1e15 < value < 1e15)


def _take_others(fields: dict[str, Any], text: str, depth: int) -> Leaves:
    """Return the leaves of fields of any names and kinds."""
    leaves = list(_walk(fields, text, ("",) * depth))
    paths = tuple(path[depth:] for path, _ in leaves)
    kinds, words = zip(*(_read_leaf(value, text, len(path) - 1) for path, value in leaves), strict=True)
    return Leaves(paths, "".join(kinds), words, sum(len(name) for path in paths for name in path))


def _walk(fields: dict[str, Any], text: str, parents: Path) -> Iterator[tuple[Path, Any]]:
    """Yield the path and the value of each leaf; a map without members is a leaf."""
    for name, value in _name_all(fields).items():
        kind = type(value)
        if kind is str or (kind is int and -DIGITS_LIMIT < value < DIGITS_LIMIT):
            yield (*parents, name), value
        elif kind is dict and value and len(parents) < MAX_DEPTH - 1:
            yield from _walk(value, text, (*parents, name))
        else:
            yield (*parents, name), value


def _name_all(fields: dict[str, Any]) -> dict[str, Any]:
    """Return the fields with a name for each: an item has `_` for the empty one."""
    return {name or "_": value for name, value in fields.items()} if "" in fields else fields


def _read_attribute(attribute: dict[str, Any]) -> Any:
    """Return the plain value of what an item holds."""
    ((kind, content),) = attribute.items()
    match kind:
        case "N":
            return int(content) if content.lstrip("-").isdecimal() else float(content)
        case "L":
            return [_read_attribute(member) for member in content]
        case "M":
            return {name: _read_attribute(member) for name, member in content.items()}
        case "NULL":
            return None
    return content


def read_word(kind: str, word: str) -> Any:
    """Return the value that `word` stands for."""
    if kind == TEXT:
        return word
    return int(word) if kind == INTEGER else float(word) if kind == DECIMAL else json.loads(word)


def render_whole(fields: dict[str, Any], text: str) -> str:
    """Return the word of a leaf that is all the fields of the record `text`."""
    return dump_json(_read_attribute(encode_attribute(fields, 0, text)))


def dump_json(value: Any) -> str:
    """Return a value as JSON without blanks; the standard library encodes what orjson cannot, such as 38 digits."""
    try:
        return orjson.dumps(value).decode()
    except TypeError:
        return json.dumps(value, separators=(",", ":"))
