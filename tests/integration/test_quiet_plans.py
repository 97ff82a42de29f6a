"""A plan shows what was changed and nothing else: over the first release, by another author, and after a rollback."""

import json
import os
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from emulator.aws.local_aws import LocalAws
from ops.cli import main
from stacks.config import context
from tests.infrastructure.conftest import PROJECT, Synthesized, synthesize
from tests.infrastructure.keep_version import VERSIONS
from tests.infrastructure.planning import Workspace

pytestmark = pytest.mark.integration

STACK = "TapStackdev"
BEFORE = VERSIONS / "1.0.0" / f"{STACK}.json"
TAGGED = frozenset({"aws_cloudwatch_log_group.processor_log_group", "aws_sqs_queue.errors_dead_letter_queue"})
FUNCTION, ALIAS = "aws_lambda_function.processor_function", "aws_lambda_alias.processor_alias"
NOTIFICATION, PERMISSION = (
    "aws_s3_bucket_notification.source_notification",
    "aws_lambda_permission.processor_permission_live",
)
FIRST = {"data_key": "", "log_retention_days": 14}
"""What the first release had, so that what is planned is not the change of a setting."""


class Deployment:
    """The environment `dev` in a local AWS, first deployed as the first release was."""

    def __init__(self, folder: Path, aws: LocalAws) -> None:
        self.aws = aws
        self._folder = folder
        self.file = folder / "cdktf.json"
        project = json.loads((PROJECT / "cdktf.json").read_text())
        project["context"]["environments"]["dev"] |= FIRST
        self.file.write_text(json.dumps(project))
        first = self._synthesize("ann")
        self._stack = first.folder / "stacks" / STACK
        self._current = (self._stack / "cdk.tf.json").read_text()
        self._write(json.loads(BEFORE.read_text()), b"first release")
        self._workspace = Workspace(first, STACK, os.environ | aws.build_environment())
        self.apply()

    def upgrade(self) -> None:
        """Put this release's stack, of the author ann, in the place of the first one's."""
        (self._stack / "cdk.tf.json").write_text(self._current)

    def change_author(self, author: str) -> None:
        """Synthesize the stack again for another author, with the settings of the file."""
        other = self._synthesize(author)
        shutil.copytree(other.folder / "stacks" / STACK, self._stack, dirs_exist_ok=True)

    def change_code(self) -> None:
        """Let the function's zip be another one."""
        self._write(json.loads((self._stack / "cdk.tf.json").read_text()), b"changed", kinds=("aws_lambda_function",))

    def plan(self) -> dict[str, str]:
        """Return what a plan changes, by address."""
        said = self._workspace.terraform("plan", "-json", "-lock=false", "-input=false")
        changes = [event["change"] for event in read_events(said) if event["type"] == "planned_change"]
        return {change["resource"]["addr"]: change["action"] for change in changes}

    def apply(self) -> list[dict[str, Any]]:
        """Apply the stack and return Terraform's events."""
        return read_events(self._workspace.terraform("apply", "-json", "-auto-approve", "-input=false"))

    def _synthesize(self, author: str) -> Synthesized:
        settings = json.dumps(json.loads(self.file.read_text())["context"])
        environ = {"STATE_BACKEND": "local", "COMMIT_AUTHOR": author, "CDKTF_CONTEXT_JSON": settings}
        return synthesize(self._folder / author / "cdktf.out", environ)

    def _write(
        self, stack: Any, content: bytes, kinds: tuple[str, ...] = ("aws_lambda_function", "aws_lambda_layer_version")
    ) -> None:
        """Write a stack whose function and layer have zips of this content."""
        for kind in kinds:
            for resource in stack["resource"][kind].values():
                name = f"assets/{kind}-{content.hex()}.zip"
                resource |= {"filename": name, "source_code_hash": f'${{filebase64sha256("{name}")}}'}
                with zipfile.ZipFile(self._stack / name, "w") as archive:
                    archive.writestr(zipfile.ZipInfo("app.py"), content)
        (self._stack / "cdk.tf.json").write_text(json.dumps(stack))


def read_events(said: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in said.splitlines() if line.startswith("{")]


@pytest.fixture(scope="module")
def deployment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    with LocalAws() as aws:
        yield Deployment(tmp_path_factory.mktemp("plans"), aws)


def find_position(events: list[dict[str, Any]], kind: str, address: str, action: str) -> int:
    """Return where Terraform begins or ends an action on a resource."""
    return next(
        position
        for position, event in enumerate(events)
        if event["type"] == kind and event["hook"]["resource"]["addr"] == address and event["hook"]["action"] == action
    )


def test_an_upgrade_loses_no_event_and_touches_no_tag(deployment: Deployment) -> None:
    """S3 may start the alias before it is told to, and may still start the function."""
    deployment.upgrade()
    planned = deployment.plan()
    assert not TAGGED & planned.keys()
    assert {action for address, action in planned.items() if address in {FUNCTION, NOTIFICATION}} == {"update"}
    assert "aws_lambda_permission.processor_permission" not in planned
    events = deployment.apply()
    allowed = find_position(events, "apply_complete", PERMISSION, "create")
    notified = find_position(events, "apply_start", NOTIFICATION, "update")
    assert allowed < notified
    assert deployment.plan() == {}


def test_another_author_changes_the_function_alone(deployment: Deployment) -> None:
    """Of the same code even the version stays; all other resources keep the author who created them."""
    deployment.change_author("bob")
    assert deployment.plan() == {FUNCTION: "update"}
    deployment.change_code()
    assert deployment.plan() == {FUNCTION: "update", ALIAS: "update"}
    deployment.apply()
    assert deployment.plan() == {}
    tables = deployment.aws.client("dynamodb")
    arn = tables.describe_table(TableName="tap-serverless-dev-logs")["Table"]["TableArn"]
    tags = {tag["Key"]: tag["Value"] for tag in tables.list_tags_of_resource(ResourceArn=arn)["Tags"]}
    assert tags == {"Environment": "dev", "Repository": "unknown", "Author": "unknown"}


def test_after_a_rollback_nothing_is_planned(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """One command goes back; the setting that it wrote says the same as the alias."""
    for name, value in deployment.aws.build_environment().items():
        monkeypatch.setenv(name, value)
    for name in ("CDKTF_CONTEXT_JSON", "STACK_NAME_SUFFIX"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(context, "PROJECT_FILE", deployment.file)
    assert main(["rollback"]) == 0
    assert "version 1 serves, before it was 2" in capsys.readouterr().out
    deployment.change_author("bob")
    deployment.change_code()
    assert deployment.plan() == {}
