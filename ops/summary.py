"""Count what each file holds, and format the counts of all files for a terminal's width."""

import textwrap
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from log_processor.escaping import escape
from log_processor.record import LogRecord
from rich.cells import cell_len

COUNTS = ("records", "parsed", "text", "filtered", "rejects")
HEADINGS = ("file", "format", *COUNTS, "first", "last", "levels")
NUMBERS = frozenset(HEADINGS.index(name) for name in COUNTS)
GAP = "  "
NO_BREAK = "\u00a0"
NOT_READ = "-"


@dataclass(slots=True)
class Summary:
    """The counts of one file; `first_ms` and `last_ms` are the records' own times in epoch milliseconds.

    `reason` tells why the file was not read to its end; None if it was. `member` is the one of a zip that is read.
    `shown` has lines of text about the first rejects.
    """

    name: str
    format: str = NOT_READ
    records: int = 0
    filtered: int = 0
    rejects: int = 0
    formats: Counter[str] = field(default_factory=Counter)
    levels: Counter[str] = field(default_factory=Counter)
    first_ms: int | None = None
    last_ms: int | None = None
    reason: str | None = None
    member: str = ""
    shown: list[str] = field(default_factory=list)

    def count(self, record: LogRecord) -> None:
        """Count one record; its timestamp counts only if it was in the record itself."""
        self.records += 1
        self.formats[record.format] += 1
        if record.level:
            self.levels[record.level] += 1
        if record.timestamp_from is None:
            moment = record.timestamp_ms
            self.first_ms = moment if self.first_ms is None else min(self.first_ms, moment)
            self.last_ms = moment if self.last_ms is None else max(self.last_ms, moment)


def build_summary_page(summaries: Sequence[Summary], width: int | None) -> str:
    """Return a table of one row a file if it fits into `width` columns, else several lines a file; cut nothing."""
    rows = [_format_cells(summary) for summary in summaries]
    heading, *lines = _format_table([HEADINGS, *rows])
    if width is None or max(map(cell_len, (heading, *lines))) <= width:
        blocks = [[heading], *([line] for line in lines)]
    else:
        blocks = [[], *(list(_format_card(row, width)) for row in rows)]
    for block, summary in zip(blocks[1:], summaries, strict=True):
        block.extend(summary.shown)
        block.extend(_format_reason(summary, width))
    return "".join(f"{line}\n" for block in blocks for line in block)


def _format_cells(summary: Summary) -> tuple[str, ...]:
    text = summary.formats["text"]
    counts = (summary.records, summary.records - text, text, summary.filtered, summary.rejects)
    levels = GAP.join(f"{level} {count:,}" for level, count in summary.levels.most_common())
    times = (format_time(summary.first_ms), format_time(summary.last_ms))
    return escape(summary.name), summary.format, *(f"{count:,}" for count in counts), *times, levels


def _format_table(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    widths = [max(map(cell_len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = [
            padding + cell if number in NUMBERS else cell + padding
            for number, cell in enumerate(row)
            for padding in [" " * (widths[number] - cell_len(cell))]
        ]
        yield GAP.join(cells).rstrip()


def _format_card(row: Sequence[str], width: int) -> Iterator[str]:
    """Yield the name on a line of its own and the other cells below it; never break between a count and its label."""
    name, format_name, *rest = row
    counts, (first, last, levels) = rest[: len(COUNTS)], rest[len(COUNTS) :]
    yield name
    if format_name == NOT_READ:
        return
    yield from _fill_lines([format_name, *map(" ".join, zip(counts, COUNTS, strict=True))], width)
    yield from _fill_lines([f"{first} to {last}"] if first != "-" else [], width)
    yield from _fill_lines(levels.split(GAP), width)


def _fill_lines(pieces: Sequence[str], width: int) -> list[str]:
    text = GAP.join(piece.replace(" ", NO_BREAK) for piece in pieces)
    lines = textwrap.wrap(
        text, width, initial_indent=GAP, subsequent_indent=GAP, break_long_words=False, break_on_hyphens=False
    )
    return [line.replace(NO_BREAK, " ") for line in lines]


def _format_reason(summary: Summary, width: int | None) -> list[str]:
    if summary.reason is None:
        return []
    text = f"{GAP}cannot be read: {escape(summary.reason)}"
    return [text] if width is None else textwrap.wrap(text, width, subsequent_indent=GAP * 2)


def format_time(epoch_ms: int | None) -> str:
    """Return a time in epoch milliseconds as ISO 8601 in UTC, to the second; a dash if there is none."""
    if epoch_ms is None:
        return "-"
    return datetime.fromtimestamp(epoch_ms / 1000, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
