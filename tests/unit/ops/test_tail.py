"""`ops tail` prints what the function finishes, once, as the function would store it."""

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from log_processor.routing.routes import FILE

from ops.cli import main
from ops.exit_codes import ExitCode
from ops.reading.finished_ranges import FinishedRanges
from tests.unit.log_processor.conftest import Stack
from tests.unit.log_processor.edges import asks
from tests.unit.ops.conftest import PREFIX
from tests.unit.ops.stored_environment import LOGS, OBJECTS, stored, upload, write_lines
from tests.unit.ops.test_status import work_on

__all__ = ["stored"]

BESIDE_RECORDS = {"processed_at", "expires_at"}


def tail(capsys: pytest.CaptureFixture[str], *options: str) -> list[dict[str, Any]]:
    """Return the records that one look prints; the function itself has printed its metrics before."""
    capsys.readouterr()
    assert main(["tail", "--from", "1h", "--once", "--json", *options]) == 0
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def stored_records(stack: Stack) -> dict[str, tuple[Any, ...]]:
    """Return what tells of each record in the table, by its id."""
    return {
        item["log_id"]["S"]: (int(item["timestamp"]["N"]), item["log_data"]["S"], item["format"]["S"])
        for item in stack.items(LOGS)
    }


def test_each_record_is_printed_as_it_is_stored(stored: Stack, capsys: pytest.CaptureFixture[str]) -> None:
    """Of plain, compressed and wide objects, members of a zip, and elements of documents."""
    for key, body in OBJECTS.items():
        upload(stored, key, body)
    printed = tail(capsys)
    assert len(printed) == len(stored_records(stored)) == 169
    known = {one["log_id"]: (one["timestamp"], one["log_data"], one["format"]) for one in printed}
    assert known == stored_records(stored)


@pytest.mark.parametrize("body", [write_lines(60) * 20, OBJECTS["web/packed.log.gz"]])
def test_ranges_and_continuations_join(
    stored: Stack, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, body: bytes
) -> None:
    """A split object is read piece by piece, a continued one from where it was left: each record once."""
    monkeypatch.setenv("SPLIT_THRESHOLD_BYTES", "65536")
    monkeypatch.setenv("RANGE_BYTES", "50000")
    stored.invoke(stored.put("web/large.log", body), asks(3))
    work_on(stored, 3)
    assert len(stored.items(f"{PREFIX}-ledger")) > 1
    printed = Counter(one["log_id"] for one in tail(capsys))
    assert printed == Counter(dict.fromkeys(stored_records(stored), 1))


def test_each_range_is_given_once(stored: Stack, requests: Counter[str], capsys: pytest.CaptureFixture[str]) -> None:
    """A look costs a query a shard of the hour's days; a range one query, and one request to S3."""
    upload(stored, "web/a.log", write_lines(5))
    requests.clear()
    assert len(tail(capsys)) == 5
    days = len({(datetime.now(UTC) - timedelta(hours=hours)).date() for hours in (0, 2)})
    assert requests["dynamodb:Query"] in (8 * days + 1, 8 + 1)
    assert requests["s3:GetObject"] == 1
    assert not requests["dynamodb:Scan"]


def test_a_look_gives_what_ended_since_the_last(stored: Stack) -> None:
    """What was finished before the first moment is not given, what is finished later is, once."""
    upload(stored, "web/before.log", write_lines(1))
    finished = FinishedRanges(stored.dynamodb, f"{PREFIX}-ledger", datetime.now(UTC))
    assert list(finished.look(datetime.now(UTC))) == []
    upload(stored, "web/after.log", write_lines(1))
    assert [one.object for one in finished.look(datetime.now(UTC))] == ["s3://source/web/after.log"]
    assert list(finished.look(datetime.now(UTC))) == []


def test_conditions_and_sources_choose(stored: Stack, capsys: pytest.CaptureFixture[str]) -> None:
    """As for a query."""
    upload(stored, "web/a.log", write_lines(20))
    upload(stored, "app/a.log", write_lines(20))
    assert [one["status"] for one in tail(capsys, "--errors", "--source", "web")] == [500, 500]
    assert len(tail(capsys, "--where", 'url.path="/7"')) == 2


def test_an_object_is_asked_once_for_its_rows(
    stored: Stack, requests: Counter[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its ranges are many, and end near each other: a query for all of them, and a request to S3 for each."""
    monkeypatch.setenv("SPLIT_THRESHOLD_BYTES", "65536")
    monkeypatch.setenv("RANGE_BYTES", "50000")
    upload(stored, "web/large.log", write_lines(60) * 40)
    requests.clear()
    printed = tail(capsys)
    days = len({(datetime.now(UTC) - timedelta(hours=hours)).date() for hours in (0, 2)})
    ranges = sum("ranges" not in row for row in stored.items(f"{PREFIX}-ledger"))
    assert (len(printed), ranges > 2) == (2_400, True)
    assert requests["dynamodb:Query"] in (8 * days + 1, 8 + 1)
    assert requests["s3:GetObject"] == ranges


def test_what_it_reads_is_said_before(stored: Stack, capsys: pytest.CaptureFixture[str]) -> None:
    """Above --max-read nothing is read, and nothing printed; below it, the size of the objects and their price."""
    upload(stored, "web/large.log", write_lines(60) * 250)
    capsys.readouterr()
    assert main(["tail", "--from", "1h", "--once", "--max-read", "1MB"]) == ExitCode.NOT_CONFIRMED
    printed = capsys.readouterr()
    cost = "about $0.0001 outside of its region, and nothing in it"
    said = f"this would read 1.2 MB of the objects of one range in S3, {cost}"
    assert (printed.out, printed.err.partition("error: ")[2]) == (
        "",
        f"{said}: name a source or a later --from, or write --max-read 2MB\n",
    )
    tail(capsys, "--source", "app")
    assert main(["tail", "--from", "1h", "--once", "--max-read", "2MB", "--json", "--errors"]) == 0
    assert "note: reads at most 1.2 MB of the objects of one range in S3" in capsys.readouterr().err


def test_how_far_it_is_is_shown(
    stored: Stack, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Of a look at finished ranges, and of an object that is parsed: all of its bytes."""
    upload(stored, "web/a.log", write_lines(60))
    size, shown = len(write_lines(60)), list[int]()

    @contextmanager
    def show(title: str, total: int | None = None) -> Iterator[Any]:
        assert (title, total) in {("bytes of objects", size), ("bytes of s3://source/web/a.log", size)}
        yield shown.append

    for module in ("ops.tail", "ops.parse_objects"):
        monkeypatch.setattr(f"{module}.show_progress", show)
    tail(capsys)
    assert main(["parse", "s3://source/web/a.log"]) == 0
    assert shown == [size, size]


def test_other_rules_are_not_trusted(
    stored: Stack, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    """Where routes.toml here hides other values than the function did, the object is not read, and that is said."""
    upload(stored, "web/a.log", write_lines(3))
    routes = tmp_path / "routes.toml"
    routes.write_text(FILE.read_text("utf-8") + '\n[[route]]\nkeys = ["**"]\nredact = ["email"]\n')
    monkeypatch.setattr("ops.tail.FILE", routes)
    capsys.readouterr()
    assert main(["tail", "--from", "1h", "--once"]) == 1
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "routes.toml says other filters or redaction here than the function had" in printed.err
