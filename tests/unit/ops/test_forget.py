"""`ops forget` removes a person's records wherever they are, and nothing that reads their object brings them back."""

import gzip
import json
import re
from pathlib import Path
from typing import Any

import boto3
import pytest
from log_processor import handler
from log_processor.errors import DamagedObjectError
from log_processor.packs import rewriting
from log_processor.packs.unpacking import read_records

from ops import forget
from ops.cli import main
from ops.forgetting import elsewhere
from tests.unit.log_processor.conftest import Stack
from tests.unit.ops.conftest import PREFIX
from tests.unit.ops.stored_environment import LOGS, stored, upload
from tests.unit.ops.test_audit import CONTEXT, audit
from tests.unit.ops.test_status import work_on

__all__ = ["stored"]

EVE = ("--field", "user.name=eve")
BODY = b"".join(
    b'{"n": %d, "user": {"name": "%s"}}\n' % (number, b"eve" if number % 5 == 2 else b"steve") for number in range(50)
)


@pytest.fixture(params=["records", "packs"])
def kept(stored: Stack, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Stack:
    """Return an environment that stores records in either way, with an archive and a source of its own."""
    monkeypatch.setenv("CDKTF_CONTEXT_JSON", json.dumps(CONTEXT | {"storage": request.param}))
    monkeypatch.setenv("STORAGE", request.param)
    account = boto3.client("sts").get_caller_identity()["Account"]
    archive = f"{PREFIX}-errors-{account}"
    for bucket in (f"{PREFIX}-source-{account}", archive):
        stored.s3.create_bucket(Bucket=bucket)
    monkeypatch.setenv("ERROR_BUCKET", archive)
    handler.build_parts.cache_clear()
    return stored


def list_names(stack: Stack) -> list[str]:
    """Return the texts of all records in the table."""
    texts = []
    for item in stack.dynamodb.scan(TableName=LOGS)["Items"]:
        if "layout" in item:
            texts += [
                one.log_data for one in read_records(item["log_id"]["S"], item["layout"]["S"], item["log_data"]["B"])
            ]
        else:
            texts.append(item["log_data"]["S"])
    return texts


def test_a_dry_run_removes_nothing(kept: Stack, capsys: pytest.CaptureFixture[str]) -> None:
    """It says how many records of which objects, and how to go on."""
    upload(kept, "web/a.log", BODY)
    before = list_names(kept)
    assert main(["forget", *EVE]) == 0
    said = capsys.readouterr().err
    assert "10 records of 1 object versions" in said
    assert "add --yes" in said
    assert list_names(kept) == before


def test_nothing_comes_back(kept: Stack, capsys: pytest.CaptureFixture[str]) -> None:
    """A replay of the object leaves the records out; the others stay, and the account closes, before and after it."""
    upload(kept, "web/a.log", BODY)
    upload(kept, "web/b.log.gz", gzip.compress(BODY))
    assert main(["forget", *EVE, "--yes"]) == 0
    assert "removed   20 records" in capsys.readouterr().out
    texts = list_names(kept)
    assert (len(texts), [text for text in texts if '"eve"' in text]) == (80, [])
    assert audit(capsys, "--deep")[:2] == (0, [])
    assert main(["replay", "s3://source/web/", "--again", "--yes"]) == 0
    work_on(kept, 10_000)
    assert sorted(list_names(kept)) == sorted(texts)
    assert audit(capsys, "--deep")[:2] == (0, [])
    capsys.readouterr()
    assert main(["forget", *EVE, "--yes"]) == 0
    assert "removed   0 records" in capsys.readouterr().out


def test_the_ledger_keeps_nothing_of_the_person(kept: Stack, capsys: pytest.CaptureFixture[str]) -> None:
    """Neither with the ids of the records nor in the log of acts."""
    upload(kept, "web/a.log", BODY)
    assert main(["forget", *EVE, "--yes"]) == 0
    capsys.readouterr()
    rows = kept.items(f"{PREFIX}-ledger")
    assert any(row["object"]["S"].startswith("forgotten#") for row in rows)
    assert re.search(r"\beve\b", json.dumps(rows)) is None


def test_rejects_and_letters_go_too(kept: Stack, capsys: pytest.CaptureFixture[str]) -> None:
    """A line that is no JSON is the person's if the name is a word of it; another person's reject stays."""
    upload(kept, "web/a.log", BODY + b'{"n": 1, "user": eve}\n{"n": 2, "user": steve}\n')
    for name in ("eve", "steve"):
        kept.sqs.send_message(QueueUrl=kept.dead_letter_queue_url, MessageBody=json.dumps({"who": name}))
    assert main(["forget", *EVE, "--yes"]) == 0
    capsys.readouterr()
    assert [text for text in list_names(kept) if "eve" in text.replace("steve", "")] == []
    assert [json.loads(one["Body"]) for one in kept.messages(kept.dead_letter_queue_url)] == [{"who": "steve"}]


@pytest.mark.parametrize("where", ["ops.forget.Eraser.remove", "ops.forget.Archive.clean"])
def test_what_is_killed_in_the_middle_leaves_nothing(kept: Stack, monkeypatch: pytest.MonkeyPatch, where: str) -> None:
    """The copy of a damaged object is found by its records in the table; these go last, and the next run ends it."""
    with pytest.raises(DamagedObjectError):
        upload(kept, "web/a.log.gz", gzip.compress(BODY * 4)[:-9])
    assert list_copies(kept)
    with monkeypatch.context() as killed:
        calls: list[object] = []

        def kill(*arguments: Any, **options: Any) -> Any:
            calls.append(arguments)
            if where.endswith("remove") or options["is_confirmed"]:
                raise Killed
            return ()

        killed.setattr(where, kill)
        with pytest.raises(Killed):
            main(["forget", *EVE, "--yes"])
    assert main(["forget", *EVE, "--yes"]) == 0
    assert [text for text in list_names(kept) if '"eve"' in text] == []
    assert list_copies(kept) == []


class Killed(BaseException):
    """What stops a command without letting it end anything."""


def list_copies(stack: Stack) -> list[str]:
    """Return the keys of the copies of failed objects in the error archive."""
    archive = next(one["Name"] for one in stack.s3.list_buckets()["Buckets"] if "-errors-" in one["Name"])
    listed = stack.s3.list_objects_v2(Bucket=archive).get("Contents", ())
    return [one["Key"] for one in listed if one["Key"].endswith(".object")]


def test_letters_that_are_not_looked_at_are_said(
    kept: Stack, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """So many that the walk ends before them, or all if only a condition names the person."""
    upload(kept, "web/a.log", BODY)
    for _ in range(3):
        kept.sqs.send_message(QueueUrl=kept.dead_letter_queue_url, MessageBody=json.dumps({"who": "eve"}))
    monkeypatch.setattr(elsewhere, "MAX_LETTERS", 2)
    assert main(["forget", *EVE, "--yes"]) == 1
    assert "letters   2 deleted; only 2 were looked at: redrive them, and run this again" in capsys.readouterr().out
    assert main(["forget", *EVE, "--yes"]) == 0
    assert "letters   1 deleted\n" in capsys.readouterr().out
    assert main(["forget", "--where", "user.name=eve", "--yes"]) == 0
    assert "letters   not looked at: they have no fields" in capsys.readouterr().out


def test_source_objects_are_deleted_by_choice(kept: Stack, capsys: pytest.CaptureFixture[str]) -> None:
    """Only the versions that hold a record of the person."""
    upload(kept, "web/a.log", BODY)
    upload(kept, "web/b.log", BODY.replace(b'"eve"', b'"bob"'))
    assert main(["forget", *EVE, "--yes"]) == 0
    assert "--source-objects deletes them" in capsys.readouterr().out
    upload(kept, "web/c.log", BODY)
    assert main(["forget", *EVE, "--source-objects", "--yes"]) == 0
    listed = kept.s3.list_object_versions(Bucket="source")["Versions"]
    assert [one["Key"] for one in listed] == ["web/a.log", "web/b.log"]


def test_an_object_that_is_read_is_named(kept: Stack, capsys: pytest.CaptureFixture[str]) -> None:
    """An attempt that began before may store the records once more: the same command is to be run again."""
    upload(kept, "web/a.log", BODY)
    (row,) = kept.items(f"{PREFIX}-ledger")
    key = {name: row[name] for name in ("object", "range")}
    kept.dynamodb.put_item(TableName=f"{PREFIX}-ledger", Item=row | {"status": {"S": "running"}})
    assert main(["forget", *EVE, "--yes"]) == 1
    assert "is being read: run the same command again" in capsys.readouterr().out
    kept.dynamodb.put_item(TableName=f"{PREFIX}-ledger", Item=row | key)
    assert main(["forget", *EVE, "--yes"]) == 0


@pytest.mark.parametrize("kept", ["packs"], indirect=True)
@pytest.mark.parametrize("revision", [{}, {"revision": {"N": "1"}}])
def test_a_pack_that_another_writes_is_read_again(
    kept: Stack, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, revision: dict[str, Any]
) -> None:
    """Somebody stores the pack anew between the read and the write, which is refused then, and tried again.

    It may even have the same revision: of a replay's pack, written anew as often.
    """
    upload(kept, "web/a.log", BODY)
    (pack,) = kept.dynamodb.scan(TableName=LOGS)["Items"]
    pack |= revision
    kept.dynamodb.put_item(TableName=LOGS, Item=pack)
    drop, calls = rewriting.drop_records, list[int]()

    def write_meanwhile(*arguments: Any) -> Any:
        if not calls:
            kept.dynamodb.put_item(TableName=LOGS, Item=pack | {"processed_at": {"S": "2026-05-04T10:00:00Z"}})
        calls.append(1)
        return drop(*arguments)

    monkeypatch.setattr(rewriting, "drop_records", write_meanwhile)
    assert main(["forget", *EVE, "--yes"]) == 0
    capsys.readouterr()
    assert len(calls) == 2
    (pack,) = kept.dynamodb.scan(TableName=LOGS)["Items"]
    assert pack["processed_at"]["S"] == "2026-05-04T10:00:00Z"
    assert (len(list_names(kept)), [text for text in list_names(kept) if '"eve"' in text]) == (40, [])


@pytest.mark.parametrize("kept", ["records"], indirect=True)
@pytest.mark.parametrize(
    ("arguments", "words"), [((), "nobody is named"), (("--field", "eve"), "no field with a value")]
)
def test_nobody_is_refused(
    kept: Stack, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], words: str
) -> None:
    """In one sentence that says what to write."""
    assert main(["forget", *arguments]) == 2
    assert words in capsys.readouterr().err
    assert kept.items(LOGS) == []


def test_routes_that_cannot_be_read_stop_it_before(
    kept: Stack, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Its report says what the routes do with a new upload: it would fail after the records are removed."""
    upload(kept, "web/a.log", BODY)
    broken = tmp_path / "routes.toml"
    broken.write_text("[[route]]\nprefix = 1\n")
    monkeypatch.setattr(forget, "FILE", broken)
    before = list_names(kept)
    assert main(["forget", *EVE, "--yes"]) == 2
    assert "routes.toml" in capsys.readouterr().err
    assert list_names(kept) == before
