"""Find where damage ends: at the next element of the array, or at the text's end, behind which a document may begin."""

import re
from typing import NamedTuple

from log_processor.cutting import find_cut
from log_processor.reading.json.values import SCAN, IncompleteError
from log_processor.reading.json.window import Window
from log_processor.record import MAX_RECORD_BYTES

CLOSING = re.compile(r"(?:[,\]}][\s\x1e,\]}]{0,4096}(?:(?=[{\[]|\Z)|(?<=\n)))?")
"""The characters that close or continue what was damaged."""
OBJECTS = re.compile(r"\[\s{0,100}[{\]]")
OBJECTS_CHARACTERS = 102
BLANKS = r"[ \t\r\n]{0,100}"
SEPARATOR_CHARACTERS = 101
"""The most characters of a comma and the blanks behind it."""
NAME = re.compile(rf'\{{{BLANKS}("(?:[^"\\]|\\.){{1,200}}"){BLANKS}:')
NEIGHBOUR = re.compile(rf',{BLANKS}(?=\{{{BLANKS}")')
"""What stands before another object of an array."""
MEMBER_BEHIND = re.compile(rf"{BLANKS}\](?!{BLANKS}(?:\Z|\}}{BLANKS}(?:\Z|\{{)))")
"""The end of an array that is a member of an element: neither the stream nor a document ends behind it."""
LOOKAHEAD_CHARACTERS = 1024
"""More than the beginning of an element up to its first name takes."""
BEFORE_NAME = re.compile(rf'[^:\[\\"\s]{BLANKS}(\{{{BLANKS})\Z')
"""What stands before the first name of an object that is no member."""
COLON = re.compile(rf"{BLANKS}:")
BEFORE_CHARACTERS = 202
"""The most characters of `BEFORE_NAME`."""
NEAR_CHARACTERS = 4096
"""How far the next element is looked for first: it is almost always near, and to look farther costs time."""
MAX_BROKEN = 8
"""The most broken objects in sequence behind which one is looked for that is surely an element."""
NEXT_LINE = re.compile(rb"\n(?=[^\s}\])\",])")
"""The end of a line before one that does not continue a value."""


def find_document(window: Window) -> int | None:
    """Return the index after the damage at which a document begins or the stream ends; None if text stands there.

    A brace begins a document. A bracket begins one only before an object or another end of an array, since lines of
    text begin with brackets too: `[{"a": 1}` does, `[2026-05-04] started` does not. Raise `IncompleteError` if more of
    the stream has to be read to tell.
    """
    text, at = window.text, window.at
    closing = CLOSING.match(text, at)
    at = closing.end() if closing else at
    if at == len(text) or text[at] == "{" or OBJECTS.match(text, at):
        return at
    if text[at] == "[" and len(text) - at <= OBJECTS_CHARACTERS and not window.whole:
        raise IncompleteError
    return None


def find_text_end(window: Window) -> int:
    """Return the index at which damaged text ends: before the next line that continues no value, or within 256 KiB.

    Of 256 KiB without such a line, the end is between two values if there is such a place. A line continues a value if
    it begins with a blank, a comma, a quote, or a closing bracket or brace. Raise `IncompleteError` if more of the
    stream has to be read to tell.
    """
    data, limit = window.data, window.at + MAX_RECORD_BYTES
    if line_end := NEXT_LINE.search(data, window.at, limit):
        return line_end.end()
    if len(data) > limit:
        return find_cut(data, window.at, limit)
    if not window.whole:
        raise IncompleteError
    return len(data)


def find_element(window: Window, at: int, damage_end: int) -> int | None:
    """Return the index of the element behind the broken one at `at`; None without one.

    It is the first object that begins with the name with which the broken one begins and is no member of another one,
    or one behind a comma that stands before it and is surely no member either. It lies within 256 KiB, and no line that
    continues no value begins before it; if such a line is an object behind a comma, it is the element. Nothing is
    looked for before `damage_end`, the index at which earlier damage ended. For example, `{"id": 8}` comes after
    `{"id": 7, "tags": [1, {"a": 2}], oops}, {"id": 8}`.

    Raise `IncompleteError` if more of the stream has to be read to tell.
    """
    text, stop = window.text, at + MAX_RECORD_BYTES
    if len(text) < stop + LOOKAHEAD_CHARACTERS and not window.has_ended:
        raise IncompleteError
    first = max(at, damage_end - SEPARATOR_CHARACTERS)
    element = _find_near(text, at, first, stop)
    line_end = NEXT_LINE.search(window.data, at, element)
    if line_end is None:
        return element if element < min(stop, len(text)) else None
    begins = text[line_end.end()] == "{" and text[at : line_end.start()].rstrip().endswith(",")
    return line_end.end() if begins else None


def _find_near(text: str, at: int, first: int, stop: int) -> int:
    """Return the index of the element behind the broken one at `at`, or `stop`; look at what is near first."""
    name = NAME.match(text, at)
    doubtful = None
    for limit in (min(at + NEAR_CHARACTERS, stop), stop):
        named = _find_named(name, text, first, limit)
        objects = _find_objects(text, first, named or limit, named or stop)
        if (element := objects.sure or named) is not None:
            return element
        doubtful = objects.doubtful
        if objects.broken == MAX_BROKEN:
            break
    return stop if doubtful is None else doubtful


def _find_named(name: re.Match[str] | None, text: str, first: int, stop: int) -> int | None:
    """Return the index of the first object before `stop` that begins with `name` and is no member of another one."""
    at = first
    while name is not None and (at := text.find(name[1], at, stop + LOOKAHEAD_CHARACTERS)) >= 0:
        before = BEFORE_NAME.search(text[max(first, at - BEFORE_CHARACTERS) : at])
        at += len(name[1])
        if before is not None and COLON.match(text, at):
            begin = at - len(name[1]) - len(before[1])
            return begin if begin < stop else None
    return None


class _Objects(NamedTuple):
    """The first object that is surely an element, and before it the first that may be one, if one of them is `broken`.

    `broken` is how many were.
    """

    sure: int | None
    doubtful: int | None
    broken: int


def _find_objects(text: str, first: int, limit: int, stop: int) -> _Objects:
    """Return the objects behind a comma that begin before `limit`, read up to `stop`.

    Objects that follow each other are elements, but not if something of an element follows them, as in
    `"tags": [{"a": 1}, {"a": 2}], "end": 3}`. If one of them is broken, that is in doubt.
    """
    at, doubtful, broken = first, None, 0
    while (neighbour := NEIGHBOUR.search(text, at, limit + LOOKAHEAD_CHARACTERS)) and neighbour.end() < limit:
        begin = neighbour.end()
        end = _skip_objects(text, begin, stop)
        if end is None:
            at = begin
            doubtful = doubtful or _find_named(NAME.match(text, begin), text, first, begin + 1)
            broken += doubtful is not None
            if broken == MAX_BROKEN:
                break
        elif MEMBER_BEHIND.match(text, end) is None:
            sure = _find_named(NAME.match(text, begin), text, first, begin) or begin
            return _Objects(sure, doubtful, broken)
        else:
            at = end
    return _Objects(None, doubtful, broken)


def _skip_objects(text: str, at: int, stop: int) -> int | None:
    """Return the index behind the objects that follow each other from `at` on, up to `stop`; None if one is broken."""
    try:
        while at < stop:
            _, at = SCAN(text, at)
            if (neighbour := NEIGHBOUR.match(text, at)) is None:
                break
            at = neighbour.end()
    except (StopIteration, ValueError, RecursionError):
        return None
    return at
