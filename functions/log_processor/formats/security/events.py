"""Read what formats of security share: pairs of a name and a value, severities, and names of other formats."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from log_processor.formats.lib.numbers import parse_number

KEY = re.compile(r"(?:\A|(?<=[ \t\n]))[A-Za-z_][\w.\[\]-]{0,127}=")
"""A name and its sign; a value may hold blanks, and signs that no name stands before."""
LEVELS = ("info", "warn", "error", "fatal")
FIRST_OF_LEVEL = (4, 7, 9)
"""Severities from 0 to 10: of low importance up to 3, of very high importance from 9 on."""
NUMERIC = (".port", ".bytes", ".size", ".status_code")
WORDS = {"low": "info", "medium": "warn", "high": "error", "very-high": "fatal"}
MAX_SEVERITY = 10


def split_pairs(text: str) -> dict[str, str]:
    """Return the pairs of `name=value name=value`, whose values end before the next name."""
    keys = list(KEY.finditer(text))
    ends = [key.start() for key in keys[1:]] + [len(text)]
    return {key[0][:-1]: text[key.end() : end].rstrip() for key, end in zip(keys, ends, strict=False)}


def convert_pairs(pairs: Mapping[str, str], numbers: Iterable[str]) -> dict[str, Any]:
    """Return the pairs that have a value, those of the names `numbers` as numbers."""
    return {name: parse_number(word) if name in numbers else word for name, word in pairs.items() if word}


def put_common(fields: dict[str, Any], names: Mapping[str, str]) -> None:
    """Put the members that other formats have too under their names there; of two the earlier one counts.

    A port, a size or a status that is no plain number is left out.
    """
    for member, name in names.items():
        value = fields.get(member)
        if value is None or (name.endswith(NUMERIC) and not isinstance(value, int)):
            continue
        is_protocol = name == "network.transport" and isinstance(value, str)
        fields.setdefault(name, value.lower() if is_protocol else value)


def name_level(severity: str) -> str | None:
    """Return the level of a severity, a number from 0 to 10 or a word; None if it is neither."""
    if severity.isdecimal() and len(severity) <= 2 and int(severity) <= MAX_SEVERITY:
        return LEVELS[sum(int(severity) >= first for first in FIRST_OF_LEVEL)]
    return WORDS.get(severity.lower())
