"""Words become values: numbers and addresses."""

import re
from collections.abc import Callable
from typing import Any

FieldRule = tuple[str, Callable[[str], Any]]
"""A field's name and what makes its value of a word."""
ABSENT = frozenset({"-", ""})
MAX_DIGITS = 19  # what fits into 64 bits
WORD = re.compile(r'"([^"\\]*(?:\\.[^"\\]*)*)"(?= |$)|\[([^\[\]]{0,1000})\](?= |$)|(\S+)')


def split_words(text: str) -> list[str]:
    """The words of `text`, some in quotes or brackets, which are taken off; escapes are left as they stand."""
    return [quoted or bracketed or bare for quoted, bracketed, bare in WORD.findall(text)]


def parse_number(word: str) -> int | float | str:
    """A whole or decimal number; what is none, or whole and longer than 64 bits, stays text."""
    if word.removeprefix("-").isdecimal():
        return int(word) if len(word) <= MAX_DIGITS else word
    try:
        value = float(word)
    except ValueError:
        return word
    return value if value - value == 0 else word  # infinities and NaN stay text


def put_address(fields: dict[str, Any], name: str, word: str) -> None:
    """`host:port` (IPv6 with or without brackets) as `<name>.address` and `<name>.port`."""
    if word in ABSENT:
        return
    host, colon, port = word.rpartition(":")
    if colon and port.isdecimal() and len(port) <= MAX_DIGITS:
        fields[f"{name}.address"], fields[f"{name}.port"] = host.strip("[]"), int(port)
    else:
        fields[f"{name}.address"] = word
