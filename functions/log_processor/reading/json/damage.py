"""What is left of a damaged document: text up to where another may begin."""

import re

from log_processor.reading.json.values import StarvedError
from log_processor.reading.json.window import Window
from log_processor.record import MAX_RECORD_BYTES

CLOSING = re.compile(r"(?:[,\]}][\s\x1e,\]}]{0,4096}(?:(?=[{\[]|\Z)|(?<=\n)))?")
"""The signs that close or go on with what was damaged."""
OBJECTS = re.compile(r"\[\s{0,100}[{\]]")
OBJECTS_CHARACTERS = 102
FRESH_LINE = re.compile(rb"\n(?=[^\s}\])\"])")


def document_at(window: Window) -> int | None:
    """Where a document begins behind the damage, or the stream ends; None where text stands there.

    A bracket alone begins none: lines of text begin with it too.
    """
    text, at = window.text, window.at
    closing = CLOSING.match(text, at)
    at = closing.end() if closing else at
    if at == len(text) or text[at] == "{" or OBJECTS.match(text, at):
        return at
    if text[at] == "[" and len(text) - at <= OBJECTS_CHARACTERS and not window.whole:
        raise StarvedError
    return None


def text_end(window: Window) -> int:
    """Where the text ends: at the next line that goes on with nothing, or after 256 KiB; raises `StarvedError`."""
    data, limit = window.data, window.at + MAX_RECORD_BYTES
    if fresh := FRESH_LINE.search(data, window.at, limit):
        return fresh.end()
    if len(data) > limit:
        return limit - next((back for back in range(4) if data[limit - back] & 0xC0 != 0x80), 0)  # between characters
    if not window.whole:
        raise StarvedError
    return len(data)
