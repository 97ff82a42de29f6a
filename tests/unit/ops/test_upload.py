"""`ops upload` puts local files into the source bucket and says what each became."""

import json
import os
import signal
from pathlib import Path

import pytest

from ops import upload
from ops.cli import main
from ops.exit_codes import ExitCode
from tests.unit.log_processor.conftest import Stack
from tests.unit.ops.conftest import PREFIX

LINE = b"2026-05-04T10:00:00Z a line\n"


@pytest.fixture(autouse=True)
def _stored_state(environment: Stack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work in an empty folder, in an environment whose stack has the bucket's name as an output."""
    monkeypatch.setenv("CDKTF_CONTEXT_JSON", json.dumps({"app_name": "tap-serverless"}))
    monkeypatch.chdir(tmp_path)
    environment.s3.create_bucket(Bucket="tap-serverless-state-us-east-1")
    state = {"outputs": {"S3SourceBucket": {"value": "source", "type": "string"}}}
    environment.s3.put_object(
        Bucket="tap-serverless-state-us-east-1", Key="tap-serverless/TapStackdev.tfstate", Body=json.dumps(state)
    )


def write(name: str, content: bytes = LINE) -> None:
    Path(name).parent.mkdir(parents=True, exist_ok=True)
    Path(name).write_bytes(content)


def list_keys(stack: Stack, bucket: str = "source") -> dict[str, int]:
    """Return what the bucket holds, with each object's size."""
    return {one["Key"]: one["Size"] for one in stack.s3.list_objects_v2(Bucket=bucket).get("Contents", [])}


def test_files_and_folders_become_keys(stack: Stack, capsys: pytest.CaptureFixture[str]) -> None:
    """A key is the prefix and the file's name, or its path relative to the folder; there is one line a file."""
    for name in ("here/app.log", "logs/a.log", "logs/b/c.json"):
        write(name)
    assert main(["upload", "here/app.log", "logs", "--prefix", "web/"]) == 0
    assert sorted(list_keys(stack)) == ["web/a.log", "web/app.log", "web/b/c.json"]
    assert capsys.readouterr().out.splitlines() == [
        "here/app.log: s3://source/web/app.log",
        "logs/a.log: s3://source/web/a.log",
        "logs/b/c.json: s3://source/web/b/c.json",
    ]


def test_a_bucket_can_be_given(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    """The stack's outputs are not read then; a key without a prefix is the name alone."""
    monkeypatch.setenv("STATE_BUCKET", "none")
    write("a.log")
    assert main(["upload", "a.log", "--bucket", "archive"]) == 0
    assert list_keys(stack, "archive") == {"a.log": len(LINE)}


def test_a_big_file_is_uploaded_in_parts(stack: Stack) -> None:
    """It is never in memory as a whole, and its bytes do not change."""
    write("big.log", LINE * 500_000)
    assert main(["upload", "big.log"]) == 0
    assert list_keys(stack) == {"big.log": 500_000 * len(LINE)}
    assert "-" in stack.s3.head_object(Bucket="source", Key="big.log")["ETag"]


def test_a_refused_file_does_not_stop_the_others(stack: Stack, capsys: pytest.CaptureFixture[str]) -> None:
    """A key without an event, no regular file, and no file at all are reported; the exit code is 1."""
    write("a.log")
    write("notes.txt")
    write("long" * 60 + "/" + "long" * 60 + ".log")
    write(os.fsdecode(b"\xff.log"))
    Path("empty").mkdir()
    os.mkfifo("pipe.log")
    names = ["notes.txt", "none.log", "empty", "pipe.log", os.fsdecode(b"\xff.log"), "a.log"]
    assert main(["upload", *names]) == 1
    said = capsys.readouterr().out.splitlines()
    reasons = ["ends in none of .log .log.gz", "no such file", "no file in this folder", "regular file", "not UTF-8"]
    assert [reason in line for reason, line in zip(reasons, said, strict=False)] == [True] * 5
    assert said[-1] == "a.log: s3://source/a.log"
    assert list_keys(stack) == {"a.log": len(LINE)}
    assert main(["upload", "long" * 60, "--prefix", "deep" * 200]) == 1
    assert "S3 allows 1024" in capsys.readouterr().out


def test_control_characters_of_a_name_are_escaped(stack: Stack, capsys: pytest.CaptureFixture[str]) -> None:
    """The key is the file's name as it is; only what is printed is escaped."""
    write("a\x1b[2J.log")
    assert main(["upload", "a\x1b[2J.log"]) == 0
    assert capsys.readouterr().out == "a\\x1b[2J.log: s3://source/a\\x1b[2J.log\n"
    assert list(list_keys(stack)) == ["a\x1b[2J.log"]


def test_two_files_do_not_become_one_object(stack: Stack, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is uploaded if two keys are the same; the exit code is 2."""
    write("a/app.log")
    write("b/app.log")
    assert main(["upload", "a/app.log", "b/app.log"]) == 2
    assert "a/app.log, b/app.log would all become app.log" in capsys.readouterr().err
    assert list_keys(stack) == {}


def test_an_upload_that_fails_is_reported(capsys: pytest.CaptureFixture[str]) -> None:
    """It is one sentence with the service's reason; the exit code is 1."""
    write("a.log")
    assert main(["upload", "a.log", "--bucket", "nowhere"]) == 1
    said = capsys.readouterr().out
    assert "not uploaded: " in said
    assert "NoSuchBucket" in said
    assert said.count("\n") == 1


def test_a_source_takes_keys_by_its_own_prefix(
    stack: Stack, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A key that it does not take would lie in the bucket unread, and is refused."""
    source = {"bucket": "payments", "prefix": "app/", "suffixes": [".txt"]}
    context = {"app_name": "tap-serverless", "sources": {"payments": source}, "source_prefix": "in/"}
    monkeypatch.setenv("CDKTF_CONTEXT_JSON", json.dumps(context))
    stack.s3.create_bucket(Bucket="payments")
    write("a.txt")
    assert main(["upload", "a.txt", "--bucket", "payments", "--prefix", "app"]) == 0
    assert main(["upload", "a.txt", "--bucket", "payments"]) == 1
    write("b.log")
    assert main(["upload", "b.log"]) == 1
    said = capsys.readouterr().out.splitlines()
    reason = "so no event would tell the function of it: give it one by --prefix"
    assert said == [
        "a.txt: s3://payments/app/a.txt",
        f"a.txt: not uploaded: its key begins with none of app/, {reason}",
        f"b.log: not uploaded: its key begins with none of in/, {reason}",
    ]
    assert list(list_keys(stack, "payments")) == ["app/a.txt"]


def read_act(stack: Stack) -> tuple[str, dict[str, str], dict[str, str], str]:
    """Return the command, the arguments, the counts and the state of the only act in the log."""
    (row,) = stack.items(f"{PREFIX}-ledger")
    counts = {name: count["N"] for name, count in row["counts"]["M"].items()}
    return row["command"]["S"], json.loads(row["arguments"]["S"]), counts, row["state"]["S"]


def test_an_upload_stands_in_the_log_of_acts(stack: Stack) -> None:
    """It says where to, and how many files were uploaded and how many were not."""
    write("a.log")
    write("b.log")
    assert main(["upload", "a.log", "b.log", "none.log", "--prefix", "web"]) == 1
    counts = {"uploaded": "2", "refused": "1"}
    assert read_act(stack) == ("upload", {"bucket": "source", "prefix": "web"}, counts, "done")


@pytest.mark.usefixtures("interruptible")
def test_an_interrupted_upload_says_what_is_left(
    stack: Stack, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The file that is under way arrives; typed again, the command would store it twice, and so it says."""
    write("a.log")
    write("b.log")
    put = upload._upload_file

    def put_and_interrupt(*arguments: object) -> str | None:
        os.kill(os.getpid(), signal.SIGINT)
        return put(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(upload, "_upload_file", put_and_interrupt)
    assert main(["upload", "a.log", "b.log"]) == 130
    said = capsys.readouterr()
    assert said.out == "a.log: s3://source/a.log\n"
    sentence = "interrupted: 1 uploaded: upload the files that have no line here, because what is uploaded twice is"
    assert sentence in said.err
    assert list_keys(stack) == {"a.log": len(LINE)}
    assert read_act(stack)[2:] == ({"uploaded": "1", "refused": "0"}, "interrupted")


def test_what_cannot_be_logged_is_not_uploaded(stack: Stack, capsys: pytest.CaptureFixture[str]) -> None:
    """Without its row in the log of acts no file is sent."""
    write("a.log")
    stack.dynamodb.delete_table(TableName=f"{PREFIX}-ledger")
    assert main(["upload", "a.log"]) == ExitCode.CANNOT_RUN
    assert "the log of acts in the ledger" in capsys.readouterr().err
    assert list_keys(stack) == {}
