"""Write the values of fields as words, and read them back."""

import json
from typing import Any

import orjson

from log_processor.formats.lib.numbers import is_storable
from log_processor.storing.items import DIGITS_LIMIT, encode_attribute

TEXT, INTEGER, DECIMAL, JSON = "sifj"
"""The kinds of a leaf: how its value is read from the word that stands for it."""
KINDS: dict[type, str] = {str: TEXT, int: INTEGER, float: DECIMAL}
CONSTANTS = {None: "null", True: "true", False: "false"}
Path = tuple[str, ...]


def read_leaf(value: Any, text: str, depth: int) -> tuple[str, str]:
    """Return the kind of a value that is a leaf, and its word."""
    kind = type(value)
    if kind is str:
        return TEXT, value
    if value is None or kind is bool:
        return JSON, CONSTANTS[value]
    if kind is list and _is_plain(value):
        return JSON, dump_json(value)
    if not (kind is int and -DIGITS_LIMIT < value < DIGITS_LIMIT):
        value = _read_attribute(encode_attribute(value, depth + 1, text))
    own_kind = KINDS.get(type(value), JSON)
    return own_kind, value if own_kind == TEXT else dump_json(value) if own_kind == JSON else repr(value)


def is_plain_number(value: float) -> bool:
    """Tell whether an item holds a decimal as it is."""
    return 1e-9 < value < 1e15 or is_storable(value)


def _is_plain(value: Any) -> bool:
    """Tell whether an item would hold a value as it is: text, small integers and constants, in lists and maps."""
    kind = type(value)
    if kind is list:
        return all(map(_is_plain, value))
    if kind is dict:
        return "" not in value and all(map(_is_plain, value.values()))
    return kind is str or kind is bool or value is None or (kind is int and -1e15 < value < 1e15)


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
