"""A run's report has fixed keys, and shows no control character of an object's key."""

import io
import json
from pathlib import Path

from rich.console import Console

from emulator.chaos.check import Verdict
from emulator.chaos.faults import Faults
from emulator.chaos.report import build_report, show, write
from emulator.chaos.run import RunPlan


def make_report(*problems: str) -> dict[str, object]:
    faults = Faults(1)
    faults.counts["throttled"] = 2
    return build_report(RunPlan(1, 10), Verdict(records=10, problems=list(problems)), faults, 3, 4.56)


def show_report(*problems: str, width: int = 80) -> str:
    console = Console(file=io.StringIO(), width=width, highlight=False)
    show(make_report(*problems), console)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_the_report_has_its_keys_in_order() -> None:
    """Other programs read the file."""
    assert list(make_report()) == [
        "seed",
        "records",
        "lost",
        "duplicates",
        "unaccounted_ranges",
        "rejected",
        "continuations",
        "split_objects",
        "invocations",
        "seconds",
        "faults",
        "problems",
    ]


def test_problems_show_no_control_characters() -> None:
    """A key with an escape sequence would change the terminal, one with a line end would forge a line."""
    text = show_report("s3://logs/a\x1b[2J\nNothing lost.log: 1 lost", width=200)
    assert "problem: s3://logs/a\\x1b[2J\\nNothing lost.log: 1 lost" in text
    assert text.endswith("The account does not close.\n")


def test_a_wrapped_problem_keeps_its_indentation() -> None:
    """Each of its lines is indented, so that it differs from the next problem."""
    lines = show_report("word " * 40, width=60).splitlines()
    first = next(number for number, line in enumerate(lines) if "problem:" in line)
    assert all(line.startswith("  ") for line in lines[first:-1])


def test_the_folder_of_the_report_is_made(tmp_path: Path) -> None:
    """A fresh clone has none."""
    write(make_report(), tmp_path / "build" / "chaos.json")
    assert json.loads((tmp_path / "build" / "chaos.json").read_text()) == make_report()
