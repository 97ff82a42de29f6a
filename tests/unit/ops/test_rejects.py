"""`ops replay --rejects` says how rejects parse now, and stores those that do in place of their texts, once."""

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from log_processor import handler
from log_processor.formats.generic import json_lines
from log_processor.parser_version import get_parser_version
from log_processor.routing import routes
from log_processor.storing import ledger
from log_processor.storing.ledger_row import parse_row

from ops.accounts import list_parsers
from ops.acting.act import Act
from ops.cli import main
from ops.deployed_code import check_deployed
from ops.errors import CommandError
from ops.frame.environment import open_environment
from ops.reading.row_ranges import split_uri
from ops.replaying import rejects
from ops.replaying.archived import RejectFilter
from ops.replaying.rejects import RejectOptions, run
from stacks.packaging import zip_function
from tests.unit.log_processor.conftest import Stack
from tests.unit.ops.conftest import PREFIX
from tests.unit.ops.stored_environment import LOGS, stored, upload
from tests.unit.ops.test_status import work_on

__all__ = ["stored"]

ARCHIVE = f"{PREFIX}-errors-123456789012"
LEDGER = f"{PREFIX}-ledger"
OLD = b'{"time": "2026-05-04T10:00:00Z", "level": "info", "n": 1}\n'
NEW = b'{"time": "2026-05-04T11:00:00Z", "level": "error", "new": 2}\n'
BROKEN = b"no json at all\n"
KEY = "web/a.log"
TRULY: dict[str, Any] = {"yes": ""}


@pytest.fixture
def parser(stored: Stack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """Declare a format for all keys, and break its parser; `undo` mends it."""
    assert stored
    file = tmp_path / "routes.toml"
    file.write_text("[[route]]\nkeys = ['**']\nformat = 'json_lines'\n")
    monkeypatch.setattr(routes, "FILE", file)
    monkeypatch.setattr(rejects, "FILE", file)
    monkeypatch.setattr(rejects, "check_deployed", lambda _: None)
    monkeypatch.setenv("ERROR_BUCKET", ARCHIVE)
    stored.s3.create_bucket(Bucket=ARCHIVE)
    handler.build_parts.cache_clear()
    with pytest.MonkeyPatch.context() as broken:
        parse = json_lines.parse_object
        broken.setattr(json_lines, "parse_object", lambda text: None if "new" in text else parse(text))
        broken.setattr(ledger, "get_parser_version", lambda: "old")
        yield broken


def ask(capsys: pytest.CaptureFixture[str], meant: RejectFilter | None = None, **options: Any) -> tuple[int, Any]:
    """Run the command; return its exit code and the line of JSON that it prints."""
    capsys.readouterr()
    code = run(meant or RejectFilter(), RejectOptions(**options), as_json=True)
    return code, json.loads(capsys.readouterr().out)


def read_row(stack: Stack) -> dict[str, Any]:
    (row,) = [item for item in stack.items(LEDGER) if item["object"]["S"].startswith("s3://")]
    return row


def list_texts(stack: Stack) -> list[tuple[int, str, bool]]:
    """Return of each stored record its time, its text, and whether it is a reject."""
    items = stack.items(LOGS)
    return sorted((int(item["timestamp"]["N"]), item["log_data"]["S"], "parse_error" in item) for item in items)


def test_a_dry_run_says_how_rejects_parse_now(
    stored: Stack, parser: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """They are counted by format and reason, with an example; nothing is written."""
    upload(stored, KEY, OLD + NEW * 2 + BROKEN)
    parser.undo()
    before = stored.items(LOGS)
    code, said = ask(capsys)
    (group,) = said["groups"]
    assert (code, said["rejects"], group["rejects"], group["mended"]) == (0, 3, 3, 2)
    assert json.loads(group["example"])["fields"]["new"] == 2
    assert "json_lines" in group["still"]
    assert stored.items(LOGS) == before
    run(RejectFilter(), RejectOptions(), as_json=False)
    said_to_people = capsys.readouterr()
    assert "parse now" in said_to_people.out
    assert said_to_people.err.splitlines()[-2].startswith("2 rejects are stored as records, 2 of them under another")
    assert said_to_people.err.splitlines()[-1] == "nothing is done: add --yes to do it"


def test_what_parses_takes_the_place_of_its_text(
    stored: Stack, parser: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its time is its own, the old key is gone, the account of the range closes, and twice is the same as once."""
    upload(stored, KEY, OLD + NEW * 2 + BROKEN)
    assert read_row(stored)["rejected"]["N"] == "3"
    parser.undo()
    assert ask(capsys, **TRULY)[0] == 0
    texts = list_texts(stored)
    assert [(text, is_reject) for _, text, is_reject in texts] == [
        (OLD.decode().strip(), False),
        *[(NEW.decode().strip(), False)] * 2,
        (BROKEN.decode().strip(), True),
    ]
    assert texts[1][0] - texts[0][0] == 3_600_000
    row = read_row(stored)
    counts = {name: int(row[name]["N"]) for name in ("read", "stored", "rejected", "text_fallbacks")}
    assert counts == {"read": 4, "stored": 3, "rejected": 1, "text_fallbacks": 1}
    assert row["levels"]["M"] == {"info": {"N": "1"}, "error": {"N": "2"}}
    assert set(row["parsers"]["SS"]) == {"old", get_parser_version()}
    assert row["mended_by"]["SS"] == [get_parser_version()]
    assert list_parsers(parse_row(row)) == {"old"}, "what parsed before is still as the old one read it"
    assert ask(capsys, **TRULY)[1]["rejects"] == 1
    assert list_texts(stored) == texts
    assert read_row(stored) == row


def test_status_names_the_file_of_the_rejects(
    stored: Stack, parser: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is there, in the archive, and not named any more after the last reject parses."""
    upload(stored, KEY, OLD + NEW)
    assert main(["status", f"s3://source/{KEY}"]) == 0
    (file,) = [line.split()[1] for line in capsys.readouterr().out.splitlines() if line.startswith("  rejects ")]
    bucket, key = split_uri(file)
    assert b"json_lines" in gzip.decompress(stored.s3.get_object(Bucket=bucket, Key=key)["Body"].read())
    parser.undo()
    ask(capsys, **TRULY)
    assert main(["status", f"s3://source/{KEY}"]) == 0
    assert "  rejects " not in capsys.readouterr().out


def test_it_stores_what_the_function_would(
    stored: Stack, parser: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each item has the same attributes as that of a function whose parser was mended before it read the object."""
    upload(stored, KEY, OLD + NEW + BROKEN)
    parser.undo()
    ask(capsys, **TRULY)
    mended = stored.items(LOGS)
    version = read_row(stored)["version"]["S"]
    for item in [item for item in stored.items(LEDGER) if item["object"]["S"].startswith("s3://")]:
        stored.dynamodb.delete_item(TableName=LEDGER, Key={name: item[name] for name in ("object", "range")})
    event = {"bucket": {"name": "source"}, "object": {"key": KEY, "versionId": version}}
    stored.invoke({"Records": [{"eventSource": "aws:s3", "eventName": "ObjectCreated:Put", "s3": event}]})
    for item in (*mended, *(again := stored.items(LOGS))):
        del item["processed_at"]
    assert again == mended


@pytest.mark.parametrize(
    ("meant", "count"),
    [
        (RejectFilter(source="web"), 2),
        (RejectFilter(source="app"), 0),
        (RejectFilter(format="combined"), 0),
        (RejectFilter(reason="JSON_LINES"), 2),
        (RejectFilter(reason="damaged"), 0),
    ],
)
def test_only_what_is_meant_is_looked_at(
    stored: Stack,
    parser: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    meant: RejectFilter,
    count: int,
) -> None:
    """By source, format and words of the reason; also of one object, and of a time, up to a limit."""
    upload(stored, KEY, OLD + NEW * 2)
    parser.undo()
    assert ask(capsys, meant)[1]["rejects"] == count
    assert ask(capsys, meant, name=f"s3://source/{KEY}")[1]["rejects"] == count
    assert ask(capsys, meant, name="s3://source/none.log")[1]["rejects"] == 0
    assert ask(capsys, meant, since="2d", until="1d")[1]["rejects"] == 0
    assert ask(capsys, meant, limit=1)[1]["rejects"] == min(count, 1)


def test_a_reject_whose_object_is_gone_is_one_sentence(
    stored: Stack, parser: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The others are stored all the same; so is an archive that has expired."""
    upload(stored, KEY, NEW)
    upload(stored, "web/b.log", NEW)
    upload(stored, "web/c.log", NEW)
    parser.undo()
    version = stored.s3.head_object(Bucket="source", Key=KEY)["VersionId"]
    stored.s3.delete_object(Bucket="source", Key=KEY, VersionId=version)
    (archived,) = [
        one["Key"] for one in stored.s3.list_objects_v2(Bucket=ARCHIVE)["Contents"] if "/web/b.log/" in one["Key"]
    ]
    stored.s3.delete_object(Bucket=ARCHIVE, Key=archived)
    capsys.readouterr()
    assert run(RejectFilter(), RejectOptions(yes=""), as_json=False) == 1
    notes = [line for line in capsys.readouterr().err.splitlines() if line.startswith("note: ")]
    assert [note for note in notes if "s3://source/web/a.log" in note and "does not exist" in note]
    assert [note for note in notes if "s3://source/web/b.log" in note and "has expired: replay its object" in note]
    assert sorted(is_reject for *_, is_reject in list_texts(stored)) == [False, True, True]


def test_a_row_that_changed_meanwhile_is_left(
    stored: Stack, parser: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another operator was faster: neither items nor counts change, and the exit code says to run it again."""
    upload(stored, KEY, NEW)
    parser.undo()
    announce = Act.announce

    def interfere(self: Any, lines: Any) -> bool:
        row = read_row(stored)
        stored.dynamodb.put_item(TableName=LEDGER, Item=row | {"rejected": {"N": "7"}})
        return announce(self, lines)

    monkeypatch.setattr(Act, "announce", interfere)
    before = stored.items(LOGS)
    with pytest.raises(CommandError, match="its ledger row has changed since it was read") as refused:
        ask(capsys, **TRULY)
    assert (refused.value.exit_code, stored.items(LOGS)) == (4, before)


def test_what_is_no_text_any_more_is_left_out(
    stored: Stack, parser: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A record that was removed meanwhile does not come back; the others of its transaction are stored."""
    upload(stored, KEY, NEW * 2)
    parser.undo()
    announce = Act.announce

    def remove(self: Any, lines: Any) -> bool:
        item = stored.items(LOGS)[0]
        stored.dynamodb.delete_item(TableName=LOGS, Key={name: item[name] for name in ("log_id", "timestamp")})
        return announce(self, lines)

    monkeypatch.setattr(Act, "announce", remove)
    assert ask(capsys, **TRULY)[0] == 0
    assert [is_reject for *_, is_reject in list_texts(stored)] == [False]
    assert (read_row(stored)["stored"]["N"], read_row(stored)["rejected"]["N"]) == ("1", "1")


def test_many_rejects_take_several_transactions(
    stored: Stack, parser: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A hundred of one range are all stored, and counted once."""
    upload(stored, KEY, NEW * 100)
    parser.undo()
    assert ask(capsys, **TRULY)[0] == 0
    assert [is_reject for *_, is_reject in list_texts(stored)] == [False] * 100
    assert (read_row(stored)["stored"]["N"], read_row(stored)["rejected"]["N"]) == ("100", "0")


def test_packs_are_replayed_whole(
    stored: Stack, parser: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A pack holds many records: its object is replayed once, and then holds the record as it parses now."""
    monkeypatch.setenv("STORAGE", "packs")
    handler.build_parts.cache_clear()
    upload(stored, KEY, OLD + NEW * 2)
    parser.undo()
    code, said = ask(capsys, **TRULY)
    assert (code, said["groups"][0]["mended"]) == (0, 2)
    work_on(stored, 10_000)
    row = read_row(stored)
    assert (row["stored"]["N"], row["rejected"]["N"]) == ("3", "0")
    assert ask(capsys, **TRULY)[1]["rejects"] == 0


def test_the_function_has_the_code_of_the_checkout(environment: Stack) -> None:
    """Other code than that which serves would write what the function does not."""
    assert environment
    role = boto3.client("iam").create_role(RoleName="app", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
    functions = boto3.client("lambda")
    name = f"{PREFIX}-log-processor"
    functions.create_function(
        FunctionName=name,
        Runtime="python3.11",
        Role=role,
        Handler="log_processor.handler.handle",
        Code={"ZipFile": zip_function().read_bytes()},
        Publish=True,
    )
    functions.create_alias(FunctionName=name, Name="live", FunctionVersion="1")
    check_deployed(open_environment())
    other = zip_function().read_bytes() + b"\0"
    functions.update_function_code(FunctionName=name, ZipFile=other)
    version = functions.publish_version(FunctionName=name)["Version"]
    functions.update_alias(FunctionName=name, Name="live", FunctionVersion=version)
    with pytest.raises(CommandError, match=f"version {version} of {name} serves, and has other code than this check"):
        check_deployed(open_environment())


def test_a_time_that_is_none_is_named_by_its_option(
    parser: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is the option that the command has."""
    parser.undo()
    assert main(["replay", "--rejects", "--since", "soon"]) == 2
    assert "--since soon" in capsys.readouterr().err
