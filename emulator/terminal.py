"""What the demo and the chaos run write to: a console of its reader's width, and text that cannot move the cursor."""

import sys
from collections.abc import Mapping

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

FILE_COLUMNS = 120
"""The width of a file or a pipe whose reader has not set `COLUMNS`."""


def output_console(environ: Mapping[str, str]) -> Console:
    """Return a console on the standard output: as wide as `COLUMNS`, else as the terminal, else 120 columns."""
    has_width = sys.stdout.isatty() or environ.get("COLUMNS", "").isdigit()
    return Console(width=None if has_width else FILE_COLUMNS, highlight=False)


def error_console() -> Console:
    """Return a console on the standard error that leaves text as it is, each message on one line."""
    return Console(stderr=True, highlight=False, markup=False, soft_wrap=True)


def printable(text: str) -> str:
    """Return the text with control characters spelled out, so that no key or log line moves the cursor."""
    return "".join(char if char.isprintable() else repr(char)[1:-1] for char in text)


def indented(text: str, columns: int, style: str = "") -> Padding:
    """Return a text whose every line, wrapped ones included, begins after so many blanks."""
    return Padding(Text(printable(text), style=style, overflow="fold"), (0, 0, 0, columns), expand=False)
