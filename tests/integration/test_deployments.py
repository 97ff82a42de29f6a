"""Each other kind of environment is deployed, fed, planned empty and destroyed by the pinned cdktf in a local AWS.

Production is in `test_cdktf.py`. `make deployments` runs both, each night and before a release; `make test` only that.
"""

import json
import re
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest

from emulator.aws.local_aws import LocalAws
from tests.integration.deployer import FREE, Recorder
from tests.integration.project import PROJECT_DIR, STATE_BACKEND, Project, describe

pytestmark = [pytest.mark.integration, pytest.mark.deployments]

PAGE = PROJECT_DIR / "docs" / "deploy.md"
NOTHING_CHANGES, SOMETHING_CHANGES = 0, 2
PULL_REQUEST = {"STACK_NAME_SUFFIX": "pr7", "STATE_BUCKET": "acme-states"}
LOCAL = {"STACK_NAME_SUFFIX": "dev", "STATE_BACKEND": "local"}


def feed(project: Project, outputs: dict[str, Any]) -> list[str]:
    """Upload a log and return the lines of the records that came of it."""
    project.aws.client("s3").put_object(Bucket=outputs["S3SourceBucket"], Key="web/a.log", Body=b"one\ntwo\n")
    assert project.aws.wait_until_idle(60)
    return sorted(item["log_data"]["S"] for item in project.aws.read_table_items(outputs["DynamoDBTableName"]))


def list_refused(actions: set[str]) -> list[str]:
    """Return the actions that the deployer's policy in docs/deploy.md does not allow."""
    (block,) = re.findall(r"```json\n(\{\"Version\".*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    allowed = [action for statement in json.loads(block)["Statement"] for action in statement["Action"]]
    return [one for one in sorted(actions - FREE) if not any(fnmatchcase(one, pattern) for pattern in allowed)]


def live_and_go(project: Project) -> None:
    """Deploy the main stack, feed it, see nothing and then something to change, and destroy it with what it holds."""
    outputs = project.deploy()
    assert feed(project, outputs) == ["one", "two"]
    assert "data: nothing that holds data" in project.diff(NOTHING_CHANGES)
    project.configure(lambda context: context.update(error_log_days=7))
    assert "data: nothing that holds data" in project.diff(SOMETHING_CHANGES)
    project.destroy()


def test_a_pull_request_with_the_state_in_a_bucket(tmp_path: Path) -> None:
    """It leaves nothing but the bucket of the states, whose own state has moved into it, and which stays."""
    recorder = Recorder()
    with LocalAws(middlewares=[recorder]) as aws:
        project, empty = Project(tmp_path, aws, PULL_REQUEST), describe(aws)
        project.deploy(STATE_BACKEND)
        own = tmp_path / "terraform.StateBackend.acme-states.tfstate"
        assert json.loads(own.read_text())["resources"]
        project.configure(lambda context: context.update(state_in_bucket=True))
        project.cdktf("synth")
        project.terraform(STATE_BACKEND, "init", "-migrate-state", "-force-copy")
        assert "No changes." in project.terraform(STATE_BACKEND, "plan", "-detailed-exitcode", "-input=false")
        own.unlink()
        live_and_go(project)
        assert describe(aws).keys() - empty.keys() == {"bucket acme-states"}
        listed = aws.client("s3").list_objects_v2(Bucket="acme-states")["Contents"]
        assert [one["Key"] for one in listed] == ["StateBackend.tfstate", "tap-serverless/TapStackpr7.tfstate"]
        before = describe(aws)
        assert "Resource aws_s3_bucket.state_bucket" in project.try_to_destroy(STATE_BACKEND)
        assert describe(aws) == before
    assert list_refused(recorder.actions) == []


def test_a_trial_with_a_local_state(tmp_path: Path) -> None:
    """It needs no bucket for its state, and leaves nothing."""
    with LocalAws() as aws:
        project, empty = Project(tmp_path, aws, LOCAL), describe(aws)
        live_and_go(project)
        assert describe(aws) == empty
        assert (tmp_path / "terraform.TapStackdev.tfstate").exists()


def test_another_account_is_refused(tmp_path: Path) -> None:
    """The plan ends with the accounts that are allowed, and nothing is made."""
    with LocalAws() as aws:
        project, empty = Project(tmp_path, aws, LOCAL), describe(aws)
        project.configure(lambda context: context["environments"]["dev"].update(allowed_account_ids=["999999999999"]))
        said = project.diff(1)
        assert "allowed_account_ids of 'dev' is 999999999999, and the credentials are those of the account" in said
        assert "data: unknown, because there is no plan" in said
        assert describe(aws) == empty
