"""Show one stored record whole: when, how grave, from where, its fields with their types, its line, and the rest."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from boto3.dynamodb.types import TypeDeserializer
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from emulator.terminal import printable
from emulator.verify.account import DynamoItem

FIRST = ("timestamp", "level", "source", "format", "fields", "log_data")
MOST_CHARACTERS = 600


def example_lines(item: DynamoItem) -> Iterator[RenderableType]:
    """Yield a title, and a table with a row for each attribute of the record and for each of its fields."""
    yield Text("One record, as it stands in the table", "bold")
    grid = Table.grid(padding=(0, 1))
    grid.add_column(width=1)
    grid.add_column(style="dim", overflow="fold")
    grid.add_column(overflow="fold", ratio=1)
    for name, value in _rows(item):
        grid.add_row("", Text(printable(name)), value)
    yield grid


def _rows(item: DynamoItem) -> Iterator[tuple[str, Text]]:
    """Yield name and value of each attribute, those that say most first; a field's name follows `fields.`"""
    deserialize = TypeDeserializer().deserialize
    for name in sorted(item, key=lambda name: FIRST.index(name) if name in FIRST else len(FIRST)):
        typed: Any = item[name]
        value = deserialize(typed)
        if name == "fields":
            yield from ((f"fields.{inner}", _value(found)) for inner, found in value.items())
        elif name == "timestamp":
            yield name, _value(int(value)) + Text(f"  {local_time(int(value))}", "bold")
        elif name == "log_data":
            yield name, Text(_cut(value))
        else:
            yield name, _value(value)


def local_time(epoch_ms: int) -> str:
    """Return a moment as the reader's clock shows it, with the name of the time zone."""
    moment = datetime.fromtimestamp(epoch_ms // 1000, UTC).astimezone()
    return f"{moment:%Y-%m-%d %H:%M:%S}.{epoch_ms % 1000:03d} {moment:%Z}"


def _value(value: Any) -> Text:
    """Return the value as JSON has it, so that a number is told from a text."""
    text = json.dumps(value, ensure_ascii=False, default=_number)
    return Text(_cut(text), "green" if isinstance(value, str) else "cyan")


def _cut(text: str) -> str:
    """Return the text with control characters spelled out, and of a very long one the beginning."""
    more = len(text) - MOST_CHARACTERS
    return printable(f"{text[:MOST_CHARACTERS]}… and {more:,} characters more" if more > 0 else text)


def _number(value: Any) -> Any:
    """Return a number, or a set, of DynamoDB as JSON can have it."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return sorted(value) if isinstance(value, set) else str(value)
