"""Convert text to numbers that give the same text back; what is no such number stays the text that was written."""

import json
import math
import re
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

import orjson

DECIMAL = re.compile(r"-?(?:0|[1-9]\d{0,37})(?:\.(\d{1,37}))?", re.ASCII)
SHORT_DECIMAL = re.compile(r"(?:0|[1-9]\d{0,8})\.\d{1,6}|(-[1-9]\d{0,8})", re.ASCII)
"""The usual decimals, and whole numbers below zero: a double has 15 digits and more, so it gives these back."""
MAX_DIGITS = 38
"""What DynamoDB keeps of a number."""
ENDS = frozenset(("", *",}] \t\r\n"))
SIGNS_ALIKE = bytes.maketrans(b"123456789. ,[\t\r\n", b"0" * 10 + b":" * 6)
LONG = b"0" * 16
"""Shorter numbers are doubles: one of 15 digits comes back as it was."""
NEGATIVE = b":-0"
NEGATIVE_ZERO = re.compile(r"[\s:,\[]-0(?:\.0*)?(?![\d.])")
MIN_DOUBLE, MAX_DOUBLE = 1e-125, 1e125
"""Between them DynamoDB has a number for each double, and for its negative."""
EXPONENTIAL = re.compile(r"(?<![\d.])-?\d+(?:\.\d+)?[eE][+-]?\d+", re.ASCII)


def parse_number(word: str) -> int | float | str:
    """Return the number that a field's word is; the word itself if the number would not give it back.

    So `007`, `+1`, `1e5`, `1.50` and 39 digits stay text.
    """
    if word.isdecimal():
        is_plain = (word[0] != "0" or word == "0") and len(word) <= MAX_DIGITS and word.isascii()
        return int(word) if is_plain else word
    number = parse_decimal(word)
    return word if isinstance(number, float) and repr(number) != word else number


def parse_decimal(word: str) -> int | float | str:
    """Return the number of a field that always has so many decimals (`Column.decimals`), as `parse_number` does.

    Zeros may end it, such as `0.000`: the field gives them back.
    """
    if (short := SHORT_DECIMAL.fullmatch(word)) is not None:
        return float(word) if short[1] is None else int(word)
    match = DECIMAL.fullmatch(word)
    if match is None or len(word) > MAX_DIGITS or word == "-0":
        return word
    fraction = match[1]
    if fraction is None:
        return int(word)
    number = float(word)
    return number if f"{number:.{len(fraction)}f}" == word and (number or word[0] != "-") else word


def parse_json_int(word: str) -> int | str:
    """Return the integer of a JSON text; the text itself if it has more digits than can be stored, or is `-0`."""
    return int(word) if len(word.lstrip("-")) <= MAX_DIGITS and word != "-0" else word


def parse_json_float(word: str) -> float | str:
    """Return the number of a JSON text; the text itself if a double has another value, or no number can be stored."""
    number = float(word)
    try:
        return number if is_storable(number) and Decimal(word) == Decimal(repr(number)) else word
    except InvalidOperation:  # an exponent that is too small for a decimal
        return word


def is_storable(number: float) -> bool:
    """Tell whether DynamoDB has a number for a double: it has none for NaN, infinities, `-0.0` and beyond 1e125."""
    return MIN_DOUBLE < abs(number) < MAX_DOUBLE or (number == 0 and math.copysign(1, number) > 0)


def find_written(number: float, text: str) -> str:
    """Return how a double that cannot be stored is written in the text of its record: `1e200`, not `1e+200`."""
    return _index_written(text).get(number, repr(number))


@lru_cache(maxsize=1)
def _index_written(text: str) -> dict[float, str]:
    """Return the words of numbers with an exponent, by their value; the last text is kept for all its numbers."""
    return {float(word): word for word in reversed(EXPONENTIAL.findall(text))}


def load_json(text: str) -> Any:
    """Return the value of a JSON text, with numbers as they are written; raise `ValueError` if it is none.

    orjson is fast, but makes a double of a number of any length, and 0 of `-0`. The text is parsed again if it holds
    such a one.
    """
    value = orjson.loads(text)
    signs = text.encode().translate(SIGNS_ALIKE)
    rfind = signs.rfind  # from the end a run is found in half the time
    if rfind(LONG) >= 0 and _has_long_number(signs) and not _is_exact((value,), text):
        return load_json_exactly(text)
    return load_json_exactly(text) if rfind(NEGATIVE) >= 0 and NEGATIVE_ZERO.search(text) else value


def _has_long_number(signs: bytes) -> bool:
    """Tell whether a long run of digits may be a number: it is none right behind the quote of a text."""
    return signs.rfind(b":" + LONG) >= 0 or signs.rfind(b"-" + LONG) >= 0 or signs.startswith(LONG)


def load_json_exactly(text: str, *, strict: bool = True) -> Any:
    """Return what `load_json` returns, also for what the standard library alone allows: NaN and infinities become text.

    Raise `RecursionError` if it is nested too deeply. Without `strict`, control characters may stand in texts.
    """
    return json.loads(text, strict=strict, parse_constant=str, parse_float=parse_json_float, parse_int=parse_json_int)


def _is_exact(values: Iterable[Any], text: str) -> bool:
    """Tell whether the decimals among `values`, at any depth, stand in `text` as they would be written."""
    for value in values:
        kind = type(value)
        if kind is dict or kind is list:
            if not _is_exact(value.values() if kind is dict else value, text):
                return False
        elif kind is float and not _is_written(repr(value), text):
            return False
    return True


def _is_written(number: str, text: str) -> bool:
    """Tell whether a number stands in a JSON text, with nothing but zeros behind its decimals."""
    at = text.find(number)
    if at < 0:
        return False
    end = at + len(number)
    return text[end : end + 1] in ENDS or text[end : end + MAX_DIGITS].lstrip("0")[:1] in ENDS
