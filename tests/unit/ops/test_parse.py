"""`ops parse` reads local files as the function would, and prints what would be stored."""

import gzip
import io
import json
import os
import sys
import zipfile
from pathlib import Path
from types import SimpleNamespace

import pytest

from ops.cli import main

ACCESS = '192.0.2.1 - - [04/May/2026:10:00:00 +0000] "GET /a HTTP/1.1" 200 5 "-" "curl/8.5"\n'


@pytest.fixture(autouse=True)
def _wide(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the page one row a file, whatever terminal the tests run in."""
    monkeypatch.setenv("COLUMNS", "200")


def test_each_file_has_a_summary(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It has the format, the counts, the time range and the levels."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.log").write_text(ACCESS * 3 + "not a request\n")
    (tmp_path / "b.jsonl.gz").write_bytes(gzip.compress(b'{"time":"2026-05-04T10:00:00Z","level":"warn"}\n'))
    assert main(["parse", "a.log", "b.jsonl.gz"]) == 0
    first, second = (line for line in capsys.readouterr().out.split("\n") if ".log" in line or ".gz" in line)
    assert first.split()[1:6] == ["combined", "4", "3", "1", "0"]
    assert second.split()[1:] == [
        *("json_lines", "1", "1", "0", "0", "0", "2026-05-04T10:00:00Z", "2026-05-04T10:00:00Z", "warn", "1")
    ]


def test_a_record_without_a_date_is_marked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It has the object's time and is marked so; the time range is that of the records with a date."""
    path = tmp_path / "a.log"
    path.write_text(ACCESS + ACCESS.replace("04/May", "99/May") + "no time\n")
    assert main(["parse", str(path), "--json"]) == 0
    found = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [record.get("timestamp_from") for record in found] == [None, "object", "object"]
    assert found[1]["format"] == "combined"
    assert main(["parse", str(path)]) == 0
    assert capsys.readouterr().out.count("2026-05-04T10:00:00Z") == 2


def test_json_is_what_would_be_stored(tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    """There is one JSON object a record; the id does not change from run to run."""
    path = tmp_path / "a.log"
    path.write_text(ACCESS * 2)
    outputs = []
    for _ in range(2):
        assert main(["parse", str(path), "--json"]) == 0
        outputs.append(capsysbinary.readouterr().out)
    assert outputs[0] == outputs[1]
    found = [json.loads(line) for line in outputs[0].splitlines()]
    assert [record["offset"] for record in found] == [0, len(ACCESS)]
    assert found[0]["fields"]["http.response.status_code"] == 200
    assert found[0]["log_data"] == ACCESS.rstrip("\n")


@pytest.mark.parametrize("value", ["9" * 25, "[" * 500 + "]" * 500, "[" * 1020 + "]" * 1020])
def test_long_numbers_and_deep_values_become_json(
    value: str, tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    """A record is one line of JSON, whatever its fields hold."""
    path = tmp_path / "a.log"
    line = f"size={value} level=info" if value.isdecimal() else f'{{"size":{value}}}'
    path.write_text(line)
    assert main(["parse", str(path), "--json"]) == 0
    assert json.loads(capsysbinary.readouterr().out)["log_data"] == line


def test_a_reject_sets_the_exit_code(tmp_path: Path) -> None:
    """It is 1 if the declared format cannot parse a line."""
    path = tmp_path / "a.log"
    path.write_text(ACCESS + "rubbish\n")
    assert main(["parse", str(path), "--format", "combined"]) == 1
    path.write_text(ACCESS)
    assert main(["parse", str(path), "--format", "combined"]) == 0


@pytest.mark.parametrize(("content", "reason"), [(None, "No such file"), (b"\x89PNG\r\n\x1a\n" * 9, "image")])
def test_an_unreadable_file_is_one_sentence(
    content: bytes | None, reason: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It names the file and the reason, on standard error if standard output holds records; the exit code is 1."""
    path = tmp_path / "a.log"
    if content is not None:
        path.write_bytes(content)
    assert main(["parse", "--json", str(path)]) == 1
    errors = capsys.readouterr().err
    assert errors.startswith(f"error: {path}: ")
    assert reason in errors
    assert errors.count("\n") == 1


def test_a_dash_is_standard_input(monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    """`ops parse -` reads the end of a pipe."""
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(b"one\ntwo\n")))
    assert main(["parse", "-", "--json"]) == 0
    assert [json.loads(line)["log_data"] for line in capsysbinary.readouterr().out.splitlines()] == ["one", "two"]


def parsed(capsys: pytest.CaptureFixture[bytes]) -> list[dict[str, object]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_a_file_is_parsed_as_its_route_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    """Its name as given stands for the key: its route gives source, filters, redaction and elements."""
    monkeypatch.chdir(tmp_path)
    Path("pay").mkdir()
    Path("pay/a.json").write_text('{"account": 7, "events": [{"user": "bob@example.com"}, {"level": "debug"}]}')
    Path("r.toml").write_text(
        "[[route]]\nkeys = ['pay/*']\nsource = 'shop'\nexpand = 'events'\nroot_fields = ['account']\n"
        "redact = ['email']\nexclude = [{field = 'level', equals = ['debug']}]"
    )
    assert main(["parse", "--json", "--routes", "r.toml", "pay/a.json"]) == 0
    (record,) = parsed(capsysbinary)
    assert (record["source"], record["fields"]) == ("shop", {"account": 7, "user": "[email]"})
    assert record["log_data"] == '{"user": "[email]"}'
    assert main(["parse", "--json", "pay/a.json"]) == 0
    assert len(parsed(capsysbinary)) == 1


def test_a_declared_format_wins_over_that_of_the_route(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    """A route's format is declared too: the exit code is 1 if it cannot parse a line, whose record has the reason."""
    monkeypatch.chdir(tmp_path)
    Path("a.log").write_text("level=info msg=hello\n")
    Path("r.toml").write_text("[[route]]\nkeys = ['a.log']\nformat = 'json_lines'")
    assert main(["parse", "--json", "--routes", "r.toml", "a.log"]) == 1
    (record,) = parsed(capsysbinary)
    assert (record["format"], record["parse_error"]) == ("text", "the record is not of the declared format json_lines")
    assert main(["parse", "--json", "--routes", "r.toml", "--format", "logfmt", "a.log"]) == 0


def test_json_has_the_values_that_the_table_can_hold(
    tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    """Numbers stay, values that DynamoDB cannot hold become text, and a record too large for an item is cut."""
    path = tmp_path / "a.jsonl"
    path.write_text('{"a": 1.5, "b": NaN, "": [true, null]}\n{"m": "' + "x" * 500_000 + '"}\n')
    assert main(["parse", "--json", str(path)]) == 0
    first, second = parsed(capsysbinary)
    assert first["fields"] == {"a": 1.5, "b": "NaN", "_": [True, None]}
    assert (second["truncated"], "fields" in second, second["length"]) == (True, False, 500_009)


@pytest.mark.parametrize(
    ("routes", "reason"),
    [
        (None, "No such file"),
        ("[[route]]\nkeys = 3", ":2: 'keys' is 3"),
        ("[[route]]\nkeys = ['**']\nredact = [{name = 'ip', method = 'hash'}]", "set TF_VAR_redaction_key"),
    ],
)
def test_unusable_routes_are_one_sentence(
    routes: str | None, reason: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It names the file, the line and the reason; the exit code is 2."""
    monkeypatch.delenv("TF_VAR_redaction_key", raising=False)
    (tmp_path / "a.log").write_text("x\n")
    file = tmp_path / "r.toml"
    if routes is not None:
        file.write_text(routes)
    assert main(["parse", "--routes", str(file), str(tmp_path / "a.log")]) == 2
    errors = capsys.readouterr().err
    assert errors.startswith(f"error: {file}:")
    assert reason in errors


def test_a_key_of_hashes_is_as_long_as_the_deployed_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A short one, which the function refuses when it starts, is refused with the length that is needed."""
    (tmp_path / "a.log").write_text("x\n")
    (tmp_path / "r.toml").write_text("[[route]]\nkeys = ['**']\nredact = [{name = 'ip', method = 'hash'}]")
    command = ["parse", "--routes", str(tmp_path / "r.toml"), str(tmp_path / "a.log")]
    monkeypatch.setenv("TF_VAR_redaction_key", "k" * 15)
    assert main(command) == 2
    assert "by a key of 15 characters: set TF_VAR_redaction_key as for the deployment, or to any 16" in (
        capsys.readouterr().err
    )
    monkeypatch.setenv("TF_VAR_redaction_key", "k" * 16)
    assert main(command) == 0


def print_at_width(
    columns: int, paths: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> str:
    """Return the page of a terminal of `width` columns."""
    monkeypatch.setenv("COLUMNS", str(columns))
    main(["parse", *paths])
    return capsys.readouterr().out


@pytest.mark.parametrize("columns", [60, 80, 120])
def test_nothing_is_lost_at_any_width(
    columns: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Name, format, every number, both times and the levels are never cut; COLUMNS counts without a terminal."""
    name = "requests-of-the-public-gateway-in-may.log"
    (tmp_path / name).write_text("2026-05-04T10:00:00Z WARN a\n2026-05-04T11:00:00Z ERROR b\n" * 1000)
    monkeypatch.chdir(tmp_path)
    page = print_at_width(columns, [name], monkeypatch, capsys)
    assert max(map(len, page.splitlines())) <= columns
    words = [name, "timed_text", "2,000", "2026-05-04T10:00:00Z", "2026-05-04T11:00:00Z", "warn 1,000", "error 1,000"]
    assert [word for word in words if word not in page] == []


def test_a_wide_page_has_one_row_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It has a heading and one line; without a terminal and COLUMNS, a line may be of any width."""
    path = tmp_path / ("long" * 40 + ".log")
    path.write_text(ACCESS)
    assert print_at_width(400, [str(path)], monkeypatch, capsys).count("\n") == 2
    monkeypatch.delenv("COLUMNS")
    monkeypatch.setattr(sys, "__stdout__", None)
    assert main(["parse", str(path)]) == 0
    assert capsys.readouterr().out.count("\n") == 2


def test_an_unreadable_file_does_not_hide_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is a row with its reason, and the records before the damage count; the exit code is 1."""
    (tmp_path / "a.log.gz").write_bytes(gzip.compress(ACCESS.encode() * 5000)[:-20])
    (tmp_path / "b.png").write_bytes(b"\x89PNG\r\n\x1a\n" * 9)
    (tmp_path / "c.log").write_text(ACCESS)
    monkeypatch.chdir(tmp_path)
    assert main(["parse", "a.log.gz", "b.png", "none.log", "c.log"]) == 1
    _, damaged, why, image, kind, missing, unfound, last = capsys.readouterr().out.splitlines()
    assert damaged.split()[:2] == ["a.log.gz", "combined"]
    assert int(damaged.split()[2].replace(",", "")) > 100
    assert "ends early" in why
    assert (image.split()[:3], "image" in kind) == (["b.png", "-", "0"], True)
    assert (missing.split()[0], "No such file" in unfound) == ("none.log", True)
    assert last.split()[:3] == ["c.log", "combined", "1"]


def test_folders_are_walked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """All files below them are read by name; pipes are skipped, and an empty folder is a row with its reason."""
    monkeypatch.chdir(tmp_path)
    for name in ("logs/b/c.log", "logs/a.log", "logs/b/a.log"):
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_text(ACCESS)
    Path("empty").mkdir()
    os.mkfifo("logs/pipe.log")
    assert main(["parse", "logs"]) == 0
    rows = capsys.readouterr().out.splitlines()
    assert [row.split()[0] for row in rows[1:]] == ["logs/a.log", "logs/b/a.log", "logs/b/c.log"]
    assert main(["parse", "empty"]) == 1
    assert "there is no file in this folder" in capsys.readouterr().out


def test_control_characters_of_names_are_escaped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    """They are escaped on the page, in a sentence, and in the records' JSON."""
    monkeypatch.chdir(tmp_path)
    name = "a\x1b[2J\n\x9b.log"
    Path(name).write_text("x \x7f \x9b y, in a line of which the rest is text\n")
    for words in (["parse", name], ["parse", "--json", name], ["parse", "--json", "none" + name]):
        main(words)
    found = capsysbinary.readouterr()
    printed = (found.out + found.err).decode()
    assert not set(printed) & {"\x1b", "\x7f", "\x9b"}
    assert printed.count(r"a\x1b[2J\n\x9b.log") == 2
    (record,) = (json.loads(line) for line in found.out.splitlines() if line.startswith(b"{"))
    assert record["log_data"] == "x \x7f \x9b y, in a line of which the rest is text"


def test_a_name_need_not_be_utf_8(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    """It is printed escaped, and the records have a name that can be stored."""
    monkeypatch.chdir(tmp_path)
    name = os.fsdecode(b"\xff/\xfe.log")
    Path(name).parent.mkdir()
    Path(name).write_text(ACCESS)
    assert main(["parse", "--json", name]) == 0
    assert parsed(capsysbinary)[0]["source"] == "\ufffd"
    assert main(["parse", name]) == 0
    assert rb"\udcff/\udcfe.log" in capsysbinary.readouterr().out


def test_a_decision_is_explained(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`--why` prints the rule that chose the format and the evidence, instead of the records."""
    path = tmp_path / "a.log"
    path.write_text("WARNING:root:slow\na print\none more\nyet one\nand this\n")
    assert main(["parse", "--why", str(path)]) == 0
    found = capsys.readouterr().out
    assert f"{path}: mixed, by the rule 'loose'\n" in found
    assert "The best named format is python_logging." in found
    assert "     4  lines that look like no part" in found


def test_a_declared_format_has_no_rule(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """No rule chose it, and there is no evidence."""
    path = tmp_path / "a.log"
    path.write_text("a\n")
    assert main(["parse", "--why", "--format", "java", str(path)]) == 0
    assert capsys.readouterr().out == f"{path}: java, as its route or --format declares\n"


def test_an_unreadable_file_is_not_explained(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It is one sentence on standard error, and the other files are explained."""
    damaged, path = tmp_path / "a.gz", tmp_path / "b.log"
    damaged.write_bytes(gzip.compress(b"a")[:-9])
    path.write_text("a\n")
    assert main(["parse", "--why", str(damaged), str(path)]) == 1
    captured = capsys.readouterr()
    assert captured.out.startswith(f"{path}: text, by the rule 'best'\n")
    assert captured.err.startswith(f"error: {damaged}: ")


def test_fields_of_the_key_are_those_of_the_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The name as it was given stands for the key: for a route's template, and for AWS's own keys."""
    monkeypatch.chdir(tmp_path)
    Path("routes.toml").write_text("[[route]]\nkeys = ['apps/**']\nkey_fields = 'apps/{application}/'\n")
    for name in ("apps/shop/a.log", "AWSLogs/111122223333/redshift/eu-west-1/a.log"):
        Path(name).parent.mkdir(parents=True)
        Path(name).write_text("a word\n")
        assert main(["parse", name, "--json", "--routes", "routes.toml"]) == 0
    first, second = (json.loads(line)["fields"] for line in capsys.readouterr().out.splitlines())
    assert first == {"application": "shop"}
    assert second == {"cloud.account.id": "111122223333", "cloud.region": "eu-west-1"}


def test_a_bad_member_takes_no_other_with_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The others are read, and the file's row names it."""
    path = tmp_path / "logs.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")
        archive.writestr("b.log", ACCESS)
    assert main(["parse", "--json", str(path)]) == 1
    printed = capsys.readouterr()
    assert [json.loads(line)["member"] for line in printed.out.splitlines()] == ["b.log"]
    assert "the zip's member 'a.png': the bytes are a PNG image" in printed.err


def test_a_zip_is_read_member_by_member(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each record has the name of its file in the zip, as in the table."""
    path = tmp_path / "logs.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.log", "level=info msg=one ts=2026-05-04T10:00:00Z\n")
        archive.writestr("b/b.log", '{"level":"info","message":"two"}\n')
    assert main(["parse", "--json", str(path)]) == 0
    records = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(record["member"], record["format"]) for record in records] == [
        ("a.log", "logfmt"),
        ("b/b.log", "json_lines"),
    ]
    assert len({record["log_id"] for record in records}) == 2
