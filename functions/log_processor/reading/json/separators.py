"""Pass what stands between the members and elements of a document."""

import re

from log_processor.reading.json.values import DamageError, IncompleteError
from log_processor.reading.json.window import Window

COMMA = re.compile(r"[ \t\r\n]*,[ \t\r\n]*")
SEPARATOR = re.compile(r"[ \t\r\n]*,?[ \t\r\n]*")
SIGNS = b" \t\r\n,[]{}"
NEXT_ELEMENT = re.compile(r'[ \t\r\n]*,[ \t\r\n]*(?=[{\["])')
STRAY_BRACKET = re.compile(r"\][ \t\r\n]{0,100}(?=,[ \t\r\n]{0,100}\{)")
STRAY_CHARACTERS = 204


def skip_comma(window: Window, at: int) -> int:
    """Return the index of what stands behind the comma at `at`."""
    if window.text[at] != ",":
        raise DamageError(at)
    return window.skip_blanks(at + 1)


def skip_stray_bracket(window: Window, at: int) -> int:
    """Pass a bracket at `at` that closes nothing, since another element follows; return where to read on."""
    text, stray = window.text, STRAY_BRACKET.match(window.text, at)
    if stray is None and text[at] == "]" and len(text) < at + STRAY_CHARACTERS and not window.whole:
        raise IncompleteError
    if stray is None:
        return at
    window.at = stray.end()
    return stray.end()
