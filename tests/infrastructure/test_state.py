"""Where the states lie, and that nobody works on another one by mistake."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
from log_processor.declaration import list_settings

from emulator.aws.local_aws import LocalAws
from emulator.deploy.terraform import build_cli_environment
from stacks.config import Config
from tests.infrastructure.conftest import run_main, synthesize
from tests.infrastructure.planning import Workspace
from toolchain.terraform import find_terraform

KEY = "arn:aws:kms:eu-west-1:123456789012:key/3f2b1a0c-9d8e-4f7a-b6c5-d4e3f2a1b0c9"
SETTINGS: dict[str, Any] = {
    "region": "us-east-1",
    "state_bucket": "acme-states",
    "state_region": "eu-west-1",
    "state_kms_key": KEY,
    "allowed_account_ids": ["123456789012"],
}


def test_the_bucket_of_the_states_has_its_region_and_key(tmp_path: Path) -> None:
    """Both stacks name them, and the bucket's looks the key up; its own state is a file named by account and bucket."""
    made = synthesize(tmp_path / "out", {"CDKTF_CONTEXT_JSON": json.dumps(SETTINGS)})
    bucket, main = made.stack("StateBackend"), made.stack("TapStackdev")
    backend = main["terraform"]["backend"]["s3"]
    assert (backend["bucket"], backend["region"], backend["kms_key_id"]) == ("acme-states", "eu-west-1", KEY)
    assert (main["provider"]["aws"][0]["region"], bucket["provider"]["aws"][0]["region"]) == ("us-east-1", "eu-west-1")
    own = bucket["terraform"]["backend"]["local"]["path"]
    assert own == "../../../terraform.StateBackend.123456789012.acme-states.tfstate"
    (encryption,) = bucket["resource"]["aws_s3_bucket_server_side_encryption_configuration"].values()
    by_default = encryption["rule"][0]["apply_server_side_encryption_by_default"]
    assert by_default == {"sse_algorithm": "aws:kms", "kms_master_key_id": KEY}
    assert bucket["data"]["aws_kms_key"]["state_kms_key_must_exist"]["key_id"] == KEY


@pytest.mark.parametrize(("keyed", "algorithm"), [(False, "AES256"), (True, "aws:kms")])
def test_a_state_is_encrypted_by_the_key_or_by_s3(tmp_path: Path, *, keyed: bool, algorithm: str) -> None:
    """It names the algorithm itself, whatever the bucket's own is: without `state_kms_key` that is S3's own key."""
    with LocalAws() as aws:
        bucket = f"acme-{'keyed' if keyed else 'plain'}"
        aws.client("s3").create_bucket(Bucket=bucket)
        settings = {"state_bucket": bucket} | ({"state_kms_key": create_key(aws, enabled=True)} if keyed else {})
        stack = synthesize(tmp_path / "out", {"CDKTF_CONTEXT_JSON": json.dumps(settings)}).stack("TapStackdev")
        backend = {"s3": stack["terraform"]["backend"]["s3"]}
        only_state = {"terraform": {"backend": backend}, "output": {"one": {"value": 1}}}
        (tmp_path / "main.tf.json").write_text(json.dumps(only_state))
        for arguments in (["init", "-input=false"], ["apply", "-auto-approve"]):
            environ = os.environ | aws.build_environment() | build_cli_environment(tmp_path / "terraform")
            subprocess.run([str(find_terraform()), *arguments], cwd=tmp_path, env=environ, check=True)
        state = aws.client("s3").head_object(Bucket=bucket, Key=backend["s3"]["key"])
    assert state["ServerSideEncryption"] == algorithm
    assert list_settings(Config)["state_kms_key"].doc.endswith("without one, S3's own key does.")


@pytest.mark.parametrize(
    ("enabled", "sentence"),
    [
        (None, "reading KMS Key ({key})"),
        (False, "state_kms_key is {key}, which is disabled: enable it, or name another one."),
    ],
)
def test_a_key_that_cannot_be_used_fails_the_plan(tmp_path: Path, *, enabled: bool | None, sentence: str) -> None:
    """It is named by its setting and its value, before the bucket is made."""
    with LocalAws() as aws:
        key = create_key(aws, enabled=enabled)
        settings = {"state_bucket": "acme-states", "state_kms_key": key}
        made = synthesize(tmp_path / "cdktf.out", {"CDKTF_CONTEXT_JSON": json.dumps(settings)})
        workspace = Workspace(made, "StateBackend", os.environ | aws.build_environment())
        said = " ".join(workspace.fail("plan", "-input=false", "-no-color").replace("│", " ").split())
    assert "data.aws_kms_key.state_kms_key_must_exist" in said
    assert sentence.format(key=key) in said


def create_key(aws: LocalAws, *, enabled: bool | None) -> str:
    """Return the ARN of a key that is enabled, disabled, or None of them, because there is no such key."""
    if enabled is None:
        return KEY.replace("eu-west-1", "us-east-1")
    keys = aws.client("kms")
    key = keys.create_key()["KeyMetadata"]
    if not enabled:
        keys.disable_key(KeyId=key["KeyId"])
    return str(key["Arn"])


def test_its_own_state_may_lie_in_it(tmp_path: Path) -> None:
    """There is one state of a bucket, whatever the application's name is."""
    settings = SETTINGS | {"state_in_bucket": True}
    stack = synthesize(tmp_path / "out", {"CDKTF_CONTEXT_JSON": json.dumps(settings)}).stack("StateBackend")
    backend = stack["terraform"]["backend"]["s3"]
    assert (backend["bucket"], backend["key"], backend["use_lockfile"]) == ("acme-states", "StateBackend.tfstate", True)


@pytest.mark.parametrize("state_in_bucket", [False, True])
def test_terraform_cloud_has_no_bucket(tmp_path: Path, *, state_in_bucket: bool) -> None:
    """It keeps the states itself."""
    settings = {"backend": "cloud", "cloud_organization": "example", "state_in_bucket": state_in_bucket}
    made = synthesize(tmp_path / "out", {"CDKTF_CONTEXT_JSON": json.dumps(settings), "TF_WORKSPACE": "blue"})
    assert [path.name for path in (made.folder / "stacks").iterdir()] == ["TapStackdev"]
    assert made.stack("TapStackdev")["terraform"]["cloud"]["workspaces"] == {"name": "blue"}


def test_a_forgotten_bucket_is_refused(tmp_path: Path) -> None:
    """Without STATE_BUCKET the plan was to replace the bucket that holds every state."""
    resource = {"type": "aws_s3_bucket", "name": "state_bucket", "instances": [{"attributes": {"bucket": "acme"}}]}
    (tmp_path / "terraform.StateBackend.acme.tfstate").write_text(json.dumps({"resources": [resource]}))
    finished = run_main(tmp_path / "out", {})
    assert finished.returncode == 1
    assert finished.stderr.startswith("error: terraform.StateBackend.acme.tfstate holds the state of the bucket 'acme'")
    assert finished.stderr.count("\n") == 1
    assert synthesize(tmp_path / "out", {"STATE_BUCKET": "acme"}).stack("StateBackend")


def test_other_accounts_are_refused(tmp_path: Path) -> None:
    """The provider is given the accounts, and a second one says which they are."""
    stack = synthesize(tmp_path, {"CDKTF_CONTEXT_JSON": json.dumps(SETTINGS)}).stack("TapStackdev")
    provider, unchecked = stack["provider"]["aws"]
    assert provider["allowed_account_ids"] == ["123456789012"]
    assert unchecked == {"alias": "unchecked", "region": "us-east-1"}
    (condition,) = stack["data"]["aws_caller_identity"]["credentials"]["lifecycle"]["postcondition"]
    assert "allowed_account_ids of 'dev' is 123456789012" in condition["error_message"]
