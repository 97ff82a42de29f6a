"""Open consoles of the reader's width, and make text safe for a terminal."""

import sys
from collections.abc import Iterable, Iterator, Mapping

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

FILE_COLUMNS = 120
"""The width of a file or a pipe whose reader has not set `COLUMNS`."""
NO_CI = frozenset({"", "0", "false"})


def open_console(environ: Mapping[str, str]) -> Console:
    """Return a console on the standard output: as wide as `COLUMNS` or the terminal, else 120 columns."""
    has_width = sys.stdout.isatty() or environ.get("COLUMNS", "").isdigit()
    return Console(width=None if has_width else FILE_COLUMNS, highlight=False)


def is_attended(environ: Mapping[str, str]) -> bool:
    """Tell whether somebody reads the standard output at a terminal; machines that build set `CI`."""
    return sys.stdout.isatty() and environ.get("CI", "").lower() in NO_CI


def open_error_console() -> Console:
    """Return a console on the standard error that leaves text as it is, each message on one line."""
    return Console(stderr=True, highlight=False, markup=False, soft_wrap=True)


def escape_controls(text: str) -> str:
    """Return the text with its control characters escaped, so that no key or log line moves the cursor."""
    return "".join(char if char.isprintable() else repr(char)[1:-1] for char in text)


def indent(text: str, columns: int, style: str = "") -> Padding:
    """Return a text whose lines, also those that are wrapped, begin after `columns` blanks."""
    return Padding(Text(escape_controls(text), style=style, overflow="fold"), (0, 0, 0, columns), expand=False)


def render_commands(commands: Iterable[tuple[str, str]]) -> Iterator[Padding]:
    """Yield each command, and its purpose below it."""
    for command, purpose in commands:
        yield indent(command, 2, "bold")
        yield indent(purpose, 4)
