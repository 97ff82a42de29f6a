"""Show all of one stored record: its time, level, source, fields with their types, its line, and the rest."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from boto3.dynamodb.types import TypeDeserializer
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from emulator.terminal import escape_controls
from emulator.verify.account import DynamoItem

FIRST = ("timestamp", "level", "source", "format", "fields", "log_data")
MAX_CHARACTERS = 600


def render_example(item: DynamoItem, *, is_packed: bool = False) -> Iterator[RenderableType]:
    """Yield a title, and a table with one row for each attribute of the record and each of its fields."""
    yield Text(f"One record, {'taken out of its pack' if is_packed else 'as it stands in the table'}", "bold")
    grid = Table.grid(padding=(0, 1))
    grid.add_column(width=1)
    grid.add_column(style="dim", overflow="fold")
    grid.add_column(overflow="fold", ratio=1)
    for name, value in _render_rows(item):
        grid.add_row("", Text(escape_controls(name)), value)
    yield grid


def _render_rows(item: DynamoItem) -> Iterator[tuple[str, Text]]:
    """Yield name and value of each attribute, the most telling first; `fields.` precedes a field's name."""
    deserialize = TypeDeserializer().deserialize
    for name in sorted(item, key=lambda name: FIRST.index(name) if name in FIRST else len(FIRST)):
        typed: Any = item[name]
        value = deserialize(typed)
        if name == "fields":
            yield from ((f"fields.{field}", _render_value(content)) for field, content in value.items())
        elif name == "timestamp":
            yield name, _render_value(int(value)) + Text(f"  {format_local_time(int(value))}", "bold")
        elif name == "log_data":
            yield name, Text(_shorten(value))
        else:
            yield name, _render_value(value)


def format_local_time(epoch_ms: int) -> str:
    """Return a time in the reader's time zone, with the zone's name."""
    moment = datetime.fromtimestamp(epoch_ms // 1000, UTC).astimezone()
    return f"{moment:%Y-%m-%d %H:%M:%S}.{epoch_ms % 1000:03d} {moment:%Z}"


def _render_value(value: Any) -> Text:
    """Return the value as JSON, so that a number and a text look different."""
    text = json.dumps(value, ensure_ascii=False, default=_convert_number)
    return Text(_shorten(text), "green" if isinstance(value, str) else "cyan")


def _shorten(text: str) -> str:
    """Return the text with control characters escaped; of a very long text, only the beginning."""
    more = len(text) - MAX_CHARACTERS
    return escape_controls(f"{text[:MAX_CHARACTERS]}… and {more:,} characters more" if more > 0 else text)


def _convert_number(value: Any) -> Any:
    """Return a number, or a set, of DynamoDB as a value that JSON has."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return sorted(value) if isinstance(value, set) else str(value)
