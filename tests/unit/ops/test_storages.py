"""An environment that changes how it stores, and back again: every command reads what each of the ways has stored."""

import json
from pathlib import Path
from typing import Any

import pytest
from log_processor import handler

from emulator.verify.account import tally_objects
from emulator.verify.packs import unpack_items
from ops.cli import main
from tests.unit.log_processor.conftest import Stack
from tests.unit.ops.stored_environment import LOGS, stored, upload, write_lines

__all__ = ["stored"]

STORAGES = {"web/first.log": "records", "web/second.log": "packs", "web/third.log": "records"}
SELECTED = ("--from", "2026-05-04T00:00:00Z", "--to", "2026-05-05T00:00:00Z")
LINES = 50


@pytest.fixture
def fed(stored: Stack, monkeypatch: pytest.MonkeyPatch) -> Stack:
    """Return an environment that was fed as records, as packs, and as records again, which its settings say now."""
    for key, storage in STORAGES.items():
        monkeypatch.setenv("STORAGE", storage)
        handler.build_parts.cache_clear()
        upload(stored, key, write_lines(LINES))
    return stored


def find_pack(stack: Stack) -> dict[str, Any]:
    (pack,) = [item for item in stack.items(LOGS) if "layout" in item]
    return pack


def ask(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[dict[str, Any]]:
    capsys.readouterr()
    assert main([*arguments, "--json"]) == 0
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_records_of_both_ways_are_queried_and_shown(fed: Stack, capsys: pytest.CaptureFixture[str]) -> None:
    """By time, with and without a condition, counted, and by the id of each."""
    assert len(fed.items(LOGS)) == 2 * LINES + 1
    records = ask(capsys, "query", *SELECTED, "--limit", "0")
    for key in STORAGES:
        own = [record for record in records if record["source_file"] == f"s3://source/{key}"]
        assert [record["log_data"] for record in own] == write_lines(LINES).decode().splitlines()
        (shown,) = ask(capsys, "show", own[7]["log_id"], "-C", "2")
        assert (shown["log_data"], len(shown["before"]), len(shown["after"])) == (own[7]["log_data"], 2, 2)
        assert shown["bytes"] == shown["log_data"]
    assert len(records) == 3 * LINES
    assert ask(capsys, "query", *SELECTED, "--where", "status=500", "--count") == [{"count": 3 * LINES // 10}]


def test_records_of_both_ways_are_exported_and_counted(
    fed: Stack, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """By export and patterns; status and the account of the bytes find nothing wrong."""
    target = tmp_path / "all.jsonl"
    assert ask(capsys, "export", *SELECTED, str(target))[0]["records"] == 3 * LINES
    assert len(target.read_text().splitlines()) == 3 * LINES
    assert sum(shape["records"] for shape in ask(capsys, "patterns", *SELECTED)) == 3 * LINES
    for key in STORAGES:
        (status,) = ask(capsys, "status", f"s3://source/{key}")
        assert (status["status"], status["stored"]) == ("done", LINES)
    source = tmp_path / "source.log"
    source.write_bytes(write_lines(LINES))
    names = dict.fromkeys([f"s3://source/{key}" for key in STORAGES], source)
    for tally in tally_objects(names, list(unpack_items(fed.items(LOGS)))).values():
        assert (tally.lost, tally.duplicates, tally.wrong) == (0, 0, 0)


@pytest.mark.parametrize(
    ("change", "words"),
    [({"layout": {"S": "9.zstd"}}, "has the layout '9.zstd'"), ({"log_data": {"B": b"no pack"}}, "is damaged")],
)
def test_an_unreadable_pack_hides_nothing_else(
    fed: Stack, change: dict[str, Any], words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each command reads the others, names the pack in an error, and ends with 1; those that need none are well."""
    pack = find_pack(fed)
    (record,) = list(unpack_items([pack]))[:1]
    fed.dynamodb.put_item(TableName=LOGS, Item=pack | change)
    target = tmp_path / "rest.jsonl"
    for command, found in (
        (("query", *SELECTED, "--limit", "0", "--json"), 2 * LINES),
        (("query", *SELECTED, "--limit", "10", "--json"), 10),
        (("query", *SELECTED, "--count"), 1),
        (("query", *SELECTED, "--where", "status=500", "-C", "1", "--limit", "0", "--json"), 2 * LINES),
        (("export", *SELECTED, str(target)), 1),
        (("patterns", *SELECTED, "--json"), 1),
        (("show", record["log_id"]["S"]), 0),
    ):
        capsys.readouterr()
        assert main([*command]) == 1, command
        printed = capsys.readouterr()
        assert len(printed.out.splitlines()) == found or (command[0] == "query" and "-C" in command), command
        *_, error = printed.err.splitlines()
        assert error.startswith("error: ")
        assert words in error
        assert pack["log_id"]["S"] in error
    assert len(target.read_text().splitlines()) == 2 * LINES
    assert main(["status", "s3://source/web/second.log"]) == 0
    assert main(["tail", "--from", "1h", "--once"]) == 0
