"""Lay out the table of objects so that no name and no number is cut, however narrow the console is."""

from collections.abc import Iterator
from dataclasses import dataclass

from rich.cells import cell_len
from rich.text import Text

from emulator.demo.result import DemoResult, ObjectResult
from emulator.terminal import escape_controls

HEADS = ("read", "stored", "filtered", "rejected", "time")
INDENT = "  "
MIN_NAME_COLUMNS = 24
STYLES = {"done": "green", "failed": "red"}


@dataclass(frozen=True)
class TableRow:
    """One row: a name, a format, numbers as text, and how the object ended. It takes one line or two."""

    name: str
    format: str
    numbers: tuple[str, ...]
    ended: str = ""
    style: str = ""


@dataclass(frozen=True)
class Widths:
    """How many columns each part of a row takes."""

    name: int
    format: int
    numbers: tuple[int, ...]
    ended: int

    @classmethod
    def measure_rows(cls, rows: list[TableRow]) -> "Widths":
        """Return the widths that hold every cell of `rows`."""
        return cls(
            max(cell_len(row.name) for row in rows),
            max(cell_len(row.format) for row in rows),
            tuple(max(map(len, column)) for column in zip(*(row.numbers for row in rows), strict=True)),
            max(len(row.ended) for row in rows),
        )

    @property
    def of_numbers(self) -> int:
        """Return the width of all that follows the format."""
        return sum(len(INDENT) + width for width in self.numbers) + len(INDENT) + self.ended

    def compute_name_width(self, columns: int) -> int:
        """Return how wide a name may be beside its format and numbers; 0 if too few names would fit."""
        room = columns - len(INDENT) - self.format - self.of_numbers
        return min(room, self.name) if room >= min(MIN_NAME_COLUMNS, self.name) else 0


def render_table(result: DemoResult, columns: int) -> Iterator[Text]:
    """Yield the lines of the table; a name that is too long for `columns` gets a line of its own."""
    head = TableRow("object", "format", HEADS, "ended", "bold")
    rows = [head, *map(_build_row, result.objects), _build_total(result)]
    widths = Widths.measure_rows(rows)
    room = widths.compute_name_width(columns)
    width = room + len(INDENT) + widths.format + widths.of_numbers if room else widths.of_numbers
    for row in rows:
        if row in (rows[1], rows[-1]):
            yield Text("─" * min(columns, width), "dim")
        yield from _render_in_one_line(row, widths, room) if room else _render_in_two_lines(row, widths)


def _build_row(file: ObjectResult) -> TableRow:
    account = file.account
    counts = (account.read, account.stored, account.filtered, account.rejected)
    numbers = (*(f"{count:,}" for count in counts), _format_seconds(account.duration_ms))
    style = STYLES.get(account.status, "yellow")
    return TableRow(escape_controls(file.log.key), account.format, numbers, account.status, style)


def _build_total(result: DemoResult) -> TableRow:
    """Return the sums of the columns; that of the times, too, although objects are processed side by side."""
    accounts = [file.account for file in result.objects]
    counts = (sum(getattr(account, name) for account in accounts) for name in HEADS[:-1])
    time = _format_seconds(sum(account.duration_ms for account in accounts))
    return TableRow("total", "", (*(f"{count:,}" for count in counts), time), style="bold")


def _format_seconds(duration_ms: int) -> str:
    return f"{duration_ms / 1000:,.2f} s"


def _render_in_one_line(row: TableRow, widths: Widths, room: int) -> Iterator[Text]:
    """Yield a row with its numbers beside its name, or below it if the name is too long."""
    name, style = row.name, "bold" if row.style == "bold" else ""
    if cell_len(name) > room:
        yield Text(name, style)
        name = ""
    yield Text(_pad(name, room) + INDENT + _pad(row.format, widths.format), style) + _render_numbers(row, widths)


def _render_in_two_lines(row: TableRow, widths: Widths) -> Iterator[Text]:
    """Yield a row with its numbers below its name and format."""
    yield Text(row.name, "bold") + Text(f"{INDENT}{row.format}".rstrip(), "dim")
    yield _render_numbers(row, widths)


def _render_numbers(row: TableRow, widths: Widths) -> Text:
    numbers = "".join(INDENT + cell.rjust(width) for cell, width in zip(row.numbers, widths.numbers, strict=True))
    return Text(numbers, "bold" if row.style == "bold" else "") + Text(f"{INDENT}{row.ended}".rstrip(), row.style)


def _pad(text: str, width: int) -> str:
    return text + " " * (width - cell_len(text))
