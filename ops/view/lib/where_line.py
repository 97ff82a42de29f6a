"""Write terms of a query line, so that they are read back as they are meant."""

import re

WORD = re.compile(r"[^\s()=<>~!\"']+")
KEYWORDS = ("and", "or", "not")
UNSAFE = re.compile(r'["\\]')


def add_term(line: str, name: str, value: str | None) -> str:
    """Return a line that also wants a value of an attribute or field; that it has none if the value is None."""
    term = f"not {_quote(name)}" if value is None else f"{_quote(name)}={_quote(value)}"
    return f"({line}) and {term}" if line else term


def _quote(text: str) -> str:
    if WORD.fullmatch(text) and text not in KEYWORDS:
        return text
    return '"' + UNSAFE.sub(lambda match: "\\" + match[0], text) + '"'
