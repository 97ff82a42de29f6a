"""Say what a field of an event, a message or a plan may be, and refuse any other value with one sentence."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from log_processor.state import SURROGATE

MAX_OFFSET = 2**50
"""The most bytes of a decompressed stream: `expanded_bytes_limit` may be set to no more."""
MAX_KEY_BYTES = 1024
MAX_VERSION_CHARS = 900
"""The longest version id or ETag, so that the ledger's sort key, which begins with it, has at most 1,024 bytes."""
MAX_SHOWN_CHARS = 120
BUCKET = re.compile(r"[A-Za-z0-9._-]{1,255}")
VERSION = re.compile(rf"[!#-~]{{1,{MAX_VERSION_CHARS}}}")
TIME = re.compile(r"\d{4}-\d\d-\d\dT[0-9:.Z+-]{1,30}")


@dataclass(frozen=True, slots=True)
class FieldRule:
    """What a value may be: `accepts` tells whether one is right, `words` says what is."""

    accepts: Callable[[Any], bool]
    words: str


def find_wrong_field(fields: Mapping[str, Any], rules: Mapping[str, FieldRule]) -> str | None:
    """Return the sentence about the first of `fields` that breaks its rule; None if all are right.

    For example, `start is -5: it must be a whole number from 0 to 9`.
    """
    return next((wrong for name, value in fields.items() if (wrong := describe_wrong(name, value, rules[name]))), None)


def describe_wrong(name: str, value: Any, rule: FieldRule) -> str | None:
    """Return the sentence about a value that breaks its rule; None if it is right."""
    return None if rule.accepts(value) else f"{name} is {repr(value)[:MAX_SHOWN_CHARS]}: it must be {rule.words}"


def allow_null(rule: FieldRule) -> FieldRule:
    """Return the rule that accepts null as well."""
    return FieldRule(lambda value: value is None or rule.accepts(value), f"{rule.words}, or null")


def match_text(pattern: re.Pattern[str], words: str) -> FieldRule:
    """Return the rule for a text that `pattern` matches whole."""
    return FieldRule(lambda value: isinstance(value, str) and pattern.fullmatch(value) is not None, words)


def bound_number(minimum: int, maximum: int) -> FieldRule:
    """Return the rule for a whole number within bounds; JSON's true and false are none."""
    return FieldRule(
        lambda value: type(value) is int and minimum <= value <= maximum,
        f"a whole number from {minimum:,} to {maximum:,}",
    )


def _is_key(value: Any) -> bool:
    return isinstance(value, str) and not SURROGATE.search(value) and 0 < len(value.encode()) <= MAX_KEY_BYTES


TIME_MS = bound_number(0, 253_402_300_799_999)
"""A time in epoch milliseconds, up to the end of the year 9999."""
FLAG = FieldRule(lambda value: isinstance(value, bool), "true or false")
OFFSET = bound_number(0, MAX_OFFSET)
BUCKET_NAME = match_text(BUCKET, "text: the name of a bucket")
OBJECT_KEY = FieldRule(_is_key, f"text of 1 to {MAX_KEY_BYTES:,} bytes of UTF-8")
VERSION_NAME = allow_null(match_text(VERSION, f"text of 1 to {MAX_VERSION_CHARS} printable characters"))
MOMENT = allow_null(match_text(TIME, "text: a time such as 2026-05-04T10:00:00Z"))
