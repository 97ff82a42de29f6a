"""One stored record is chosen, and all of it is shown."""

import io
from typing import Any

import pytest
from rich.console import Console

from emulator.demo.example import render_example
from emulator.demo.survey import Survey

RECORD: dict[str, dict[str, Any]] = {
    "log_id": {"S": "00ff-1"},
    "timestamp": {"N": "1772442000033"},
    "log_data": {"S": "[bold]first\x1b[2J"},
    "level": {"S": "error"},
    "source": {"S": "api"},
    "format": {"S": "json_lines"},
    "fields": {"M": {"status": {"N": "200"}, "took": {"N": "1.5"}, "order": {"M": {"ids": {"L": [{"N": "7"}]}}}}},
}


def render(record: dict[str, dict[str, Any]], width: int = 120) -> list[str]:
    console = Console(file=io.StringIO(), width=width)
    console.print(*render_example(record), sep="\n")
    assert isinstance(console.file, io.StringIO)
    return [" ".join(line.split()) for line in console.file.getvalue().splitlines()]


def test_every_attribute_is_shown_with_its_type(monkeypatch: pytest.MonkeyPatch) -> None:
    """The time is in the reader's zone; texts have quotes, numbers have none, and fields have their names."""
    monkeypatch.setenv("TZ", "UTC")
    assert render(RECORD) == [
        "One record, as it stands in the table",
        "timestamp 1772442000033 2026-03-02 09:00:00.033 UTC",
        'level "error"',
        'source "api"',
        'format "json_lines"',
        "fields.status 200",
        "fields.took 1.5",
        'fields.order {"ids": [7]}',
        "log_data [bold]first\\x1b[2J",
        'log_id "00ff-1"',
    ]


def test_a_packed_record_is_said_to_be_taken_out() -> None:
    """The table has no item of it."""
    title, *_ = render_example(RECORD, is_packed=True)
    assert str(title) == "One record, taken out of its pack"


def test_a_very_long_line_is_cut_with_its_rest_counted() -> None:
    """A document of a megabyte does not push the other results off the screen."""
    record = RECORD | {"log_data": {"S": "x" * 1_000_600}}
    assert any(line.endswith("… and 1,000,000 characters more") for line in render(record, width=900))


def item(level: str | None, fields: int, text: str = "text") -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {"log_data": {"S": text}}
    found["fields"] = {"M": {str(number): {"N": "1"} for number in range(fields)}}
    return found | ({"level": {"S": level}} if level else {})


def test_levels_are_counted_and_one_record_is_chosen() -> None:
    """An error comes before other levels, then a record with several fields, then a short one."""
    items = [item(None, 9), item("info", 9), item("error", 2), item("error", 6, "long text"), item("error", 5)]
    survey = Survey()
    assert list(survey.watch(items)) == items
    assert survey.levels == {"no level": 1, "info": 1, "error": 3}
    assert survey.example == items[-1]
