"""Lay out the table of objects so that no name and no number is cut, however narrow the console is."""

from collections.abc import Iterator
from dataclasses import dataclass

from rich.cells import cell_len
from rich.text import Text

from emulator.demo.outcome import ObjectOutcome, Outcome
from emulator.terminal import printable

HEADS = ("read", "stored", "filtered", "rejected", "time")
INDENT = "  "
LEAST_ROOM = 24
STYLES = {"done": "green", "failed": "red"}


@dataclass(frozen=True)
class Row:
    """One line of the table, or two: a name and a format, numbers in words, and how the object ended."""

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
    def of_rows(cls, rows: list[Row]) -> "Widths":
        """Return the widths that hold every cell of `rows`."""
        return cls(
            max(cell_len(row.name) for row in rows),
            max(cell_len(row.format) for row in rows),
            tuple(max(map(len, column)) for column in zip(*(row.numbers for row in rows), strict=True)),
            max(len(row.ended) for row in rows),
        )

    @property
    def of_numbers(self) -> int:
        """The width of what follows the format."""
        return sum(len(INDENT) + width for width in self.numbers) + len(INDENT) + self.ended

    def room_for_names(self, columns: int) -> int:
        """Return how wide a name before its format and numbers may be; 0 where too few names would fit."""
        room = columns - len(INDENT) - self.format - self.of_numbers
        return min(room, self.name) if room >= min(LEAST_ROOM, self.name) else 0


def objects_table(outcome: Outcome, columns: int) -> Iterator[Text]:
    """Yield the lines of the table; a name for which `columns` are too few stands on a line of its own."""
    head = Row("object", "format", HEADS, "ended", "bold")
    rows = [head, *map(_row, outcome.objects), _total(outcome)]
    widths = Widths.of_rows(rows)
    room = widths.room_for_names(columns)
    width = room + len(INDENT) + widths.format + widths.of_numbers if room else widths.of_numbers
    for row in rows:
        if row in (rows[1], rows[-1]):
            yield Text("─" * min(columns, width), "dim")
        yield from _beside(row, widths, room) if room else _below(row, widths)


def _row(entry: ObjectOutcome) -> Row:
    account = entry.account
    counts = (account.read, account.stored, account.filtered, account.rejected)
    numbers = (*(f"{count:,}" for count in counts), _seconds(account.duration_ms))
    style = STYLES.get(account.status, "yellow")
    return Row(printable(entry.log.key), account.format, numbers, account.status, style)


def _total(outcome: Outcome) -> Row:
    """Return the sums of the columns; those of the times too, which the objects took side by side."""
    accounts = [entry.account for entry in outcome.objects]
    counts = (sum(getattr(account, name) for account in accounts) for name in HEADS[:-1])
    time = _seconds(sum(account.duration_ms for account in accounts))
    return Row("total", "", (*(f"{count:,}" for count in counts), time), style="bold")


def _seconds(duration_ms: int) -> str:
    return f"{duration_ms / 1000:,.2f} s"


def _beside(row: Row, widths: Widths, room: int) -> Iterator[Text]:
    """Yield a row with its numbers beside its name, or below it where the name is longer than its room."""
    name, style = row.name, "bold" if row.style == "bold" else ""
    if cell_len(name) > room:
        yield Text(name, style)
        name = ""
    yield Text(_filled(name, room) + INDENT + _filled(row.format, widths.format), style) + _numbers(row, widths)


def _below(row: Row, widths: Widths) -> Iterator[Text]:
    """Yield a row with its numbers below its name and its format."""
    yield Text(row.name, "bold") + Text(f"{INDENT}{row.format}".rstrip(), "dim")
    yield _numbers(row, widths)


def _numbers(row: Row, widths: Widths) -> Text:
    numbers = "".join(INDENT + cell.rjust(width) for cell, width in zip(row.numbers, widths.numbers, strict=True))
    return Text(numbers, "bold" if row.style == "bold" else "") + Text(f"{INDENT}{row.ended}".rstrip(), row.style)


def _filled(text: str, width: int) -> str:
    return text + " " * (width - cell_len(text))
