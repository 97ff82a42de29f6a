"""The pinned cdktf command line against the local AWS: synth, deploy, diff, plan, an upload, destroy."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from emulator.aws.local_aws import LocalAws
from emulator.deploy.terraform import build_cli_environment
from toolchain.terraform import find_terraform

pytestmark = pytest.mark.integration

PROJECT_DIR = Path(__file__).resolve().parents[2]
SOURCES = ("main.py", "cdktf.json", "Pipfile", "Pipfile.lock", "stacks", "functions")
LINKED = (".venv", "node_modules")
STATE_BACKEND, TAP_STACK = "StateBackend", "TapStackdev"
NO_CHANGES = 0
CONFIGURING = (
    "STACK_NAME_SUFFIX",
    "STATE_BACKEND",
    "STATE_BUCKET",
    "CDKTF_CONTEXT_JSON",
    "TF_WORKSPACE",
    "TERRAFORM_BINARY_NAME",
)


class Project:
    """A copy of the project, so that no state is left in it, whose commands go to `aws`."""

    def __init__(self, folder: Path, aws: LocalAws) -> None:
        self.folder = folder
        self.aws = aws
        for name in SOURCES:
            source, ignored = PROJECT_DIR / name, shutil.ignore_patterns("__pycache__")
            if source.is_dir():
                shutil.copytree(source, folder / name, ignore=ignored)
            else:
                shutil.copy(source, folder / name)
        context = json.loads((folder / "cdktf.json").read_text())
        context["context"]["state_force_destroy"] = True
        (folder / "cdktf.json").write_text(json.dumps(context))
        for name in LINKED:
            (folder / name).symlink_to(PROJECT_DIR / name)
        inherited = {name: value for name, value in os.environ.items() if name not in CONFIGURING}
        self._environ = (
            inherited | build_cli_environment(folder / "terraform") | aws.build_environment() | {"CI": "true"}
        )
        self._terraform = str(find_terraform())
        programs = [str(Path(sys.prefix) / "bin"), os.environ.get("PATH", os.defpath)]
        self._environ |= {"PATH": os.pathsep.join(programs)}  # as the README says

    def cdktf(self, *arguments: str) -> str:
        """Run the real command line and return what it said; its exit code has to be 0."""
        return self._run([str(self.folder / "node_modules" / ".bin" / "cdktf"), *arguments], self.folder)

    def terraform(self, stack: str, *arguments: str) -> str:
        """Run Terraform in the folder of a synthesized stack; its exit code has to be 0."""
        return self._run([self._terraform, *arguments, "-no-color"], self.folder / "cdktf.out" / "stacks" / stack)

    def _run(self, command: list[str], folder: Path) -> str:
        finished = subprocess.run(
            command,
            cwd=folder,
            env=self._environ,
            capture_output=True,
            text=True,
            check=False,
            stdin=subprocess.DEVNULL,
        )
        assert finished.returncode == 0, f"{command}\n{finished.stdout}\n{finished.stderr}"
        return finished.stdout


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    with LocalAws() as aws:
        yield Project(tmp_path_factory.mktemp("project"), aws)


@pytest.fixture(scope="module")
def deployed(project: Project) -> dict[str, Any]:
    """Both stacks, deployed as the README says; the outputs of the main one."""
    project.cdktf("synth")
    project.cdktf("deploy", STATE_BACKEND, "--auto-approve", "--skip-provider-lock")
    outputs = project.folder / "outputs.json"
    project.cdktf(
        "deploy", TAP_STACK, "--auto-approve", "--skip-provider-lock", "--skip-synth", f"--outputs-file={outputs}"
    )
    found: dict[str, Any] = json.loads(outputs.read_text())[TAP_STACK]
    return found


def test_nothing_is_left_to_change_after_a_deploy(project: Project, deployed: dict[str, Any]) -> None:
    """`terraform plan -detailed-exitcode` answers 0 for both stacks (2 would be a change)."""
    assert deployed["S3SourceBucket"]
    for stack in (STATE_BACKEND, TAP_STACK):
        said = project.terraform(stack, "plan", "-detailed-exitcode", "-input=false", "-lock=false")
        assert "No changes." in said


def test_diff_says_that_there_is_nothing_to_do(project: Project, deployed: dict[str, Any]) -> None:
    """`cdktf diff`, as CI runs it."""
    assert deployed["LambdaFunctionName"]
    assert "No changes." in project.cdktf("diff", TAP_STACK, "--skip-provider-lock", "--skip-synth")


def test_the_state_is_in_the_bucket(project: Project, deployed: dict[str, Any]) -> None:
    """The main stack's state is an encrypted object of the state backend's bucket; no lock is left."""
    assert deployed["DLQQueueURL"]
    s3 = project.aws.client("s3")
    (bucket,) = (entry["Name"] for entry in s3.list_buckets()["Buckets"] if "-state-" in entry["Name"])
    keys = [entry["Key"] for entry in s3.list_objects_v2(Bucket=bucket)["Contents"]]
    assert [key.rpartition("/")[2] for key in keys] == [f"{TAP_STACK}.tfstate"]


def test_an_uploaded_log_becomes_records(project: Project, deployed: dict[str, Any]) -> None:
    """The deployed zip runs on the upload, and a second delivery of the same event changes nothing."""
    s3 = project.aws.client("s3")
    s3.put_object(Bucket=deployed["S3SourceBucket"], Key="web/a.log", Body=b"one\ntwo\n")
    assert project.aws.wait_until_idle(60)
    before = list(project.aws.read_table_items(deployed["DynamoDBTableName"]))
    assert sorted(item["log_data"]["S"] for item in before) == ["one", "two"]
    version = s3.head_object(Bucket=deployed["S3SourceBucket"], Key="web/a.log")["VersionId"]
    found = {"bucket": {"name": deployed["S3SourceBucket"]}, "object": {"key": "web/a.log", "versionId": version}}
    event = {"Records": [{"eventSource": "aws:s3", "eventName": "ObjectCreated:Put", "s3": found}]}
    answer = project.aws.client("lambda").invoke(
        FunctionName=deployed["LambdaFunctionName"], Payload=json.dumps(event).encode()
    )
    assert "FunctionError" not in answer
    assert list(project.aws.read_table_items(deployed["DynamoDBTableName"])) == before


def test_destroy_leaves_nothing(project: Project, deployed: dict[str, Any]) -> None:
    """Full buckets, the one with the states too, tables, queues, the function, its role and log group are gone."""
    assert deployed["ErrorArchiveBucket"]
    project.cdktf("destroy", TAP_STACK, "--auto-approve", "--skip-synth")
    aws = project.aws
    assert aws.client("dynamodb").list_tables()["TableNames"] == []
    assert aws.client("sqs").list_queues().get("QueueUrls", []) == []
    assert aws.client("lambda").list_functions()["Functions"] == []
    assert aws.client("iam").list_roles()["Roles"] == []
    assert aws.client("logs").describe_log_groups()["logGroups"] == []
    assert [
        entry["Name"] for entry in aws.client("s3").list_buckets()["Buckets"] if "-state-" not in entry["Name"]
    ] == []
