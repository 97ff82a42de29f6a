"""An export is whole, or there is none under its name; whatever is in a record arrives in the file."""

import csv
import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from ops.errors import CommandError
from ops.exporting.writing import SUFFIXES, check_target, write_export

PROJECT = Path(__file__).resolve().parents[3]
RECORD = {
    "log_id": "0a-1",
    "timestamp": 1_772_442_000_123,
    "source": "web",
    "level": "error",
    "status": 503,
    "format": "json_lines",
    "log_data": 'a\x00b, "ü"\u2028\nline 2',
    "fields": {"user": {"name": "O'Neill"}, "n": [1, 2.5], "big": 10**30},
    "offset": 7,
}
ENDLESS = """
import itertools, sys
from pathlib import Path
from ops.exporting.writing import write_export

def make_records():
    for number in itertools.count():
        yield {"log_id": f"id-{number}", "timestamp": number, "log_data": "x" * 1000}
        if number == 1000:
            print("begun", flush=True)

write_export(Path(sys.argv[1]), make_records())
"""


@pytest.mark.parametrize("suffix", [".parquet", ".duckdb"])
def test_duckdb_reads_what_was_written(tmp_path: Path, suffix: str) -> None:
    """Times are times, fields are JSON, and no character is lost; a quote in the file's name is no end of it."""
    path = tmp_path / f"it's{suffix}"
    assert write_export(path, [RECORD, {"log_id": "0a-2", "timestamp": 0, "log_data": ""}]) == 2
    with duckdb.connect(":memory:" if suffix == ".parquet" else str(path)) as connection:
        table = connection.read_parquet(str(path)) if suffix == ".parquet" else connection.table("records")
        columns = "log_data, status, fields->>'$.user.name', fields->>'$.n[1]', fields->>'$.big', epoch_ms(timestamp)"
        first, second = table.project(columns).fetchall()
    assert first == (RECORD["log_data"], 503, "O'Neill", "2.5", str(10**30), 1_772_442_000_123)
    assert second == ("", None, None, None, None, 0)


def test_a_spreadsheet_reads_what_was_written(tmp_path: Path) -> None:
    """A heading, times as ISO 8601, fields as JSON, and line ends within a cell."""
    assert write_export(tmp_path / "a.csv", [RECORD]) == 1
    with (tmp_path / "a.csv").open(encoding="utf-8", newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["timestamp"], row["log_data"]) == ("2026-03-02T09:00:00.123Z", RECORD["log_data"])
    assert datetime.fromisoformat(row["timestamp"]).astimezone(UTC).year == 2026
    assert (json.loads(row["fields"]), row["parse_error"]) == (RECORD["fields"], "")


def test_lines_of_json_hold_all_attributes(tmp_path: Path) -> None:
    """One record a line, unchanged, also what has no column."""
    records = [RECORD | {"day_shard": "web#2026-03-02#1"}, RECORD]
    assert write_export(tmp_path / "a.jsonl", records) == 2
    assert [json.loads(line) for line in (tmp_path / "a.jsonl").read_text("utf-8").split("\n")[:-1]] == records


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("end", [KeyboardInterrupt, CommandError("throttled")], ids=["Ctrl-C", "an error"])
def test_an_export_that_ends_early_leaves_nothing(
    tmp_path: Path, suffix: str, end: BaseException | type[BaseException]
) -> None:
    """What was there under its name is as it was, and no other file is left."""
    path = tmp_path / f"a{suffix}"
    path.write_bytes(b"of yesterday")

    def make_records() -> Iterator[dict[str, Any]]:
        yield RECORD
        raise end

    with pytest.raises((KeyboardInterrupt, CommandError)):
        write_export(path, make_records())
    assert [(left.name, left.read_bytes()) for left in tmp_path.iterdir()] == [(path.name, b"of yesterday")]


def test_an_export_that_is_killed_has_no_final_name(tmp_path: Path) -> None:
    """Nothing can tidy up then; the name that is left says that the file is partial."""
    path = tmp_path / "a.parquet"
    command = [sys.executable, "-c", ENDLESS, str(path)]
    with subprocess.Popen(command, cwd=PROJECT, env={"PYTHONPATH": "functions:."}, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"begun\n"
        process.kill()
    left = [found.name for found in tmp_path.iterdir()]
    assert left
    assert all(name.startswith(".a.parquet.") and ".partial" in name for name in left)


@pytest.mark.parametrize(
    ("failure", "says"),
    [
        (OSError(28, "No space left on device"), "cannot be written (No space left on device): name a file where"),
        (duckdb.Error("Out of\nmemory"), "DuckDB cannot write it (Out of memory): export to .jsonl instead"),
    ],
    ids=["disk", "DuckDB"],
)
def test_what_cannot_be_written_is_one_sentence(
    failure: Exception, says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It names the file and what to do, and nothing is left."""

    def fail(*_: Path) -> int:
        raise failure

    monkeypatch.setattr("ops.exporting.writing.write_parquet", fail)
    with pytest.raises(CommandError) as refused:
        write_export(tmp_path / "a.parquet", [RECORD])
    assert str(refused.value).startswith(f"{tmp_path / 'a.parquet'}")
    assert says in str(refused.value)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("a.xlsx", "a.xlsx: the ending says the form of the file: write one of .parquet, .duckdb, .csv, .jsonl"),
        ("a", "a: the ending says the form of the file: write one of .parquet, .duckdb, .csv, .jsonl"),
        ("old.csv", "old.csv exists already: name another file, or write --overwrite"),
        ("folder.csv", "folder.csv exists already: name another file"),
        ("no/a.csv", "no/a.csv: the folder no does not exist or cannot be written to: name another one"),
    ],
)
def test_a_target_that_cannot_be_is_one_sentence(
    name: str, says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is said before anything is read."""
    monkeypatch.chdir(tmp_path)
    Path("old.csv").touch()
    Path("folder.csv").mkdir()
    with pytest.raises(CommandError) as refused:
        check_target(Path(name), overwrite=False)
    assert str(refused.value) == says
    check_target(Path("old.csv"), overwrite=True)
