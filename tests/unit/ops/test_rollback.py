"""`ops rollback` moves the alias and writes the setting that keeps it, or changes nothing and says why."""

import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws

from ops.cli import main
from stacks.config import context, load

NAME = "tap-serverless-prod-log-processor"
FILE = {"context": {"app_name": "tap-serverless", "environments": {"prod": {"index_shards": 4}}}}


def zip_code(number: int) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("app.py", f"NUMBER = {number}")
    return content.getvalue()


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Put a project file in the place of cdktf.json, for the environment `prod`."""
    path = tmp_path / "cdktf.json"
    path.write_text(json.dumps(FILE, indent=2) + "\n")
    monkeypatch.setattr(context, "PROJECT_FILE", path)
    monkeypatch.setenv("STACK_NAME_SUFFIX", "prod")
    for name in ("CDKTF_CONTEXT_JSON", "AWS_ENDPOINT_URL", "AWS_REGION", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "local")
    return path


@pytest.fixture
def functions(file: Path) -> Iterator[Any]:
    """Deploy three versions of the function, of which the last one serves."""
    assert file.exists()
    with mock_aws():
        role = boto3.client("iam", "us-east-1").create_role(RoleName="app", AssumeRolePolicyDocument="{}")["Role"]
        client = boto3.client("lambda", "us-east-1")
        client.create_function(
            FunctionName=NAME,
            Runtime="python3.11",
            Role=role["Arn"],
            Handler="app.handle",
            Code={"ZipFile": zip_code(1)},
            Publish=True,
        )
        for number in (2, 3):
            client.update_function_code(FunctionName=NAME, ZipFile=zip_code(number))
            client.publish_version(FunctionName=NAME)
        client.create_alias(FunctionName=NAME, Name="live", FunctionVersion="3")
        yield client


def read_live(functions: Any) -> str:
    return str(functions.get_alias(FunctionName=NAME, Name="live")["FunctionVersion"])


def read_setting(file: Path) -> int:
    return load(json.loads(file.read_text())["context"], {"STACK_NAME_SUFFIX": "prod"}).function_version


def test_one_command_goes_back_and_forth(functions: Any, file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each call goes one version back; `--newest` ends it, and leaves the file as it was."""
    for arguments, live, setting in ((), "2", 2), ((), "1", 1), (("2",), "2", 2), (("--newest",), "3", 0):
        assert main(["rollback", *arguments, "--yes", "prod"]) == 0
        assert (read_live(functions), read_setting(file)) == (live, setting)
    assert capsys.readouterr().out.splitlines()[0] == f"{NAME} live: version 2 serves, before it was 3"
    assert json.loads(file.read_text()) == FILE


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["9"], "version 9 is not published: choose one of the last, 1, 2, 3"),
        (["2", "--newest"], "both --newest and version 2 are named: name one of them"),
    ],
)
def test_a_version_that_cannot_serve_is_refused(
    functions: Any, file: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], sentence: str
) -> None:
    """Neither the alias nor the file changes."""
    assert main(["rollback", *arguments, "--yes", "prod"]) == 2
    assert sentence in capsys.readouterr().err
    assert (read_live(functions), json.loads(file.read_text())) == ("3", FILE)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ((), "prod is protected: write --yes prod to change it"),
        (("--yes", "dev"), "--yes dev: the environment is prod: set STACK_NAME_SUFFIX=dev, or write --yes prod"),
    ],
)
def test_a_protected_environment_wants_its_name(
    functions: Any, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], sentence: str
) -> None:
    """Without it, and with another name, nothing changes, and AWS is not asked for anything."""
    assert main(["rollback", *words]) == 5
    assert capsys.readouterr().err == f"error: {sentence}\n"
    assert read_live(functions) == "3"


def test_a_rollback_stands_in_the_log_of_acts(functions: Any, capsys: pytest.CaptureFixture[str]) -> None:
    """Who moved the alias, from which version to which; where the log cannot be written, it is moved all the same."""
    assert main(["rollback", "2", "--yes", "prod"]) == 0
    assert "note: the log of acts in the ledger tap-serverless-prod-ledger does not exist" in capsys.readouterr().err
    keys = (("object", "HASH"), ("range", "RANGE"))
    boto3.client("dynamodb", "us-east-1").create_table(
        TableName="tap-serverless-prod-ledger",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name, _ in keys],
        KeySchema=[{"AttributeName": name, "KeyType": kind} for name, kind in keys],  # type: ignore[typeddict-item]
    )
    assert main(["rollback", "1", "--yes", "prod"]) == 0
    capsys.readouterr()
    assert main(["acts", "--json"]) == 0
    act = json.loads(capsys.readouterr().out)
    assert (act["command"], act["arguments"], act["counts"]) == ("rollback", {"version": 1, "before": 2}, {"moved": 1})
    assert (act["state"], read_live(functions)) == ("done", "1")


def test_programs_get_the_versions_as_json(functions: Any, capsys: pytest.CaptureFixture[str]) -> None:
    """The version that serves and the one before are numbers."""
    assert main(["rollback", "--yes", "prod", "--json"]) == 0
    printed = {"function": NAME, "alias": "live", "version": int(read_live(functions)), "before": 3}
    assert json.loads(capsys.readouterr().out) == printed


def test_the_oldest_version_has_none_before_it(functions: Any, capsys: pytest.CaptureFixture[str]) -> None:
    """The sentence says which one serves."""
    assert main(["rollback", "1", "--yes", "prod"]) == 0
    assert main(["rollback", "--yes", "prod"]) == 2
    assert "version 1 serves and none is older" in capsys.readouterr().err
    assert read_live(functions) == "1"


def test_an_environment_that_is_not_deployed_is_one_sentence(
    functions: Any, file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The file is as it was before."""
    assert read_live(functions) == "3"
    monkeypatch.setenv("STACK_NAME_SUFFIX", "pr7")
    assert main(["rollback"]) == 2
    assert "the alias live of tap-serverless-pr7-log-processor does not exist in us-east-1" in capsys.readouterr().err
    assert json.loads(file.read_text()) == FILE


def test_a_file_without_environments_is_refused(functions: Any, file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The first one named there would make all others unknown."""
    file.write_text(json.dumps({"context": {"app_name": "tap-serverless"}}))
    assert main(["rollback", "--yes", "prod"]) == 2
    assert "cdktf.json has no 'environments' in its context" in capsys.readouterr().err
    assert read_live(functions) == "3"


def test_a_new_entry_of_a_pull_request_keeps_its_kind(
    functions: Any, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its buckets are still destroyed with what they hold."""
    monkeypatch.setenv("STACK_NAME_SUFFIX", "pr7")
    name = NAME.replace("prod", "pr7")
    role = functions.get_function_configuration(FunctionName=NAME)["Role"]
    code = {"ZipFile": zip_code(1)}
    functions.create_function(
        FunctionName=name, Runtime="python3.11", Role=role, Handler="a.b", Code=code, Publish=True
    )
    functions.create_alias(FunctionName=name, Name="live", FunctionVersion="1")
    assert main(["rollback", "1", "--yes", "pr7"]) == 0
    assert json.loads(file.read_text())["context"]["environments"]["pr7"] == {
        "force_destroy": True,
        "function_version": 1,
    }
