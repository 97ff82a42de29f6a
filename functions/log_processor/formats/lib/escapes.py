"""Undo escapes: a backslash before a sign, or before a letter that stands for one."""

import re
from collections.abc import Mapping

ESCAPED = re.compile(r"\\(.)", re.DOTALL)
LETTERS = {"n": "\n", "r": "\r", "t": "\t"}
"""What a letter behind a backslash stands for; before any other character the backslash is left out."""


def undo_escapes(text: str, named: Mapping[str, str] = LETTERS, escaped: re.Pattern[str] = ESCAPED) -> str:
    """Return a text with what its escapes stand for: those that `escaped` matches, by the letters of `named`."""
    return escaped.sub(lambda match: named.get(match[1], match[1]), text) if "\\" in text else text
