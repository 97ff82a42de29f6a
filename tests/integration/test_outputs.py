"""`ops outputs` against states that the real Terraform wrote into the S3 backend of the local AWS."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest

from emulator.aws.local_aws import LocalAws
from emulator.deploy.terraform import build_cli_environment
from toolchain.terraform import find_terraform

pytestmark = pytest.mark.integration

OPS = Path(sys.executable).parent / "ops"
BUCKET = "kept-states"
BACKEND = {"bucket": BUCKET, "key": "tap-serverless/TapStackdev.tfstate", "region": "us-east-1", "use_lockfile": True}
CONFIGURING = (
    "STACK_NAME_SUFFIX",
    "STATE_BACKEND",
    "STATE_BUCKET",
    "CDKTF_CONTEXT_JSON",
    "TF_WORKSPACE",
    "AWS_PROFILE",
)


@pytest.fixture
def environ(tmp_path: Path) -> Iterator[dict[str, str]]:
    """Yield the environment of a shell whose commands go to a local AWS that has a bucket for states."""
    with LocalAws() as aws:
        own = {name: value for name, value in os.environ.items() if name not in CONFIGURING}
        found = own | build_cli_environment(tmp_path / "cli") | aws.build_environment() | {"STATE_BUCKET": BUCKET}
        session = boto3.Session(found["AWS_ACCESS_KEY_ID"], found["AWS_SECRET_ACCESS_KEY"], region_name="us-east-1")
        session.client("s3", endpoint_url=aws.endpoint_url).create_bucket(Bucket=BUCKET)
        yield found


def applied(folder: Path, value: str, environ: dict[str, str]) -> None:
    """Apply a stack that has an output and nothing else."""
    folder.mkdir(exist_ok=True)
    stack = {"terraform": {"backend": {"s3": BACKEND}}, "output": {"S3SourceBucket": {"value": value}}}
    (folder / "cdk.tf.json").write_text(json.dumps(stack))
    for words in (["init", "-input=false"], ["apply", "-input=false", "-auto-approve"]):
        subprocess.run([str(find_terraform()), *words], cwd=folder, env=environ, capture_output=True, check=True)


def asked(folder: Path, environ: dict[str, str]) -> str:
    """Return what `ops outputs S3SourceBucket` prints in a folder that is not the project's."""
    command = [str(OPS), "outputs", "S3SourceBucket"]
    return subprocess.run(command, cwd=folder, env=environ, capture_output=True, text=True, check=True).stdout


def test_the_state_of_the_backend_is_found(tmp_path: Path, environ: dict[str, str]) -> None:
    """It lies where Terraform has put it, whatever folder `ops` is called from."""
    applied(tmp_path / "stack", "a-bucket", environ)
    assert asked(tmp_path, environ) == "a-bucket\n"
    applied(tmp_path / "stack", "another-bucket", environ)
    assert asked(tmp_path, environ) == "another-bucket\n"
