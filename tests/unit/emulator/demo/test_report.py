"""The report has its fixed keys, and the console shows what a reader needs to know."""

import io
import json
from dataclasses import replace
from pathlib import Path

from rich.console import Console

from emulator.demo.ledger import ObjectAccount
from emulator.demo.logs import LogFile
from emulator.demo.report import ObjectOutcome, Outcome, printable, report, show, write_report
from emulator.verify.account import Tally
from emulator.verify.failures import ArchivedObject, DeadLetter

GOOD = ObjectOutcome(
    LogFile("web/[a].log", Path("a.log")), ObjectAccount("done", "combined", "", 5, 3, 1, 1, 1500), Tally(headers=1)
)
FAILED = ObjectOutcome(
    LogFile("b.gz.log", Path("b.gz"), renamed=True), ObjectAccount("failed", "text", "cut", 2, 2), Tally()
)
RECORD = {
    "log_id": {"S": "00ff-1"},
    "timestamp": {"N": "1772442000000"},
    "format": {"S": "text"},
    "log_data": {"S": "[bold]first\x1b[2J"},
}
OUTCOME = Outcome(
    objects=[GOOD, FAILED],
    dead_letters=[DeadLetter("b.gz.log", "the gzip stream ends early")],
    archived=[ArchivedObject("s3://logs/b.gz.log", "Damaged", "errors/2026-03-02/b/v1.error.json", None)],
    records=[RECORD],
    seconds={"setup": 1.23, "apply": 4, "ingest": 5.06},
)


def test_the_report_has_its_keys_in_order(tmp_path: Path) -> None:
    """The file is read by other programs: the first ten keys are fixed."""
    write_report(OUTCOME, tmp_path / "report.json")
    written = json.loads((tmp_path / "report.json").read_text())
    assert list(written.items())[:10] == [
        ("objects", 2),
        ("records_read", 7),
        ("stored", 5),
        ("filtered", 1),
        ("rejected", 1),
        ("lost", 0),
        ("duplicates", 0),
        ("dead_letters", 1),
        ("archived", 1),
        ("seconds", {"setup": 1.2, "apply": 4, "ingest": 5.1}),
    ]


def test_differences_and_strays_spoil_the_outcome() -> None:
    """Lost and doubled records, and items of no uploaded file, are summed; unfinished objects count too."""
    assert OUTCOME.good
    spoiled = replace(OUTCOME, objects=[replace(GOOD, tally=Tally(lost=2, wrong=1))], strays=Tally(duplicates=3))
    assert (report(spoiled)["lost"], report(spoiled)["duplicates"], report(spoiled)["wrong"]) == (2, 3, 1)
    assert not spoiled.good
    unfinished = replace(OUTCOME, objects=[replace(GOOD, account=ObjectAccount("running"))])
    assert unfinished.unsettled == ["web/[a].log"]
    assert not unfinished.good


def shown(outcome: Outcome, width: int = 140) -> str:
    console = Console(file=io.StringIO(), width=width)
    show(outcome, console, Path("build/demo"))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_the_console_tells_the_whole_account() -> None:
    """Objects with their counts, renamed keys, dead letters, the archive, records, and where to go next."""
    text = shown(OUTCOME)
    expected = [
        "web/[a].log",
        "combined",
        "1.50 s",
        "failed",
        "b.gz as b.gz.log",
        "(1 messages)",
        "b.gz.log: the gzip stream ends early",
        "errors/2026-03-02/b/v1.error.json",
        "[bold]first\\x1b[2J",
        "exactly once",
        "make demo LOGS=PATH",
    ]
    assert [part for part in expected if part not in text] == []


def test_a_bad_outcome_says_so() -> None:
    """The verdict names numbers and unfinished objects instead of praise."""
    spoiled = replace(GOOD, account=ObjectAccount("running"), tally=Tally(lost=1, duplicates=2))
    text = shown(replace(OUTCOME, objects=[spoiled]))
    assert "1 records lost, 2 duplicates. Not finished: web/[a].log." in text
    assert "exactly once" not in text


def test_a_long_list_is_cut_with_its_rest_counted() -> None:
    """A thousand dead letters do not scroll the account away."""
    text = shown(replace(OUTCOME, dead_letters=[DeadLetter(str(number), "x") for number in range(1010)]))
    assert "and 1,000 more" in text


def test_control_characters_are_spelled_out() -> None:
    """A log line cannot clear the reader's screen; letters of all scripts stay."""
    assert printable("a\x1b[2J\r\u2028ü") == "a\\x1b[2J\\r\\u2028ü"
