"""`ops query` prints, counts and draws what it is asked for, and says before what that reads."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ops.cli import main
from ops.reading import spending
from ops.reading.span import count_ms
from tests.unit.ops.printed import read_error
from tests.unit.ops.reading.conftest import Tables
from tests.unit.ops.reading.stored import DIGEST, make_record, put_records
from tests.unit.ops.reading.test_ledger_days import put_row

MIDNIGHT = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=2)
MIDNIGHT_MS = count_ms(MIDNIGHT)
DATE = f"{MIDNIGHT:%Y-%m-%d}"
DAY = ["--from", DATE, "--to", f"{MIDNIGHT + timedelta(days=1):%Y-%m-%d}"]
RECORDS = 300


@pytest.fixture
def records(tables: Tables) -> Tables:
    """Return the tables with 300 records, one a minute, of which 0, 100 and 200 are errors, and their ledger row."""
    put_records(make_record(number, MIDNIGHT_MS + number * 60_000) for number in range(RECORDS))
    last_ms = MIDNIGHT_MS + RECORDS * 60_000
    counts = {"stored": RECORDS, "text_fallbacks": 0, "first_time": MIDNIGHT_MS, "last_time": last_ms}
    typed: dict[str, Any] = {name: {"N": str(value)} for name, value in counts.items()}
    put_row(tables, "web/a.log", MIDNIGHT + timedelta(hours=6), "done", source={"S": "web"}, **typed)
    tables.requests.clear()
    return tables


def run(capsys: pytest.CaptureFixture[str], *options: str) -> list[str]:
    """Return the lines that the query prints on standard output."""
    assert main(["query", *DAY, *options]) == 0
    return capsys.readouterr().out.splitlines()


@pytest.mark.usefixtures("records")
def test_errors_are_printed_in_order(capsys: pytest.CaptureFixture[str]) -> None:
    """Each on a line: time, level, status, source, text. The ledger names the source."""
    assert run(capsys, "--errors") == [
        f"{DATE}T00:00:00Z info  500 web line 0",
        f"{DATE}T01:40:00Z info  500 web line 100",
        f"{DATE}T03:20:00Z info  500 web line 200",
    ]


@pytest.mark.usefixtures("records")
def test_neighbours_stand_around_each_match(capsys: pytest.CaptureFixture[str]) -> None:
    """Those of the same object before and after it; matches are marked, groups are apart."""
    lines = run(capsys, "--errors", "-C", "2")
    assert [line if line == "--" else line[:2] + line.rpartition(" ")[2] for line in lines] == [
        *("> 0", "  1", "  2", "--"),
        *("  98", "  99", "> 100", "  101", "  102", "--"),
        *("  198", "  199", "> 200", "  201", "  202"),
    ]
    assert run(capsys, "--where", "user.name=root", "-C", "1") == [
        f"  {DATE}T00:06:00Z info  200 web line 6",
        f"> {DATE}T00:07:00Z info  200 web line 7",
        f"  {DATE}T00:08:00Z info  200 web line 8",
    ]


@pytest.mark.usefixtures("records")
def test_json_has_all_of_a_record(capsys: pytest.CaptureFixture[str]) -> None:
    """But for the key of the index; with neighbours it says which record matched."""
    (line,) = run(capsys, "--where", "user.name=root", "--json")
    record = json.loads(line)
    assert record["fields"]["user"] == {"name": "root"}
    assert (record["log_id"], record["offset"], record["source"]) == (f"{DIGEST}-7", 7, "web")
    assert "day_shard" not in record
    matches = [json.loads(line)["match"] for line in run(capsys, "--where", "user.name=root", "--json", "-C", "1")]
    assert matches == [False, True, False]


@pytest.mark.usefixtures("records")
def test_pages_follow_the_cursor(capsys: pytest.CaptureFixture[str]) -> None:
    """Each ends with the cursor of the next; the last one, which is not full, has none."""
    seen, cursor = [], [""]
    while cursor:
        options = ["--cursor", cursor[0]] if cursor[0] else []
        assert main(["query", *DAY, "--source", "web", "--limit", "130", "--newest", *options]) == 0
        printed = capsys.readouterr()
        seen += [int(line.rpartition(" ")[2]) for line in printed.out.splitlines()]
        cursor = re.findall(r"--cursor (\S+)", printed.err)
    assert seen == list(range(RECORDS))[::-1]


@pytest.mark.usefixtures("records")
def test_counts_are_by_attribute_field_or_time(capsys: pytest.CaptureFixture[str]) -> None:
    """Times in their order, other values by how frequent they are."""
    assert run(capsys, "--count") == ["300 records"]
    assert run(capsys, "--count", "--by", "status") == ["status  records", "200         297", "500           3"]
    assert run(capsys, "--by", "user.name", "--json") == [
        '{"user.name":"web","count":299}',
        '{"user.name":"root","count":1}',
    ]
    assert run(capsys, "--errors", "--by", "hour", "--json") == [
        f'{{"hour":"{DATE}T00:00:00Z","count":1}}',
        f'{{"hour":"{DATE}T01:00:00Z","count":1}}',
        f'{{"hour":"{DATE}T03:00:00Z","count":1}}',
    ]


@pytest.mark.usefixtures("records")
def test_a_plot_has_a_bar_for_each_step(capsys: pytest.CaptureFixture[str]) -> None:
    """As many as fill the time; a step without records has none."""
    lines = run(capsys, "--plot", "--errors")
    assert len(lines) == 24
    assert [line.split(" ")[1] for line in lines[:5]] == ["1", "1", "0", "1", "0"]
    assert [line.count("\N{FULL BLOCK}") > 10 for line in lines[:5]] == [True, True, False, True, False]


@pytest.mark.usefixtures("records")
def test_times_are_read_and_printed_in_a_zone(capsys: pytest.CaptureFixture[str]) -> None:
    """Of nothing else the answer depends."""
    options = ["--from", f"{DATE}T05:30", "--to", f"{DATE}T05:32", "--tz", "Asia/Kolkata"]
    assert main(["query", *options]) == 0
    assert [line[:25] for line in capsys.readouterr().out.splitlines()] == [
        f"{DATE}T05:30:00+05:30",
        f"{DATE}T05:31:00+05:30",
    ]


@pytest.mark.usefixtures("records")
def test_a_read_above_the_limit_is_refused_before(capsys: pytest.CaptureFixture[str]) -> None:
    """It says how much it would be, what that costs, and how to read less; nothing was read."""
    assert main(["query", *DAY, "--where", "user.name=root", "--max-read", "1MB"]) == 5
    assert read_error(capsys) == (
        "this would read 1.3 MB of the log table, about $0.0000: name a source, a shorter time or a --limit, or write "
        "--max-read 2MB"
    )


def test_ranges_of_before_are_said_to_be_unknown(records: Tables, capsys: pytest.CaptureFixture[str]) -> None:
    """Their rows do not say which times their records have."""
    put_row(records, "old/a.log", MIDNIGHT + timedelta(hours=7), "done", stored={"N": "7"})
    assert main(["query", *DAY, "--count"]) == 0
    assert (
        "note: 1 ranges were ended by a version that did not write which times their records have: name their sources "
        "by --source\n"
    ) in capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--from", "1h", "--to", "2h"], "--from 1h is not before --to 2h: name an earlier time"),
        (
            ["--where", "a="],
            "--where a=: at character 3: write a value, in quotes if it has blanks or signs, where the",
        ),
        (
            ["--level", "loud"],
            "--level loud: there is no such level: write one of trace, debug, info, warn, error, fatal",
        ),
        (["--cursor", "x"], "--cursor x: this is no cursor: copy all of what the page before printed, and repeat its"),
        (["--limit", "-1"], "--limit -1: write a whole number from 0"),
        (
            ["--from", "500d"],
            "the span begins 500 days ago, and sources are looked for in 400 days of the ledger at most",
        ),
    ],
)
@pytest.mark.usefixtures("tables")
def test_what_makes_no_sense_is_refused(options: list[str], sentence: str, capsys: pytest.CaptureFixture[str]) -> None:
    """One sentence names the option, the value and the remedy."""
    assert main(["query", *options]) == 2
    assert read_error(capsys).startswith(sentence)


@pytest.mark.usefixtures("records")
@pytest.mark.parametrize("view", [[], ["--count"], ["--count", "--by", "level"], ["--plot"], ["-C", "1"]])
def test_a_source_without_records_is_named(view: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """A name that is mistyped does not look like a time without errors; the exit code is 0 all the same."""
    assert main(["query", *DAY, *view, "--source", "wbe", "--errors"]) == 0
    assert "note: nothing is found in wbe: ops status names the sources that there are" in capsys.readouterr().err
    assert main(["query", *DAY, *view, "--source", "web", "--errors"]) == 0
    assert "nothing is found" not in capsys.readouterr().err


@pytest.mark.usefixtures("records")
@pytest.mark.parametrize("view", [[], ["--count"], ["--plot"], ["-C", "1"], ["--json"]])
def test_an_answer_without_records_says_so(view: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """An upload with times of yesterday, or a mistyped name, does not look like a command that did nothing."""
    assert main(["query", "--from", "2026-05-03", "--to", "2026-05-04", *view]) == 0
    span = "from 2026-05-03T00:00:00Z to 2026-05-04T00:00:00Z"
    assert f"note: nothing is found {span}: name another time by --from and --to\n" in capsys.readouterr().err
    assert main(["query", *DAY, *view, "--where", "levl=error"]) == 0
    assert "by --from and --to, or check the names and values of --where\n" in capsys.readouterr().err


@pytest.mark.usefixtures("records")
@pytest.mark.parametrize("view", [[], ["--count"], ["--by", "user.name"], ["--plot"], ["-C", "1", "--errors"]])
def test_what_is_read_is_shown(
    view: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The bytes of each answer advance the bar of a terminal, however few records are printed of them."""
    shown: list[int] = []

    @contextmanager
    def show(title: str, total: int | None = None) -> Iterator[Any]:
        assert (title, total) == ("bytes of the log table", None)
        yield shown.append

    monkeypatch.setattr(spending, "show_progress", show)
    run(capsys, *view, "--source", "web")
    assert sum(shown) > 8_192
