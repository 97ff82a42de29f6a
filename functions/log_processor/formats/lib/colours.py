"""The colours that terminals are told."""

import re

COLOURS = re.compile(r"\x1b\[[\d;]{0,30}[A-Za-z]")


def strip_colours(text: str) -> str:
    """The text without the colours that terminals are told."""
    return COLOURS.sub("", text) if "\x1b[" in text else text
