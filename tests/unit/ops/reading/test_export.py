"""`ops export` writes what `ops query` would find, all of it, and says how much that is."""

import json
from pathlib import Path
from typing import Any

import duckdb
import pytest

from ops.cli import main
from ops.exit_codes import ExitCode
from tests.unit.ops.asked import operations
from tests.unit.ops.printed import read_error
from tests.unit.ops.reading.conftest import Tables
from tests.unit.ops.reading.test_query import DAY, MIDNIGHT_MS, RECORDS, records

__all__ = ["operations", "records"]


@pytest.mark.usefixtures("records")
def test_a_notebook_opens_all_records(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """In the order of time, each once, with its fields."""
    path = tmp_path / "all.parquet"
    assert main(["export", str(path), *DAY]) == 0
    assert capsys.readouterr().out.startswith(f"{path}: {RECORDS} records, ")
    with duckdb.connect() as connection:
        table = connection.read_parquet(str(path))
        rows = table.project("log_data, epoch_ms(timestamp), fields->>'$.user.name', source, status").fetchall()
    assert [row[0] for row in rows] == [f"line {number}" for number in range(RECORDS)]
    assert rows[7] == ("line 7", MIDNIGHT_MS + 7 * 60_000, "root", "web", 200)


@pytest.mark.usefixtures("records")
def test_a_selection_is_exported(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The same options as those of a query; the answer is one JSON object for programs."""
    path = tmp_path / "errors.jsonl"
    assert main(["export", str(path), *DAY, "--errors", "--json"]) == 0
    said: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert said == {"file": str(path), "records": 3, "bytes": path.stat().st_size}
    lines = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    assert [line["log_data"] for line in lines] == ["line 0", "line 100", "line 200"]
    assert "day_shard" not in lines[0]


@pytest.mark.usefixtures("records")
def test_records_are_fetched_a_hundred_at_once(tmp_path: Path, operations: list[str]) -> None:
    """Three requests for 300 records, beside the index's; nothing is scanned but one entry of the old index."""
    assert main(["export", str(tmp_path / "a.csv"), *DAY, "--source", "web"]) == 0
    assert operations.count("BatchGetItem") == RECORDS // 100
    assert operations.count("Scan") == 1


@pytest.mark.usefixtures("records")
def test_nothing_found_is_an_empty_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With all columns: a notebook goes on to work."""
    assert main(["export", str(tmp_path / "a.parquet"), *DAY, "--where", "status=418"]) == 0
    assert ": 0 records, " in capsys.readouterr().out
    with duckdb.connect() as connection:
        table = connection.read_parquet(str(tmp_path / "a.parquet"))
        assert (table.fetchall(), "log_data" in table.columns) == ([], True)


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["a.parquet", "--max-read", "1MB"], ExitCode.NOT_CONFIRMED, "name a source or a shorter time, or write --max"),
        (["a.xlsx"], ExitCode.CANNOT_RUN, "a.xlsx: the ending says the form of the file"),
        (["a.csv", "--level", "loud"], ExitCode.CANNOT_RUN, "--level loud: there is no such level"),
        (["a.csv", "--where", "status>"], ExitCode.CANNOT_RUN, "--where status>"),
    ],
)
def test_bad_input_leaves_no_file(
    words: list[str],
    code: ExitCode,
    says: str,
    records: Tables,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """One sentence says what to write."""
    assert records
    monkeypatch.chdir(tmp_path)
    file, *options = words
    assert main(["export", file, *DAY, *options]) == code
    assert says in read_error(capsys)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("records")
def test_what_the_index_chooses_is_not_refused_before(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Three of 300 records are errors: they are exported within a limit that all together would exceed."""
    words = ["export", str(tmp_path / "a.csv"), *DAY, "--max-read", "1MB"]
    assert main(words) == ExitCode.NOT_CONFIRMED
    assert main([*words, "--errors"]) == 0
    assert ": 3 records, " in capsys.readouterr().out
