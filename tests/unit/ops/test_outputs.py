"""`ops outputs` reads what the stack put out from wherever its state lies."""

import json
import subprocess
from pathlib import Path

import pytest

from ops import outputs
from ops.cli import main
from tests.unit.log_processor.conftest import Stack
from tests.unit.ops.printed import read_error

STATE = {
    "version": 4,
    "outputs": {
        "S3SourceBucket": {"value": "a-bucket", "type": "string"},
        "DLQQueueURL": {"value": "https://queue\x1b[2J", "type": "string"},
    },
}
BUCKET = "tap-serverless-state-us-east-1"
KEY = "tap-serverless/TapStackdev.tfstate"


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CDKTF_CONTEXT_JSON", json.dumps({"app_name": "tap-serverless"}))
    for name in ("STATE_BACKEND", "STATE_BUCKET", "STACK_NAME_SUFFIX", "TF_WORKSPACE", "TF_CLOUD_ORGANIZATION"):
        monkeypatch.delenv(name, raising=False)


def keep_state(stack: Stack, key: str = KEY) -> None:
    stack.s3.create_bucket(Bucket=BUCKET)
    stack.s3.put_object(Bucket=BUCKET, Key=key, Body=json.dumps(STATE).encode())


def test_outputs_are_a_table_json_or_one_value(stack: Stack, capsys: pytest.CaptureFixture[str]) -> None:
    """The table escapes control characters; the value of one name is printed alone, for a shell."""
    keep_state(stack)
    assert main(["outputs"]) == 0
    assert capsys.readouterr().out == "DLQQueueURL     https://queue\\x1b[2J\nS3SourceBucket  a-bucket\n"
    assert main(["outputs", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["S3SourceBucket"] == "a-bucket"
    assert main(["outputs", "S3SourceBucket"]) == 0
    assert capsys.readouterr().out == "a-bucket\n"


def test_the_state_may_be_a_local_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is that of the checkout, whatever folder `ops` is called from."""
    monkeypatch.setattr(outputs, "PROJECT", tmp_path)
    monkeypatch.setenv("STATE_BACKEND", "local")
    (tmp_path / "terraform.TapStackdev.tfstate").write_text(json.dumps(STATE))
    assert main(["outputs", "S3SourceBucket"]) == 0
    assert capsys.readouterr().out == "a-bucket\n"


def test_terraform_asks_terraform_cloud(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It runs in the folder that cdktf has initialised; its error becomes one sentence."""
    answers = [
        subprocess.CompletedProcess([], 0, stdout=json.dumps(STATE["outputs"]), stderr=""),
        subprocess.CompletedProcess([], 1, stdout="", stderr='Error: Required token\n\n  run "terraform login"\n'),
    ]
    monkeypatch.setattr(outputs, "PROJECT", tmp_path)
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: answers.pop(0))
    monkeypatch.setenv("STATE_BACKEND", "cloud")
    monkeypatch.setenv("TF_CLOUD_ORGANIZATION", "an-organisation")
    (tmp_path / "cdktf.out" / "stacks" / "TapStackdev").mkdir(parents=True)
    assert main(["outputs", "S3SourceBucket"]) == 0
    assert main(["outputs"]) == 2
    found = capsys.readouterr()
    assert found.out == "a-bucket\n"
    assert '(Required token run "terraform login")' in found.err
    assert found.err.count("error: ") == 1


@pytest.mark.parametrize(
    ("environment", "words", "sentence"),
    [
        ({}, [], "does not exist: deploy with 'cdktf deploy TapStackdev'"),
        ({"STACK_NAME_SUFFIX": "pr7"}, [], "s3://tap-serverless-state-us-east-1/tap-serverless/TapStackpr7.tfstate"),
        ({"STATE_BACKEND": "local"}, [], "set STATE_BACKEND as for the deployment"),
        ({"STATE_BACKEND": "local", "TF_WORKSPACE": "blue"}, [], "TF_WORKSPACE is 'blue' and backend 'local'"),
        ({"STATE_BACKEND": "cloud", "TF_CLOUD_ORGANIZATION": "o"}, [], "run 'cdktf diff TapStackdev'"),
        ({"STATE_BUCKET": "kept"}, ["Nosuch"], "has no output Nosuch: it has DLQQueueURL, S3SourceBucket"),
        ({"STATE_BUCKET": "empty"}, [], "has no outputs: deploy it"),
        ({"STATE_BUCKET": "damaged"}, [], "is not Terraform's state"),
    ],
)
def test_missing_outputs_are_one_sentence(
    environment: dict[str, str],
    words: list[str],
    sentence: str,
    stack: Stack,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """It says where the state should be and what to do; the exit code is 2."""
    for bucket, body in (("kept", json.dumps(STATE)), ("empty", '{"outputs": {}}'), ("damaged", "<html>")):
        stack.s3.create_bucket(Bucket=bucket)
        stack.s3.put_object(Bucket=bucket, Key=KEY, Body=body.encode())
    monkeypatch.setattr(outputs, "PROJECT", tmp_path)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert main(["outputs", *words]) == 2
    assert sentence in read_error(capsys)
