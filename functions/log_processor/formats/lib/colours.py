"""Strip the colours of terminals."""

import re

COLOURS = re.compile(r"\x1b\[[\d;]{0,30}[A-Za-z]")


def strip_colours(text: str) -> str:
    """Return the text without the escape sequences that colour a terminal."""
    return COLOURS.sub("", text) if "\x1b[" in text else text
