"""Take the fields of a record apart into leaves: values with the path of names that leads to each."""

import json
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple

import orjson

from log_processor.formats.lib.numbers import is_storable
from log_processor.storing.attribute_names import MAX_DEPTH
from log_processor.storing.items import DIGITS_LIMIT, encode_attribute

TEXT, INTEGER, DECIMAL, JSON = "sifj"
"""The kinds of a leaf: how its value is read from the word that stands for it."""
KINDS: dict[type, str] = {str: TEXT, int: INTEGER, float: DECIMAL}
Path = tuple[str, ...]


class Leaves(NamedTuple):
    """The leaves of a record's fields: their paths, their kinds (a character each), and the words that stand for them.

    For example, `{"http": {"status": 200}, "ip": "::1"}` has the paths `("http", "status")` and `("ip",)`, the kinds
    `is` and the words `200` and `::1`.
    """

    paths: tuple[Path, ...]
    kinds: str
    words: list[str]


def take_leaves(fields: dict[str, Any], text: str) -> Leaves:
    """Return the leaves of `fields` as an item of the record `text` would hold them."""
    kinds: list[str] = []
    words: list[str] = []
    for value in fields.values():  # most fields are flat, and of these kinds
        kind = type(value)
        if kind is str:
            kinds.append(TEXT)
            words.append(value)
        elif kind is int and -DIGITS_LIMIT < value < DIGITS_LIMIT:
            kinds.append(INTEGER)
            words.append(str(value))
        elif kind is float and is_storable(value):
            kinds.append(DECIMAL)
            words.append(repr(value))
        else:
            return _take_others(fields, text)
    if "" in fields:
        return _take_others(fields, text)
    return Leaves(_make_paths(tuple(fields)), "".join(kinds), words)


@lru_cache(maxsize=256)
def _make_paths(names: tuple[str, ...]) -> tuple[Path, ...]:
    return tuple((name,) for name in names)


def _take_others(fields: dict[str, Any], text: str) -> Leaves:
    """Return the leaves of fields of any kind."""
    paths, kinds, words = [], [], []
    for path, value in _walk(fields, text, ()):
        kind = KINDS.get(type(value), JSON)
        paths.append(path)
        kinds.append(kind)
        words.append(value if kind == TEXT else dump_json(value) if kind == JSON else repr(value))
    return Leaves(tuple(paths), "".join(kinds), words)


def _walk(fields: dict[str, Any], text: str, parents: Path) -> Iterator[tuple[Path, Any]]:
    """Yield the path and the value of each leaf; a map without members is a leaf."""
    for name, value in _name_all(fields).items():
        kind = type(value)
        if kind is str or (kind is int and -DIGITS_LIMIT < value < DIGITS_LIMIT):
            yield (*parents, name), value
        elif kind is dict and value and len(parents) < MAX_DEPTH - 1:
            yield from _walk(value, text, (*parents, name))
        else:
            yield (*parents, name), _read_attribute(encode_attribute(value, len(parents) + 1, text))


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
