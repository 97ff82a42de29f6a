"""Read structured data of RFC 5424 in which something is not the RFC's, and keep what is readable."""

import re
from typing import Any, NamedTuple

from log_processor.formats.lib.lazy import compile_lazily

Parameters = dict[str, Any]
NAME = r"[!#-<>-\\^-~]{1,128}"
ELEMENT = re.compile(rf"\[(?:({NAME})(?=[ \]]))?")
PARAMETER = compile_lazily(
    r"[ ;]*([^\s\"=:;\]\[]{1,128})(?:=|:(?=\"))"
    r"(?:\"([^\"\\]*(?:\\.[^\"\\]*)*)\"(?=[\s\];]|$)|\"([^\s\"\];]*)\"|([^\s\"\]\\;]{0,255})(?=[\s\];]))",
    re.DOTALL,
)
END = re.compile(r"[ ;]*\]")
UNREADABLE = re.compile(r"[ ;]*[^\s\];]+")
MAX_UNREADABLE = 2
"""So many words within an element may be unreadable; with more, it is text in brackets."""


class Readable(NamedTuple):
    """What is readable: the elements by id, the parameters of elements without one, and where the message begins."""

    elements: dict[str, list[tuple[str, str]]]
    nameless: list[tuple[str, str]]
    stop: int


def read_leniently(text: str, position: int) -> Readable:
    """Read the elements at `position`, as far as they are any; what is none begins the message.

    - A value may hold a bracket, lack its quotes, or be empty; an id may occur again, or be missing (Check Point).
    - A parameter that is not readable is left out; the parameters around it count.
    """
    readable = Readable({}, [], position)
    while (element := ELEMENT.match(text, readable.stop)) is not None:
        parameters: list[tuple[str, str]] = []
        stop = _read_parameters(text, element.end(), parameters)
        if stop is None or not (parameters or element[1] or text[element.end() : stop].strip() == "]"):
            break
        known = readable.elements.setdefault(element[1], []) if element[1] else readable.nameless
        known += parameters
        readable = readable._replace(stop=stop)
    return readable._replace(stop=readable.stop + text.startswith(" ", readable.stop) * (readable.stop > position))


def _read_parameters(text: str, position: int, parameters: list[tuple[str, str]]) -> int | None:
    """Add the parameters at `position`; return where their element ends, None if it is text in brackets."""
    unreadable = 0
    while (end := END.match(text, position)) is None:
        if parameter := PARAMETER.match(text, position):
            name, *values = parameter.groups()
            parameters.append((name, next((value for value in values if value is not None), "")))
            position = parameter.end()
        elif (word := UNREADABLE.match(text, position)) and unreadable < MAX_UNREADABLE:
            unreadable, position = unreadable + 1, word.end()
        else:
            return None
    return end.end()
