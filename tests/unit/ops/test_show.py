"""`ops show` prints all of a record, its exact bytes, and its neighbours."""

import gzip
import json
import random
from collections import Counter
from typing import Any

import pytest

from ops.cli import main
from ops.exit_codes import ExitCode
from tests.unit.log_processor.conftest import Stack
from tests.unit.log_processor.edges import find_offset
from tests.unit.ops.printed import read_error
from tests.unit.ops.stored_environment import LOGS, OBJECTS, stored, upload, write_lines

__all__ = ["stored"]


def list_items(stack: Stack) -> list[dict[str, Any]]:
    """Return the items of the table by their places."""
    return sorted(stack.items(LOGS), key=lambda item: (item.get("member", {}).get("S", ""), find_offset(item)))


def show(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    """Return what is shown as JSON; the function itself has printed its metrics before."""
    capsys.readouterr()
    assert main(["show", *arguments, "--json"]) == 0
    shown: dict[str, Any] = json.loads(capsys.readouterr().out)
    return shown


@pytest.mark.parametrize("key", OBJECTS)
def test_the_bytes_are_those_of_the_object(stored: Stack, key: str, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    """Also of an object that is compressed, in UTF-16, in a zip, or a document."""
    upload(stored, key, OBJECTS[key])
    capfdbinary.readouterr()
    for item in list_items(stored)[::16]:
        assert main(["show", item["log_id"]["S"], "--raw", "-C", "0"]) == 0
        assert capfdbinary.readouterr().out.decode() == item["log_data"]["S"]


def test_neighbours_are_those_of_the_object(stored: Stack, capsys: pytest.CaptureFixture[str]) -> None:
    """In its order, whatever other objects have records at the same time; at its first line none stands before."""
    upload(stored, "web/a.log", write_lines(20))
    upload(stored, "web/b.log", write_lines(20))
    own = [item for item in list_items(stored) if item["source_file"]["S"].endswith("a.log")]
    ids = [item["log_id"]["S"] for item in own]
    shown = show(capsys, ids[7], "-C", "2")
    assert [one["log_id"] for one in shown["before"]] == ids[5:7]
    assert [one["log_id"] for one in shown["after"]] == ids[8:10]
    assert shown["bytes"] == shown["log_data"] == own[7]["log_data"]["S"]
    assert show(capsys, ids[0], "-C", "2")["before"] == []


def test_records_of_one_moment_are_in_their_order(stored: Stack, capsys: pytest.CaptureFixture[str]) -> None:
    """All lines without a time have their object's."""
    upload(stored, "web/a.txt", b"".join(b"line %d\n" % number for number in range(40)))
    ids = [item["log_id"]["S"] for item in list_items(stored)]
    shown = show(capsys, ids[20])
    near_lines = [one["log_data"] for one in shown["before"] + shown["after"]]
    assert near_lines == [f"line {number}" for number in (17, 18, 19, 21, 22, 23)]


def test_the_page_has_everything(stored: Stack, requests: Counter[str], capsys: pytest.CaptureFixture[str]) -> None:
    """Attributes, fields, bytes and neighbours, in a known number of requests."""
    upload(stored, "web/a.log", write_lines(9))
    item = list_items(stored)[4]
    requests.clear()
    assert main(["show", item["log_id"]["S"]]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert f"log_id          {item['log_id']['S']}" in lines
    assert "timestamp       2026-05-04T10:04:00Z (1777889040000)" in lines
    assert "fields.http.response.status_code 200" in lines
    assert lines[lines.index("bytes:") + 1] == item["log_data"]["S"]
    assert [line[:2] for line in lines[lines.index("neighbours:") + 1 :]] == ["  ", "  ", "  ", "> ", "  ", "  ", "  "]
    assert requests["s3:GetObject"] == 1
    assert requests["dynamodb:BatchGetItem"] == 2


@pytest.mark.usefixtures("stored")
def test_an_id_that_is_none_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    """As is one that no record has."""
    assert main(["show", "x"]) == 2
    assert read_error(capsys) == "x: this is no log_id: copy one that ops query --ids prints"
    assert main(["show", "abc-1"]) == 2
    assert read_error(capsys) == "abc-1: tap-serverless-dev-logs has no such record: it may have expired"


def test_bytes_that_are_gone_are_said_to_be(stored: Stack, capsys: pytest.CaptureFixture[str]) -> None:
    """The record is shown all the same."""
    upload(stored, "web/a.log", write_lines(3))
    for version in stored.s3.list_object_versions(Bucket="source")["Versions"]:
        stored.s3.delete_object(Bucket="source", Key=version["Key"], VersionId=version["VersionId"])
    assert main(["show", list_items(stored)[0]["log_id"]["S"]]) == 0
    assert "not there: s3://source/web/a.log" in capsys.readouterr().out


def test_parse_reads_objects_as_the_function_did(stored: Stack, capsys: pytest.CaptureFixture[str]) -> None:
    """The ids, times and formats are those of the records that are stored; files and objects are not mixed."""
    keys = ["web/packed.log.gz", "web/members.zip"]
    for key in keys:
        upload(stored, key, OBJECTS[key])
    capsys.readouterr()
    assert main(["parse", "--json", *(f"s3://source/{key}" for key in keys)]) == 0
    printed = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {(one["log_id"], one["timestamp"], one["format"]) for one in printed} == {
        (item["log_id"]["S"], int(item["timestamp"]["N"]), item["format"]["S"]) for item in list_items(stored)
    }
    assert main(["parse", "s3://source/web/packed.log.gz", "a.log"]) == 2
    assert "a.log: this names no object" in capsys.readouterr().err


def test_bytes_that_were_hidden_stay_so(stored: Stack, capsys: pytest.CaptureFixture[str]) -> None:
    """Also if the routes here hide nothing, since the function had others; what is in brackets by itself is shown."""
    upload(stored, "web/a.txt", b"[error] password=hunter2\n[error] all is well\n")
    first, second = list_items(stored)
    text = first["log_data"]["S"].replace("hunter2", "[password:0123456789ab]")
    stored.dynamodb.put_item(TableName=LOGS, Item=first | {"log_data": {"S": text}, "fields": {"M": {}}})
    shown = show(capsys, first["log_id"]["S"])
    assert shown["bytes"] == "not shown, since the function has hidden values in it: --raw writes them"
    assert "hunter2" not in json.dumps(shown)
    assert show(capsys, second["log_id"]["S"])["bytes"] == "[error] all is well"


def test_what_is_read_of_an_object_is_limited(stored: Stack, capsys: pytest.CaptureFixture[str]) -> None:
    """Of one that is compressed, as far as the record: above --max-read the record is shown without its bytes."""
    noise = b"".join(b"%s\n" % random.Random(number).randbytes(2_000).hex().encode() for number in range(600))
    upload(stored, "web/noise.log.gz", gzip.compress(noise))
    last = list_items(stored)[-1]["log_id"]["S"]
    size = stored.s3.head_object(Bucket="source", Key="web/noise.log.gz")["ContentLength"]
    assert size > 1_000_000
    capsys.readouterr()
    assert main(["show", last, "-C", "0"]) == 0
    assert "MB of s3://source/web/noise.log.gz in S3, about $0.0001 outside of its region" in capsys.readouterr().err
    shown = show(capsys, last, "-C", "0", "--max-read", "1MB")
    assert shown["bytes"].startswith("not read: this would read ")
    assert main(["show", last, "--raw", "--max-read", "1MB"]) == ExitCode.NOT_CONFIRMED
    assert read_error(capsys).endswith(": show no neighbours by -C 0, or write --max-read 2MB")
    assert main(["parse", "s3://source/web/noise.log.gz", "--max-read", "1MB"]) == ExitCode.NOT_CONFIRMED
    assert read_error(capsys).endswith(": name fewer objects, or write --max-read 2MB")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["show", "abc-1", "--raw", "-C", "2"], "-C 2: --raw writes the bytes alone: leave one of the two out"),
        (["show", "abc-1", "--raw", "--json"], "--json: --raw writes the bytes alone: leave one of the two out"),
        (["show", "abc-1", "-C", "-2"], "-C -2: write a whole number from 0"),
        (
            ["parse", "a.log", "--max-read", "1GB"],
            "--max-read 1GB: it is for objects, and files cost nothing to read: leave",
        ),
        (
            ["parse", "a.log", "--why", "--json"],
            "--json: --why has no JSON: write ops explain FILE --json, or leave it out",
        ),
        (
            ["query", "--count", "--limit", "5"],
            "--limit 5: it is for a page of records: leave out --count, --by and --plot",
        ),
        (["query", "--plot", "--newest"], "--newest: it is for a page of records: leave out --count, --by and --plot"),
        (
            ["query", "--by", "level", "-C", "2"],
            "-C 2: it is for a page of records: leave out --count, --by and --plot",
        ),
        (["query", "--plot", "--by", "level"], "--by level: --plot counts by time: leave one of the two out"),
    ],
)
def test_options_that_would_be_ignored_are_refused(
    words: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Before AWS is asked: a sentence with the option, what it is for, and what to do."""
    assert main(words) == ExitCode.CANNOT_RUN
    assert read_error(capsys).startswith(sentence)
