"""The verdict says how many files are stored, and names the others."""

import io
from dataclasses import replace
from typing import Literal

import pytest
from rich.console import Console

from emulator.demo.ledger import ObjectAccount
from emulator.demo.result import DemoResult, ObjectResult
from emulator.demo.verdict import MAX_NAMES, render_verdict
from emulator.verify.account import Tally
from tests.unit.emulator.demo.results import make_result, readable, unreadable

ONCE = ": each of their records stands in the table exactly once."
GREEN, RED = "\x1b[1;32m", "\x1b[1;31m"


def render_text(result: DemoResult, width: int = 200, *, colours: bool = False) -> str:
    system: Literal["standard"] | None = "standard" if colours else None
    console = Console(file=io.StringIO(), width=width, force_terminal=colours, color_system=system)
    console.print(*render_verdict(result), sep="\n")
    assert isinstance(console.file, io.StringIO)
    return "\n".join(line.rstrip() for line in console.file.getvalue().splitlines())


def make_mixed(readable_count: int, unreadable_count: int) -> list[ObjectResult]:
    stored = [readable(f"good-{number}.log") for number in range(readable_count)]
    return stored + [unreadable(f"bad-{number}.zip") for number in range(unreadable_count)]


@pytest.mark.parametrize(
    ("counts", "sentence", "colour"),
    [
        ((3, 0), f"3 of 3 files are stored{ONCE}", GREEN),
        (
            (2, 1),
            f"2 of 3 files are stored{ONCE} 1 could not be read: its lines are NOT in the table.",
            RED,
        ),
        ((0, 1), "0 of 1 files are stored. 1 could not be read: its lines are NOT in the table.", RED),
    ],
)
def test_it_counts_what_is_stored(counts: tuple[int, int], sentence: str, colour: str) -> None:
    """Counts, names, colour and exit code depend on which files could be read."""
    result = make_result(*make_mixed(*counts))
    text = render_text(result)
    assert text.splitlines()[0] == sentence
    assert render_text(result, colours=True).startswith(colour)
    assert result.is_good == (counts[1] == 0)
    assert text.count("  bad-0.zip\n") == text.count("kept as s3://archive-bucket/errors/bad-0.zip.object") == counts[1]
    assert text.count("NotALogError: the bytes are a PNG image") == counts[1]


def test_samples_that_are_damaged_on_purpose_are_no_fault() -> None:
    """The verdict says so, names the damage, and says what of the file is in the table."""
    result = make_result(readable("a.log"), unreadable("b.gz", damage="cut off", stored=7))
    text = render_text(result)
    assert "1 could not be read (damaged on purpose): its lines are NOT in the table." in text
    assert "  b.gz (cut off)\n" in text
    assert "except its first 7 records, which are in the table" in text
    assert render_text(result, colours=True).startswith(GREEN)


def test_other_unreadable_files_are_told_from_those() -> None:
    """The verdict says how many of the unreadable files are damaged on purpose."""
    text = render_text(make_result(unreadable("b.gz", damage="cut off"), unreadable("c.gz")))
    assert "2 could not be read (1 of them damaged on purpose): their lines are NOT in the table." in text


def test_a_sample_that_is_not_refused_is_a_fault() -> None:
    """Damage that nobody notices would be worse than damage."""
    read = replace(readable("b.gz"), log=replace(readable("b.gz").log, damage="cut off"))
    assert "Damaged on purpose, and yet not refused: b.gz." in render_text(make_result(read))


def test_lost_records_are_counted_and_their_files_named() -> None:
    """A file that lost records does not count as stored."""
    spoiled = replace(readable("a.log"), tally=Tally(lost=1, duplicates=2))
    text = render_text(make_result(spoiled, replace(readable("b.log"), account=ObjectAccount("running"))))
    assert text.startswith("0 of 2 files are stored. 1 records are lost, 2 are there more than once in a.log.")
    assert "Not finished: b.log." in text
    assert "exactly once" not in text


def test_a_file_of_which_no_copy_is_kept_says_so() -> None:
    """The reader must not delete the only copy."""
    file = replace(unreadable("b.zip"), archived=None)
    assert "no copy of it is kept: your file is the only one" in render_text(make_result(file))


def test_wrapped_reasons_keep_their_indentation() -> None:
    """At 60 columns a reason has several lines, and all are indented more than names."""
    lines = render_text(make_result(unreadable("b.zip")), width=60).splitlines()
    reason = lines[lines.index("  b.zip") + 1 : -2]
    assert len(reason) > 2
    assert all(line.startswith("    ") and len(line) <= 60 for line in reason)


def test_a_long_list_is_cut_with_its_rest_counted() -> None:
    """A thousand names do not push the verdict off the screen; the report has them all."""
    text = render_text(make_result(*make_mixed(0, MAX_NAMES + 1_000)))
    assert "and 1,000 more, each in report.json" in text


def test_keys_and_reasons_cannot_move_the_cursor() -> None:
    """Control characters in a key, or in a reason that quotes it, are escaped."""
    file = unreadable("a\x1b[2J\nb.zip")
    file = replace(file, account=replace(file.account, reason="no\x1b[2J log"))
    text = render_text(make_result(file))
    assert "\x1b" not in text
    assert "a\\x1b[2J\\nb.zip" in text
    assert "no\\x1b[2J log" in text


def test_alarms_that_rang_are_named() -> None:
    """With the page that says what to do; where none rang, nothing is said of them."""
    quiet = make_result(readable("a.log"))
    assert "larm" not in render_text(quiet)
    rung = replace(quiet, alarms=["logs-demo-errors", "logs-demo-objective"])
    line = "Alarms rang: logs-demo-errors, logs-demo-objective. docs/operations.md says of each what to do."
    assert line in render_text(rung).splitlines()
