"""The last screen shows what the pipeline did, and every next step works at once."""

import io
import shlex
from pathlib import Path

import pytest
from rich.console import Console

from emulator.demo.result import DemoResult
from emulator.demo.screen import announce, list_next_steps, show, show_next_steps
from emulator.deploy.stacks import PROJECT_DIR
from tests.unit.emulator.demo.results import make_result, readable, unreadable

BUILD_DIR = PROJECT_DIR / "build" / "demo"
RECORD = {"timestamp": {"N": "1772442000000"}, "log_data": {"S": "line"}, "log_id": {"S": "00ff-1"}}


def make_console(width: int = 120) -> Console:
    return Console(file=io.StringIO(), width=width, highlight=False)


def read_text(console: Console) -> str:
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def result() -> DemoResult:
    found = make_result(readable("a.log"), unreadable("b.zip"))
    return DemoResult(
        found.objects, [], found.archived, found.seconds, "archive", levels={"info": 1, "error": 1_200}, example=RECORD
    )


def test_the_screen_tells_the_whole_account() -> None:
    """It has objects, a record, totals by level, the pace, the verdict and what to do next, in this order."""
    printed = make_console()
    show(result(), printed)
    show_next_steps(BUILD_DIR, None, printed)
    text = read_text(printed)
    parts = ["object ", "One record", "00ff-1", "error 1,200  info 1", "1 records a second", "1 of 2 files", "next"]
    places = [text.index(part) for part in parts]
    assert places == sorted(places)


@pytest.mark.parametrize("width", [60, 80, 120])
def test_no_line_is_wider_than_the_console(width: int) -> None:
    """A terminal would break a longer line inside a word."""
    printed = make_console(width)
    show(result(), printed)
    show_next_steps(BUILD_DIR, Path("/var/log"), printed)
    assert max(map(len, read_text(printed).splitlines())) <= width


def test_damaged_samples_are_announced() -> None:
    """They are named before the upload; nothing is said of the user's own files."""
    printed = make_console()
    announce([unreadable("b.gz", damage="cut off").log, readable("a.log").log], printed)
    assert "1 of the 2 samples are damaged on purpose" in read_text(printed)
    assert "b.gz (cut off)" in read_text(printed)
    quiet = make_console()
    announce([readable("a.log").log], quiet)
    assert read_text(quiet) == ""


@pytest.mark.parametrize("logs", [None, PROJECT_DIR / "README.md", Path("/srv/my logs")])
def test_paths_in_next_steps_are_a_shells(logs: Path | None) -> None:
    """They are relative to the project's folder if they are below it, and quoted if they need it."""
    commands = [shlex.split(command) for command, _ in list_next_steps(BUILD_DIR, logs)]
    expected = {None: "build/demo/logs/api/requests.jsonl", PROJECT_DIR / "README.md": "README.md"}
    assert commands[0][-1] == expected.get(logs, str(logs))
    assert ["cat", "build/demo/report.json"] in commands
