"""`ops patterns` counts messages by their shapes, and tells those that are new."""

import json
from datetime import timedelta
from typing import Any

import pytest
from log_processor.record import LogRecord

from ops import patterns
from ops.cli import main
from ops.exit_codes import ExitCode
from tests.unit.ops.printed import read_error
from tests.unit.ops.reading.conftest import Tables
from tests.unit.ops.reading.stored import DIGEST, put_records
from tests.unit.ops.reading.test_ledger_days import put_row
from tests.unit.ops.reading.test_query import DATE, DAY, MIDNIGHT, MIDNIGHT_MS

HOURS = 20
MINUTE_MS = 60_000


def make_message(number: int) -> tuple[str, str, str]:
    """Return text, message and level: one in ten times out, and from the tenth hour on one in sixty is new."""
    if number >= 600 and number % 60 == 5:
        return "panic", f'cannot open "/tmp/{number}" after {number} ms', "error"
    if number % 10 == 0:
        return "warned", f"no answer from 192.0.2.{number % 250} in {number} ms", "warn"
    return f"GET /{number}", "", "info"


@pytest.fixture
def messages(tables: Tables) -> Tables:
    """Return the tables with a message a minute for twenty hours."""
    put_records(
        LogRecord(
            *(f"{DIGEST}-{number:x}", MIDNIGHT_MS + number * MINUTE_MS, "json_lines", text, number, 8),
            {"msg": message} if message else {"path": "/"},
            level=level,
        )
        for number in range(HOURS * 60)
        for text, message, level in [make_message(number)]
    )
    counts = {"stored": HOURS * 60, "text_fallbacks": 0, "first_time": MIDNIGHT_MS, "last_time": MIDNIGHT_MS + 1}
    typed: dict[str, Any] = {name: {"N": str(value)} for name, value in counts.items()}
    put_row(tables, "web/a.log", MIDNIGHT + timedelta(hours=21), "done", source={"S": "web"}, **typed)
    return tables


def ask(capsys: pytest.CaptureFixture[str], *words: str) -> list[dict[str, Any]]:
    assert main(["patterns", *DAY, *words, "--json"]) == 0
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


@pytest.mark.usefixtures("messages")
def test_the_commonest_shapes_come_first(capsys: pytest.CaptureFixture[str]) -> None:
    """Each with its records, its share of all, its levels, and its first and last time."""
    found = ask(capsys)
    shapes = [(one["shape"], one["records"], one["levels"]) for one in found]
    assert shapes == [
        ("GET /<number>", 1070, {"info": 1070}),
        ("no answer from <address> in <number> ms", 120, {"warn": 120}),
        ("cannot open <quoted> after <number> ms", 10, {"error": 10}),
    ]
    assert found[2]["share"] == pytest.approx(10 / 1200)
    assert (found[2]["first"], found[2]["last"]) == (f"{DATE}T10:05:00Z", f"{DATE}T19:05:00Z")
    assert found[2]["example"] == f"{DIGEST}-{605:x}"
    assert [one["shape"] for one in ask(capsys, "--level", "warn", "--limit", "1")] == [found[1]["shape"]]


@pytest.mark.usefixtures("messages")
def test_what_is_new_has_no_record_before(capsys: pytest.CaptureFixture[str]) -> None:
    """After the tenth hour one shape is; after the eleventh it is known."""
    assert [one["shape"][:11] for one in ask(capsys, "--new-since", f"{DATE}T10:00")] == ["cannot open"]
    assert ask(capsys, "--new-since", f"{DATE}T11:00") == []


@pytest.mark.usefixtures("messages")
def test_the_page_says_how_many_there_are(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Also of those that are not printed, and of records whose shapes are too many to be told apart."""
    monkeypatch.setenv("COLUMNS", "200")
    assert main(["patterns", *DAY, "--limit", "1"]) == 0
    heading, row, last = capsys.readouterr().out.splitlines()
    assert heading.split() == ["records", "share", "level", "first", "last", "shape"]
    assert row.split() == ["1,070", "89.2%", "info", f"{DATE}T00:01:00Z", f"{DATE}T19:59:00Z", "GET", "/<number>"]
    assert last == "1 of 3 shapes; 1,200 records were read"
    monkeypatch.setattr(patterns, "MAX_SHAPES", 2)
    assert main(["patterns", *DAY]) == 0
    assert "\n10 records have further shapes, which are not told apart: name a source" in capsys.readouterr().out


@pytest.mark.usefixtures("messages")
@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["--new-since", DATE], ExitCode.CANNOT_RUN, f"--new-since {DATE} is not after --from {DATE}: name an earlier"),
        (["--new-since", "soon"], ExitCode.CANNOT_RUN, "--new-since soon: this is no time: write"),
        (["--limit", "0"], ExitCode.CANNOT_RUN, "--limit 0: write a whole number from 1"),
        (["--max-read", "1kB"], ExitCode.NOT_CONFIRMED, "name a source, a level or a shorter time"),
    ],
)
def test_bad_input_is_one_sentence(
    words: list[str], code: ExitCode, says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """It names the option and what to write."""
    assert main(["patterns", *DAY, *words]) == code
    assert says in read_error(capsys)
