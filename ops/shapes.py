"""Reduce messages to their shapes: what differs from one to the next is masked, so that equal ones are counted."""

import re
from collections.abc import Mapping
from typing import Any

MAX_CHARACTERS = 1_000
MESSAGE_FIELDS = ("message", "msg", "log", "error.message", "event.original")
"""The fields in which formats and JSON have a record's message; without one, its text is taken."""
TIME = r"\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?(?:\s?Z\b|\s?[+-]\d{2}:?\d{2}\b)?"
DATE = (
    r"(?:\d{4}[-/]\d{2}[-/]\d{2}|\d{1,2}[-/](?:\d{2}|[A-Z][a-z]{2})[-/]\d{4}"
    r"|(?:[A-Z][a-z]{2} )?[A-Z][a-z]{2} [ \d]\d(?= \d{1,2}:))"
)
HEX = "[0-9a-fA-F]"
MASKS = (
    ("<time>", rf"{DATE}(?:[T :]{TIME})?|(?<![\w.]){TIME}(?![\w.])"),
    ("<quoted>", r""" "(?:[^"\\]|\\.){0,500}"|(?<!\w)'(?:[^'\\]|\\.){0,500}'(?!\w)|`[^`]{0,500}`""".strip()),
    ("<url>", r"\b[a-z][a-z0-9+.-]{1,15}://[^\s\"'<>]+"),
    ("<email>", r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+"),
    ("<id>", rf"\b{HEX}{{8}}-(?:{HEX}{{4}}-){{3}}{HEX}{{12}}\b"),
    ("<address>", r"\b(?:\d{1,3}\.){3}\d{1,3}(?::\d{1,5})?\b"),
    ("<address>", rf"\b(?:{HEX}{{2}}[:-]){{5}}{HEX}{{2}}\b|(?<![\w:])(?:{HEX}{{0,4}}:){{3,7}}{HEX}{{1,4}}(?![\w:])"),
    ("<id>", rf"\b0x{HEX}+\b|\b(?=[a-fA-F]*\d)(?=\d*[a-fA-F]){HEX}{{8,}}\b"),
    ("<id>", r"\b(?=[A-Za-z_-]*\d)(?=[\d_-]*[A-Za-z])[A-Za-z\d_-]{16,}\b"),
    ("<number>", r"(?<![\d.])(?:(?<!\w)[+-])?\d+(?:[.,]\d+)*(?:[eE][+-]?\d+)?"),
)
"""What is masked, and by which token; of two that match at one place, the first counts."""
ANY_MASK = re.compile("|".join(f"({pattern})" for _, pattern in MASKS))


def find_message(attributes: Mapping[str, Any]) -> str:
    """Return the first line of a record's message: that of a field of it, else that of its whole text."""
    fields = attributes.get("fields") or {}
    for name in MESSAGE_FIELDS:
        value = fields.get(name)
        if isinstance(value, str) and value.strip():
            return _take_line(value)
    return _take_line(str(attributes.get("log_data") or ""))


def _take_line(text: str) -> str:
    return text.lstrip().partition("\n")[0].rstrip()[:MAX_CHARACTERS]


def find_shape(message: str) -> str:
    """Return a message with a token in place of each time, quoted word, address, id and number.

    Example: `user "ann" took 31 ms from 192.0.2.7` becomes `user <quoted> took <number> ms from <address>`.
    """
    return ANY_MASK.sub(lambda match: MASKS[(match.lastindex or 1) - 1][0], message)
