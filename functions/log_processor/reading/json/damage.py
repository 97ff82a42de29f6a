"""Find where a damaged document ends: the text up to where another document may begin."""

import re

from log_processor.reading.json.values import IncompleteError
from log_processor.reading.json.window import Window
from log_processor.record import MAX_RECORD_BYTES

CLOSING = re.compile(r"(?:[,\]}][\s\x1e,\]}]{0,4096}(?:(?=[{\[]|\Z)|(?<=\n)))?")
"""The characters that close or continue what was damaged."""
OBJECTS = re.compile(r"\[\s{0,100}[{\]]")
OBJECTS_CHARACTERS = 102
NEXT_LINE = re.compile(rb"\n(?=[^\s}\])\"])")
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
    """Return the index at which damaged text ends: before the next line that continues no value, or after 256 KiB.

    A line continues a value if it begins with a blank, a closing bracket or brace, or a quote. Raise `IncompleteError`
    if more of the stream has to be read to tell.
    """
    data, limit = window.data, window.at + MAX_RECORD_BYTES
    if line_end := NEXT_LINE.search(data, window.at, limit):
        return line_end.end()
    if len(data) > limit:
        return limit - next((back for back in range(4) if data[limit - back] & 0xC0 != 0x80), 0)  # between characters
    if not window.whole:
        raise IncompleteError
    return len(data)
