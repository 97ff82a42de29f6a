"""Take lines apart into words, and words into the values of fields."""

from collections.abc import Callable
from typing import Any

from log_processor.formats.lib.lazy import compile_lazily
from log_processor.formats.lib.numbers import parse_number

FieldRule = tuple[str, Callable[[str], Any]]
"""A field's name, and the function that converts a word to its value."""
ABSENT = frozenset({"-", ""})
MAX_DIGITS = 19
WORD = compile_lazily(r'"([^"\\]*(?:\\.[^"\\]*)*)"(?= |$)|\[([^\[\]]{0,1000})\](?= |$)|(\S+)')


def split_words(text: str) -> list[str]:
    """Return the words of `text` without the quotes or brackets around them; escapes stay."""
    return [quoted or bracketed or bare for quoted, bracketed, bare in WORD.findall(text)]


def strip_marks(word: str) -> str:
    """Return a word without the quotes or brackets around it."""
    return word[1:-1] if word[:1] + word[-1:] in {'""', "[]"} and len(word) > 1 else word


def put_address(fields: dict[str, Any], name: str, word: str) -> None:
    """Put `host:port` as `<name>.address` and `<name>.port`; an IPv6 address may stand in brackets or not."""
    if word in ABSENT:
        return
    host, colon, port = word.rpartition(":")
    if colon and port.isdecimal() and len(port) <= MAX_DIGITS:
        fields[f"{name}.address"], fields[f"{name}.port"] = host.strip("[]"), parse_number(port)
    else:
        fields[f"{name}.address"] = word
