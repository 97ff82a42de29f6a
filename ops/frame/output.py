"""Print for readers, as lines and tables that fit the terminal, or for programs, as a line of JSON each."""

import json
import re
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from log_processor.escaping import escape

FILE_COLUMNS = 1_000
"""The width of a table in a file or a pipe whose reader has not set `COLUMNS`: nothing is folded there."""
CONTROL = re.compile("[\x7f-\x9f]")
Cell = str | int


def print_json(value: dict[str, Any]) -> None:
    """Print a line of JSON without control characters."""
    sys.stdout.write(build_json_line(value).decode())


def build_json_line(value: dict[str, Any]) -> bytes:
    r"""Return `value` as a line of JSON without control characters.

    JSON itself leaves DEL and `\x80` to `\x9f` as they are, and a terminal would obey them.
    """
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))  # orjson has no integers of more than 64 bits
    return CONTROL.sub(lambda match: f"\\u{ord(match[0]):04x}", text).encode() + b"\n"


def print_lines(lines: Iterable[str]) -> None:
    """Print lines with their control characters escaped."""
    sys.stdout.writelines(f"{escape(line)}\n" for line in lines)


def print_table(headings: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
    """Print a table of texts and numbers that is as wide as the terminal at most."""
    print_lines(build_page_table(headings, rows))


def build_page_table(headings: Sequence[str], rows: Iterable[Sequence[Cell]]) -> list[str]:
    """Return the lines of a table that is as wide as the terminal at most."""
    return build_table(headings, rows, shutil.get_terminal_size((FILE_COLUMNS, 0)).columns)


def build_table(headings: Sequence[str], rows: Iterable[Sequence[Cell]], width: int) -> list[str]:
    """Return the lines of a table: numbers are aligned to the right and never cut, long texts are folded."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    cells = [list(row) for row in rows]
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), show_header=bool(headings))
    for number, heading in enumerate(headings):
        if any(isinstance(row[number], int) for row in cells):
            table.add_column(heading, justify="right", no_wrap=True, overflow="fold", min_width=len(heading))
        else:
            table.add_column(heading, overflow="fold")
    for row in cells:
        table.add_row(*(Text(f"{cell:,}" if isinstance(cell, int) else escape(cell)) for cell in row))
    console = Console(width=width, color_system=None, force_terminal=False, highlight=False)
    with console.capture() as captured:
        console.print(table)
    return [line.rstrip() for line in captured.get().splitlines()]


@contextmanager
def show_screen() -> Iterator[Callable[[Sequence[str]], None]]:
    """Yield a function that shows lines in place of those before; the terminal is as it was when the block ends."""
    from rich.console import Console
    from rich.live import Live
    from rich.text import Text

    with Live(Text(""), console=Console(highlight=False), screen=True, auto_refresh=False) as live:
        yield lambda lines: live.update(Text("\n".join(map(escape, lines))), refresh=True)
