"""The last screen of a demo that stays has five commands for the hour in which its records are."""

import io
from datetime import UTC, datetime
from pathlib import Path

import pytest
from rich.console import Console

from emulator.demo.trials import find_last_hour, list_trials, show_trials
from emulator.deploy.stacks import PROJECT_DIR
from tests.unit.emulator.demo.results import make_result, readable

NOW = datetime(2026, 11, 26, 15, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("last", "options"),
    [
        ("2026-11-26T14:59:30", "--from 1h"),
        ("2026-11-26T15:00:10", "--from 1h"),
        ("2026-03-02T09:00:00", "--from 2026-03-02T08:00:01 --to 2026-03-02T09:00:01"),
        ("1970-01-01T00:00:00", "--from 1969-12-31T23:00:01 --to 1970-01-01T00:00:01"),
    ],
)
def test_the_last_hour_is_that_of_the_records(last: str, options: str) -> None:
    """Samples end now; somebody's own logs may be older, and the last hour would have none of them."""
    last_ms = int(datetime.fromisoformat(f"{last}Z").timestamp() * 1000)
    assert find_last_hour(last_ms, NOW) == options


def test_there_are_five_and_how_to_end() -> None:
    """The file to source stands above them, the process to end is named, and files are relative to the project."""
    assert len(list(list_trials("--from 1h", Path("/srv/my demo/errors.parquet")))) == 5
    console = Console(file=io.StringIO(), width=120, highlight=False)
    show_trials(make_result(readable("a.log")), "http://127.0.0.1:5", PROJECT_DIR / "build/demo/aws.sh", console)
    assert isinstance(console.file, io.StringIO)
    text = console.file.getvalue()
    parts = ["http://127.0.0.1:5, until Ctrl-C (or kill ", "source build/demo/aws.sh", "ops status", "ops query --from"]
    parts += [
        "ops patterns",
        "ops export build/demo/errors.parquet",
        'duckdb.read_parquet("build/demo/errors.parquet")',
    ]
    places = [text.index(part) for part in parts]
    assert places == sorted(places)
