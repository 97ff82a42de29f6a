"""Each other kind of environment is deployed, fed, planned empty and destroyed by the pinned cdktf in a local AWS.

Production is in `test_cdktf.py`. `make deployments` runs both, each night and before a release; `make test` only that.
"""

import hashlib
import json
import re
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest

from emulator.aws.local_aws import ACCOUNT_ID, LocalAws
from tests.integration.deployer import FREE, Recorder
from tests.integration.project import PROJECT_DIR, STATE_BACKEND, Project, describe
from tests.support.roles import render

pytestmark = [pytest.mark.integration, pytest.mark.deployments]

PAGE = PROJECT_DIR / "docs" / "deploy.md"
NOTHING_CHANGES, SOMETHING_CHANGES = 0, 2
PULL_REQUEST = {"STACK_NAME_SUFFIX": "pr7", "STATE_BUCKET": "acme-states"}
HASH_KEY, ADDRESS = "k" * 32, "ann@example.com"
ROUTE = """
[[route]]
keys = ["web/*"]
redact = [{ name = "email", method = "hash" }]
"""
LOCAL = {"STACK_NAME_SUFFIX": "dev", "STATE_BACKEND": "local"}


def feed(project: Project, outputs: dict[str, Any]) -> list[str]:
    """Upload a log and return the lines of the records that came of it."""
    body = f"one\ntwo {ADDRESS}\n".encode()
    project.aws.client("s3").put_object(Bucket=outputs["S3SourceBucket"], Key="web/a.log", Body=body)
    assert project.aws.wait_until_idle(60)
    return sorted(item["log_data"]["S"] for item in project.aws.read_table_items(outputs["DynamoDBTableName"]))


def hash_address() -> str:
    """Return what the address becomes by the key that the secret holds (docs/routes.md, Hiding values)."""
    key = hashlib.blake2b(HASH_KEY.encode(), digest_size=32).digest()
    return f"[email:{hashlib.blake2b(ADDRESS.encode(), key=key, digest_size=6).hexdigest()}]"


def read_states(aws: LocalAws, bucket: str) -> bytes:
    """Return every version of every state."""
    versions, s3 = aws.client("s3").list_object_versions(Bucket=bucket)["Versions"], aws.client("s3")
    reads = (s3.get_object(Bucket=bucket, Key=one["Key"], VersionId=one["VersionId"]) for one in versions)
    return b"".join(read["Body"].read() for read in reads)


def build_rights(aws: LocalAws) -> dict[str, Any]:
    """Return the settings of an environment that a role deploys, in a network, and with a secret for the hashes."""
    ec2, secrets = aws.client("ec2"), aws.client("secretsmanager")
    subnet, *_ = ec2.describe_subnets()["Subnets"]
    chosen = [{"Name": "vpc-id", "Values": [subnet["VpcId"]]}]
    group, *_ = ec2.describe_security_groups(Filters=chosen)["SecurityGroups"]
    trust = {"Effect": "Allow", "Principal": {"AWS": ACCOUNT_ID}, "Action": "sts:AssumeRole"}
    role = aws.client("iam").create_role(RoleName="deployer", AssumeRolePolicyDocument=render(trust))["Role"]
    return {
        "assume_role": role["Arn"],
        "redaction_secret": secrets.create_secret(Name="hashes", SecretString=HASH_KEY)["ARN"],
        "subnet_ids": [subnet["SubnetId"]],
        "security_group_ids": [group["GroupId"]],
    }


def list_refused(actions: set[str], heading: str) -> list[str]:
    """Return the actions that a part of docs/deploy.md does not allow, in its last policy or below it."""
    part = PAGE.read_text("utf-8").partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    block, below = part.rpartition("```json\n")[2].split("```")[:2]
    allowed = [action for statement in json.loads(block)["Statement"] for action in statement["Action"]]
    allowed += re.findall(r"`(\w+:[\w*]+)`", below)
    return [one for one in sorted(actions - FREE) if not any(fnmatchcase(one, pattern) for pattern in allowed)]


def live_and_go(project: Project, address: str = ADDRESS) -> None:
    """Deploy the main stack, feed it, see and deploy a change as CI does, and destroy it with what it holds."""
    outputs = project.deploy()
    assert feed(project, outputs) == ["one", f"two {address}"]
    assert "data: nothing that holds data" in project.diff(NOTHING_CHANGES)
    project.configure(lambda context: context.update(error_log_days=7))
    assert "data: nothing that holds data" in project.diff(SOMETHING_CHANGES)
    assert "Apply complete!" in project.deploy_unasked()
    assert "data: nothing that holds data" in project.diff(NOTHING_CHANGES)
    project.destroy()


def test_a_pull_request_with_the_state_in_a_bucket(tmp_path: Path) -> None:
    """A role deploys it into a network. It leaves nothing but the bucket of the states, whose own state is in it."""
    recorder = Recorder()
    with LocalAws(middlewares=[recorder]) as aws:
        rights, empty = build_rights(aws), describe(aws)
        project = Project(tmp_path, aws, PULL_REQUEST)
        project.configure(lambda context: context.update(rights))
        project.add_route(ROUTE)
        project.deploy(STATE_BACKEND)
        own = tmp_path / "terraform.StateBackend.acme-states.tfstate"
        assert json.loads(own.read_text())["resources"]
        project.configure(lambda context: context.update(state_in_bucket=True))
        project.cdktf("synth")
        project.terraform(STATE_BACKEND, "init", "-migrate-state", "-force-copy")
        assert "No changes." in project.terraform(STATE_BACKEND, "plan", "-detailed-exitcode", "-input=false")
        own.unlink()
        project.deploy()
        recorder.is_planning = True
        project.diff(NOTHING_CHANGES)
        recorder.is_planning = False
        live_and_go(project, hash_address())
        assert describe(aws).keys() - empty.keys() == {"bucket acme-states"}
        listed = aws.client("s3").list_objects_v2(Bucket="acme-states")["Contents"]
        assert [one["Key"] for one in listed] == ["StateBackend.tfstate", "tap-serverless/TapStackpr7.tfstate"]
        assert HASH_KEY.encode() not in read_states(aws, "acme-states")
        before = describe(aws)
        assert "Resource aws_s3_bucket.state_bucket" in project.try_to_destroy(STATE_BACKEND)
        assert describe(aws) == before
    assert recorder.by_key["local"] == {"sts:AssumeRole"}
    assert list_refused(recorder.actions, "What the deployer may do") == []
    assert list_refused(recorder.planned, "From pull requests") == []


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
