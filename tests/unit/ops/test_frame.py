"""What all commands share: heading, confirmation, times, sizes, tables, exit codes."""

import json
import os
import pty
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from ops import exit_codes
from ops.cli import app, main
from ops.errors import CommandError
from ops.exit_codes import ExitCode
from ops.frame.output import build_table
from ops.frame.progress import show_progress
from ops.frame.read_budget import ReadBudget, format_size, parse_size, price_read
from ops.frame.times import ZonedClock, describe_span, open_clock
from ops.help_page import build_help_page
from tests.unit.log_processor.conftest import Stack
from tests.unit.ops.printed import read_error

PROJECT = Path(__file__).resolve().parents[3]
BERLIN = ZoneInfo("Europe/Berlin")
CLOCK = ZonedClock(datetime(2026, 3, 29, 12, 30, tzinfo=BERLIN))
"""Noon of the day on which the clocks of Berlin were put forward, at two in the morning."""


@pytest.fixture
def _environment(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    assert stack
    monkeypatch.setenv("CDKTF_CONTEXT_JSON", json.dumps({"app_name": "tap-serverless"}))
    for name in ("STATE_BACKEND", "STATE_BUCKET", "STACK_NAME_SUFFIX"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.usefixtures("_environment")
def test_a_command_heads_with_what_it_is_about(endpoint: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Account, region and stack are on standard error, so that standard output has the answer alone."""
    main(["status", "s3://source/none.log", "--ledger", "ledger"])
    said = capsys.readouterr()
    heading = f"account 123456789012, region us-east-1, stack TapStackdev, at {endpoint}"
    assert (said.out, said.err.splitlines()[0]) == ("", heading)


@pytest.mark.usefixtures("_environment")
def test_credentials_of_another_account_are_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The environment names its accounts; the exit code says that the credentials are wrong."""
    context = {"app_name": "tap-serverless", "allowed_account_ids": ["210987654321"]}
    monkeypatch.setenv("CDKTF_CONTEXT_JSON", json.dumps(context))
    assert main(["status", "s3://source/none.log", "--ledger", "ledger"]) == ExitCode.REFUSED
    said = (
        "the credentials are of account 123456789012, and dev is in 210987654321 (allowed_account_ids): set AWS_PROFILE"
    )
    assert read_error(capsys) == said


@pytest.mark.parametrize("words", [["upload", "a.log"], ["rollback"]])
def test_what_acts_wants_the_name_of_the_environment(
    words: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A protected environment is changed by nobody who did not name it."""
    monkeypatch.delenv("CDKTF_CONTEXT_JSON", raising=False)
    monkeypatch.setenv("STACK_NAME_SUFFIX", "prod")
    assert main(words) == ExitCode.NOT_CONFIRMED
    assert read_error(capsys) == "prod is protected: write --yes prod to change it"


def test_every_command_prints_json() -> None:
    """Each has `--json`."""
    names = {one.name for command in app for one in app[command].assemble_argument_collection()}
    assert "--json" in names
    lacking = [name for name in app if "--json" not in {one.name for one in app[name].assemble_argument_collection()}]
    assert lacking == []


def test_help_lists_every_exit_code() -> None:
    """The page is made from the table in the code."""
    page = " ".join(build_help_page(app, (), 100).split())
    assert all(f"{int(code)} {code.meaning}" in page for code in ExitCode)
    assert str(exit_codes.__doc__).startswith("Define the exit codes")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("90s", "2026-03-29T10:28:30+00:00"),
        ("2h", "2026-03-29T08:30:00+00:00"),
        ("12h ago", "2026-03-28T22:30:00+00:00"),
        ("1w", "2026-03-22T10:30:00+00:00"),
        ("now", "2026-03-29T10:30:00+00:00"),
        ("today", "2026-03-28T23:00:00+00:00"),
        ("yesterday", "2026-03-27T23:00:00+00:00"),
        ("2026-05-04", "2026-05-03T22:00:00+00:00"),
        ("2026-05-04T10:00:00Z", "2026-05-04T10:00:00+00:00"),
        ("2026-05-04 10:00", "2026-05-04T08:00:00+00:00"),
    ],
)
def test_times_are_relative_or_iso(text: str, found: str) -> None:
    """A day begins at midnight of the zone; hours are counted as they pass, also where the clocks change."""
    assert CLOCK.parse("--from", text).astimezone(ZoneInfo("UTC")).isoformat() == found


@pytest.mark.parametrize("text", ["", "soon", "5", "-3h", "2026-13-01", "999999w"])
def test_what_is_no_time_is_refused(text: str) -> None:
    """The sentence names the option and shows what can be written."""
    with pytest.raises(CommandError, match=r"--from .*: write 15m, 2h, 3d, today"):
        CLOCK.parse("--from", text)


def test_times_are_printed_in_the_zone() -> None:
    """Epoch milliseconds, a time of the ledger and none at all; UTC ends in Z."""
    moment = 1_774_780_200_000
    assert CLOCK.format(moment) == "2026-03-29T12:30:00+02:00"
    assert open_clock("UTC").format("2026-03-29T10:30:00.250Z") == "2026-03-29T10:30:00Z"
    assert (CLOCK.format(None), CLOCK.format(CLOCK.now)) == ("-", "2026-03-29T12:30:00+02:00")
    assert open_clock("local").now.tzinfo is not None


@pytest.mark.parametrize("name", ["Nowhere/Land", "../etc/passwd", ""])
def test_an_unknown_zone_is_refused(name: str) -> None:
    """The sentence shows what can be written."""
    with pytest.raises(
        CommandError, match=r"--tz .*: there is no such zone: write UTC, local, or a name such as Europe"
    ):
        open_clock(name)


def test_spans_have_two_units() -> None:
    """A length of time is read at a glance."""
    assert [describe_span(one) for one in (-1, 4.24, 200, 7_500, 273_600)] == [
        *("0.0 s", "4.2 s", "3 min 20 s", "2 h 5 min", "3 d 4 h")
    ]


def test_sizes_have_units() -> None:
    """They are read as they are printed."""
    assert [parse_size("--max-read", text) for text in ("0", "500kB", "1.5GB", "20 MB", "7")] == [
        *(0, 500_000, 1_500_000_000, 20_000_000, 7)
    ]
    assert [format_size(one) for one in (7, 1_500, 20_000_000, 1_500_000_000, 2e15)] == [
        *("7 bytes", "1.5 kB", "20.0 MB", "1.5 GB", "2,000.0 TB")
    ]
    with pytest.raises(CommandError, match=r"--max-read much: this is no size"):
        parse_size("--max-read", "much")


def test_a_dear_read_is_announced_or_refused(capsys: pytest.CaptureFixture[str]) -> None:
    """A million units of 8 KiB cost what the list of prices says; more than the limit is not read."""
    assert price_read(8_192_000_000) == pytest.approx(0.125)
    ReadBudget(10**10).announce("the index", 8_192_000_000)
    assert capsys.readouterr().err == "note: reads at most 8.2 GB of the index, about $0.1250\n"
    ReadBudget(10**10).announce("the index", 999_999)
    assert capsys.readouterr().err == ""
    with pytest.raises(
        CommandError, match=r"would read 8\.2 GB .* \$0\.1250: .*, or write --max-read 8192MB"
    ) as refused:
        ReadBudget(10**9).announce("the index", 8_192_000_000)
    assert refused.value.exit_code == ExitCode.NOT_CONFIRMED
    budget = ReadBudget(1_000)
    budget.spend(1_000, "the index")
    with pytest.raises(CommandError, match=r"1\.0 kB of the index are read, and --max-read is 1\.0 kB"):
        budget.spend(1, "the index")


def test_tables_fit_and_numbers_are_whole() -> None:
    """Long texts are folded, numbers stand at the right, control characters are escaped."""
    rows = [("web\x1b[2J", 1_234_567), ("a source of a very long name", 8)]
    assert build_table(("source", "records"), rows, 100) == [
        "source                          records",
        r"web\x1b[2J                    1,234,567",
        "a source of a very long name          8",
    ]
    narrow = build_table(("source", "records"), rows, 24)
    assert max(map(len, narrow)) <= 24
    assert any(line.endswith(" 1,234,567") for line in narrow)


def test_progress_is_silent_without_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    """Neither a log nor a pipe gets bars."""
    with show_progress("reading", 10) as advance:
        advance(10)
    assert capsys.readouterr().err == ""


def test_a_bar_leaves_the_output_alone() -> None:
    """It is on the terminal of standard error; a pipe of standard output gets what is printed meanwhile."""
    code = "from ops.frame.progress import show_progress\nwith show_progress('reading', 2) as go: go(1); print('line')"
    parent, child = pty.openpty()
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=child, cwd=PROJECT) as process:
        os.close(child)
        output = process.stdout and process.stdout.read()
        shown = os.read(parent, 65_536)
    os.close(parent)
    assert (process.returncode, output) == (0, b"line\n")
    assert b"reading" in shown
