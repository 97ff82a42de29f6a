"""`ops explain` forecasts what the function then does: route, format, records, what is hidden, ranges and cost."""

import gzip
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from emulator.aws.item_sizes import count_item_bytes
from ops.cli import main
from ops.exit_codes import ExitCode
from ops.explaining import object_head
from tests.unit.log_processor.conftest import Stack
from tests.unit.ops.asked import operations
from tests.unit.ops.printed import read_error

__all__ = ["operations"]

ROUTES = """
[[route]]
keys = ["pay/**"]
source = "payments"
format = "json_lines"
exclude = [{ field = "level", equals = ["debug"] }]
redact = ["email", "ip"]
"""
LEVELS = ["info", "debug", "error"]
LINES = [
    json.dumps(
        {
            "time": f"2026-05-04T10:00:{number % 60:02d}Z",
            "level": LEVELS[number % 3],
            "msg": f"user{number}@example.com from 192.0.2.{number}",
        }
    )
    for number in range(90)
]
BAD = "this is no JSON"


@pytest.fixture(autouse=True)
def _configured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CDKTF_CONTEXT_JSON", json.dumps({"app_name": "tap-serverless", "range_bytes": 1024}))
    monkeypatch.setenv("COLUMNS", "200")


def write_routes(tmp_path: Path) -> str:
    (tmp_path / "routes.toml").write_text(ROUTES, encoding="utf-8")
    return str(tmp_path / "routes.toml")


def explain(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, dict[str, Any]]:
    code = main(["explain", *words, "--json"])
    return code, json.loads(capsys.readouterr().out)


def test_a_file_is_explained_by_its_route(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A third is filtered out; one line is a reject; both values of each stored record would be hidden."""
    path = tmp_path / "a.jsonl"
    path.write_text("\n".join([*LINES, BAD]) + "\n", encoding="utf-8")
    code, found = explain(capsys, str(path), "--key", "pay/a.jsonl", "--routes", write_routes(tmp_path))
    assert code == ExitCode.WRONG
    assert (found["source"], found["format"], found["rule"]) == ("payments", "json_lines", "declared")
    assert found["route"] == "that of line 2 of routes.toml: keys = pay/**"
    assert found["counts"] == {"stored": 60, "filtered": 30, "rejected": 1, "text": 1}
    assert found["hidden"] == {"email": 60, "ip": 60}
    assert (found["share"], found["records"], found["failure"]) == (1, 91, "")
    assert found["rejects"] == [{"offset": len("\n".join(LINES)) + 1, "reason": found["rejects"][0]["reason"]}]
    assert found["first"][0]["log_data"].endswith('"[email] from [ip]"}')


def test_what_is_forecast_is_what_is_stored(stack: Stack, capsys: pytest.CaptureFixture[str]) -> None:
    """Of an object that the function then reads: its records, and the write units of its items by another count."""
    event = stack.put("app/a.jsonl", ("\n".join(LINES) + "\n").encode())
    code, found = explain(capsys, "s3://source/app/a.jsonl")
    stack.invoke(event)
    items = stack.items()
    assert (code, found["counts"]["stored"], len(items)) == (0, 90, 90)
    assert [record["log_data"] for record in found["first"]] == LINES[:3]
    stored = {item["log_data"]["S"]: item for item in items}
    for record in found["first"]:
        assert (record["level"], record["timestamp"]) == (
            stored[record["log_data"]]["level"]["S"],
            int(stored[record["log_data"]]["timestamp"]["N"]),
        )
    charges = {charge["name"]: charge["used"] for charge in found["cost"]["charges"]}
    assert charges["DynamoDB: records"] == sum(-(-count_item_bytes(item) // 1024) for item in items)
    assert charges["DynamoDB: index"] == len(items)
    assert found["cost"]["text_bytes"] == len("\n".join(LINES)) + 1


def test_an_object_takes_one_request(
    stack: Stack, operations: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its beginning alone is read, beside the question whose credentials these are; the rest is extrapolated."""
    monkeypatch.setattr(object_head, "MAX_BYTES", 2_000)
    stack.put("app/a.jsonl", ("\n".join(LINES) + "\n").encode())
    code, found = explain(capsys, "s3://source/app/a.jsonl")
    assert (code, operations) == (0, ["GetCallerIdentity", "GetObject"])
    assert found["share"] < 0.25
    assert found["records"] == pytest.approx(90, abs=3)


def test_a_line_that_is_cut_by_the_sample_is_not_judged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Neither of a plain file nor of a compressed one, whose bytes end in the middle of a record."""
    monkeypatch.setattr(object_head, "MAX_BYTES", 505)
    text = ("\n".join(LINES) + "\n").encode()
    for name, content in (("a.jsonl", text), ("a.jsonl.gz", gzip.compress(text))):
        (tmp_path / name).write_bytes(content)
        code, found = explain(capsys, str(tmp_path / name))
        assert (code, found["counts"]["text"], found["failure"]) == (0, 0, "")
        assert found["share"] < 1


def test_large_plain_objects_are_read_in_ranges(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """As many as the settings of the environment say; a compressed one is read in one piece."""
    context = {"app_name": "tap-serverless", "range_bytes": 1024, "split_threshold_bytes": 2048}
    monkeypatch.setenv("CDKTF_CONTEXT_JSON", json.dumps(context))
    text = ("\n".join(LINES) + "\n").encode()
    (tmp_path / "a.jsonl").write_bytes(text)
    (tmp_path / "a.jsonl.gz").write_bytes(gzip.compress(text))
    assert explain(capsys, str(tmp_path / "a.jsonl"))[1]["ranges"] == -(-len(text) // 1024)
    assert explain(capsys, str(tmp_path / "a.jsonl.gz"))[1]["ranges"] == 1


def test_the_page_says_all_of_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Route, format with its evidence, what was read, its records, hidden values, ranges, time, first records, cost."""
    path = tmp_path / "a.jsonl"
    path.write_text("\n".join(LINES) + "\n", encoding="utf-8")
    assert main(["explain", str(path)]) == 0
    said = capsys.readouterr()
    labels = [line.split()[0] for line in said.out.splitlines() if line.startswith("  ") and line[2] != " "]
    assert labels == ["route", "source", "format", "read", "records", "hidden", "ranges", "time"]
    parts = [
        "none of routes.toml",
        "json_lines, by the rule",
        "20  records",
        "first records, as",
        LINES[0][:20],
        "to take in",
    ]
    places = [said.out.replace("\\", "").index(part) for part in parts]
    assert places == sorted(places)
    assert said.err == "region us-east-1, stack TapStackdev\n"


def test_a_damaged_object_says_where_it_is_given_up(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The records before the damage would be stored."""
    packed = gzip.compress(("\n".join(LINES) + "\n").encode())
    (tmp_path / "a.gz").write_bytes(packed[: len(packed) // 2])
    code, found = explain(capsys, str(tmp_path / "a.gz"))
    assert code == ExitCode.WRONG
    assert found["counts"]["stored"] > 0
    assert "gzip stream ends early" in found["failure"]


def test_the_first_member_of_a_zip_is_explained(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each member is read by itself, from its first byte."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a.jsonl", "\n".join(LINES) + "\n")
        archive.writestr("b.log", "2026-05-04T10:00:00Z another\n")
    (tmp_path / "a.zip").write_bytes(packed.getvalue())
    code, found = explain(capsys, str(tmp_path / "a.zip"))
    assert (code, found["format"], found["counts"]["stored"], found["ranges"]) == (0, "json_lines", 90, 1)


def test_an_object_may_expand_as_the_environment_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What the function of this environment would give up for its size is not forecast as stored."""
    context = {"app_name": "tap-serverless", "expanded_bytes_limit": 600_000}
    monkeypatch.setenv("CDKTF_CONTEXT_JSON", json.dumps(context))
    (tmp_path / "a.log.gz").write_bytes(gzip.compress(b"2026-05-04T10:00:00Z the same line again\n" * 18_000))
    assert main(["explain", str(tmp_path / "a.log.gz")]) == ExitCode.CANNOT_RUN
    assert "the function would give it up: the object expands beyond 600,000 bytes: upload" in read_error(capsys)


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["s3://source"], 2, "s3://source: this names no object: write s3://BUCKET/KEY"),
        (
            ["s3://source/a", "--key", "b"],
            2,
            "--key b: s3://source/a has a key already: leave --key out, or name a file",
        ),
        (["missing.log"], 2, "missing.log: does not exist: name one log file, or an object as s3://BUCKET/KEY"),
        (["."], 2, ".: is no regular file: name one log file, or an object as s3://BUCKET/KEY"),
        (["empty.log"], 2, "empty.log is empty: the function stores nothing of it"),
        (
            ["photo.log"],
            2,
            "photo.log: the function would give it up: the bytes are a PNG image: route only log files to this bucket",
        ),
    ],
)
def test_bad_input_is_one_sentence(
    words: list[str],
    code: int,
    says: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """It names the input and what to do."""
    monkeypatch.chdir(tmp_path)
    Path("empty.log").touch()
    Path("photo.log").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)))
    assert main(["explain", *words]) == code
    assert read_error(capsys) == says


def test_an_object_that_is_not_there_is_one_sentence(stack: Stack, capsys: pytest.CaptureFixture[str]) -> None:
    """Nor is one that is empty read in vain."""
    stack.put("empty.log", b"")
    assert main(["explain", "s3://source/none.log"]) == 2
    assert read_error(capsys).startswith("s3://source/none.log does not exist in us-east-1: ")
    assert main(["explain", "s3://source/empty.log"]) == 2
    assert read_error(capsys) == "s3://source/empty.log is empty: the function stores nothing of it"


def test_packs_are_priced_as_packs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Who packs, by the environment or by the route, is told so, and the bill is that of the packs."""
    path = tmp_path / "app.log"
    path.write_text("\n".join(LINES) + "\n", encoding="utf-8")
    assert main(["explain", str(path)]) == 0
    assert "its records go into packs" not in capsys.readouterr().out
    items = explain(capsys, str(path))[1]["cost"]
    context = {"app_name": "tap-serverless", "storage": "packs"}
    monkeypatch.setenv("CDKTF_CONTEXT_JSON", json.dumps(context))
    assert main(["explain", str(path)]) == 0
    assert "its records go into packs, of which this is the price" in capsys.readouterr().out
    packed = explain(capsys, str(path))[1]
    assert packed["storage"] == "packs"
    assert packed["cost"]["dollars_once"] < items["dollars_once"]
