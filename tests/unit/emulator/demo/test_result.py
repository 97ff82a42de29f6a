"""The result tells good runs from bad ones, and the report has fixed keys."""

import json
from dataclasses import replace
from pathlib import Path

from emulator.demo.ledger import ObjectAccount
from emulator.demo.result import build_report, write_report
from emulator.verify.account import Tally
from tests.unit.emulator.demo.results import REASON, make_result, readable, unreadable


def test_the_report_has_its_keys_in_order(tmp_path: Path) -> None:
    """Other programs read the file: keys stay, and new ones follow them."""
    write_report(make_result(readable("a.log"), unreadable("b.zip", stored=2)), tmp_path / "report.json")
    written = json.loads((tmp_path / "report.json").read_text())
    assert list(written.items()) == [
        ("objects", 2),
        ("records_read", 7),
        ("stored", 5),
        ("filtered", 1),
        ("rejected", 1),
        ("lost", 0),
        ("duplicates", 0),
        ("dead_letters", 0),
        ("archived", 1),
        ("seconds", {"setup": 1.2, "apply": 4, "ingest": 5.1}),
        ("wrong", 0),
        ("unsettled", 0),
        ("alarms", []),
        ("prices", {}),
        ("unreadable", [{"key": "b.zip", "reason": REASON, "kept_as": "s3://archive-bucket/errors/b.zip.object"}]),
    ]


def test_differences_and_strays_spoil_the_result() -> None:
    """Lost and duplicate records, and items of no uploaded file, are summed; unfinished objects count, too."""
    good = make_result(readable("a.log"))
    assert good.is_good
    spoiled = replace(good, objects=[replace(readable("a.log"), tally=Tally(lost=2, wrong=1))])
    spoiled = replace(spoiled, strays=Tally(duplicates=3))
    assert [build_report(spoiled)[name] for name in ("lost", "duplicates", "wrong")] == [2, 3, 1]
    assert not spoiled.is_good
    unfinished = make_result(replace(readable("a.log"), account=ObjectAccount("running")))
    assert unfinished.unsettled == ["a.log"]
    assert not unfinished.is_good


def test_a_file_that_could_not_be_read_spoils_the_result() -> None:
    """Its lines are not in the table; only a sample that is damaged on purpose may, and must, fail."""
    assert not make_result(readable("a.log"), unreadable("b.zip")).is_good
    assert make_result(readable("a.log"), unreadable("b.zip", damage="cut off")).is_good
    read_after_all = replace(readable("b.zip").log, damage="cut off")
    assert not make_result(replace(readable("b.zip"), log=read_after_all)).is_good
