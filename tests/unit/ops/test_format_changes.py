"""`ops formats` says in which formats a source's records came, and which object was the first after a change."""

import json
from collections import Counter
from typing import Any

import pytest
from log_processor.errors import NotALogError

from ops.cli import main
from ops.exit_codes import ExitCode
from tests.unit.log_processor.conftest import Stack
from tests.unit.ops.conftest import PREFIX
from tests.unit.ops.test_overview import LINES, drop

ACCESS = b'192.0.2.7 - - [04/May/2026:10:00:00 +0000] "GET /%d HTTP/1.1" 200 12 "-" "curl"\n'
TABLE = f"{PREFIX}-ledger"


def build_access(count: int) -> bytes:
    return b"".join(ACCESS % number for number in range(count))


def read_formats(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, dict[str, Any]]:
    """Run `ops formats --json`; return the exit code and what it prints."""
    capsys.readouterr()  # what the function has logged
    code = main(["formats", "--since", "1d", "--json", *words])
    return code, json.loads(capsys.readouterr().out)


def test_the_share_of_each_format_is_that_of_its_records(
    environment: Stack, requests: Counter[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """A source whose format stayed the same has all of it; nothing is scanned."""
    environment.invoke(environment.put("web/1.log", build_access(30)))
    environment.invoke(environment.put("web/2.log", LINES[: LINES.index(b"\n") + 1] * 10))
    environment.invoke(environment.put("app/1.log", LINES))
    requests.clear()
    code, printed = read_formats(capsys)
    shares = {(one["source"], one["format"]): (one["records"], one["share"]) for one in printed["shares"]}
    assert shares == {
        ("app", "json_lines"): (20, 1.0),
        ("web", "combined"): (30, 0.75),
        ("web", "json_lines"): (10, 0.25),
    }
    assert code == ExitCode.WRONG
    assert set(requests) == {"sts:GetCallerIdentity", "dynamodb:DescribeTable", "dynamodb:Query"}


def test_the_first_object_after_a_change_is_named(environment: Stack, capsys: pytest.CaptureFixture[str]) -> None:
    """Also where objects of the format before still come; the last one before it stands beside it."""
    for number, body in enumerate((build_access(9), build_access(9), LINES, build_access(9), LINES), 1):
        environment.invoke(environment.put(f"web/{number}.log", body))
    code, printed = read_formats(capsys, "--source", "web")
    (change,) = printed["changes"]
    assert (code, change["before"], change["after"]) == (ExitCode.WRONG, "combined", "json_lines")
    assert (change["object"], change["last_object"]) == ("s3://source/web/3.log", "s3://source/web/2.log")
    assert main(["formats", "--since", "1d"]) == ExitCode.WRONG
    page = capsys.readouterr().out
    assert "web: json_lines since s3://source/web/3.log, begun at 20" in page
    assert "  before it combined, last s3://source/web/2.log, begun at 20" in page


def test_folders_of_a_source_are_apart(environment: Stack, capsys: pytest.CaptureFixture[str]) -> None:
    """A folder with another format is no change; the same folder on another day is the same folder."""
    environment.invoke(environment.put("web/access/2026/05/04/1.log", build_access(9)))
    environment.invoke(environment.put("web/app/2026/05/04/1.log", LINES))
    assert read_formats(capsys)[1]["changes"] == []
    environment.invoke(environment.put("web/access/2026/05/05/1.log", LINES))
    (change,) = read_formats(capsys)[1]["changes"]
    assert (change["folder"], change["object"]) == ("web/access/#/#/#", "s3://source/web/access/2026/05/05/1.log")


def test_records_that_fall_back_are_a_change(environment: Stack, capsys: pytest.CaptureFixture[str]) -> None:
    """The format is the same, but some of its lines are no longer understood."""
    environment.invoke(environment.put("web/1.log", LINES))
    environment.invoke(environment.put("web/2.log", LINES + b"no json\n"))
    _, printed = read_formats(capsys)
    (change,) = printed["changes"]
    assert (change["after"], change["object"]) == ("json_lines with text", "s3://source/web/2.log")
    assert printed["shares"][0]["fallback_share"] == pytest.approx(1 / 41)


def test_a_steady_source_is_well(environment: Stack, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing has changed: exit code 0. Of a row that an earlier version ended, the fallbacks are unknown."""
    assert main(["formats"]) == ExitCode.WELL
    assert capsys.readouterr().out == "nothing has come in since then\n"
    environment.invoke(environment.put("web/1.log", LINES))
    environment.invoke(environment.put("web/2.log", LINES))
    drop(environment, environment.items(TABLE)[0], "levels text_fallbacks")
    code, printed = read_formats(capsys)
    assert (code, printed["changes"], printed["shares"][0]["fallback_share"]) == (ExitCode.WELL, [], None)
    main(["formats"])
    assert "unknown" in capsys.readouterr().out


def test_ranges_without_a_format_change_nothing(environment: Stack, capsys: pytest.CaptureFixture[str]) -> None:
    """What has failed before its format was known is no change."""
    environment.invoke(environment.put("web/1.log", LINES))
    with pytest.raises(NotALogError):
        environment.invoke(environment.put("web/2.log", b"\x89PNG\r\n\x1a\n" + bytes(200)))
    environment.invoke(environment.put("web/3.log", LINES))
    code, printed = read_formats(capsys)
    assert (code, printed["changes"]) == (ExitCode.WELL, [])
