"""A run that ends leaves the function's role as it was, however it ends."""

import io
import zipfile
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any, cast

import boto3
import pytest
from moto import mock_aws

from emulator.chaos.deployed import DeployedPipeline
from emulator.chaos.plain_bucket import add_plain_bucket, allow_reading
from emulator.chaos.policy import DENIALS, DENIED, BrokenPolicy

OUTPUTS = {"LambdaFunctionName": "app", "S3SourceBucket": "source"}


@pytest.fixture
def pipeline(monkeypatch: pytest.MonkeyPatch) -> Iterator[DeployedPipeline]:
    """Yield a function with a role that has no policies."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "local")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "local")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)

    def client(service: Any) -> Any:
        return boto3.client(service, region_name="us-east-1")

    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("app.py", "")
    with mock_aws():
        role = client("iam").create_role(RoleName="app", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
        client("lambda").create_function(
            FunctionName="app",
            Runtime="python3.11",
            Role=role,
            Handler="app.handle",
            Code={"ZipFile": code.getvalue()},
            Publish=True,
        )
        client("lambda").create_alias(FunctionName="app", Name="live", FunctionVersion="1")
        yield cast("DeployedPipeline", SimpleNamespace(aws=SimpleNamespace(client=client), outputs=OUTPUTS))


def list_policies(pipeline: DeployedPipeline) -> list[str]:
    names: list[str] = pipeline.aws.client("iam").list_role_policies(RoleName="app")["PolicyNames"]
    return names


@pytest.mark.parametrize("reads", [0, 1, DENIALS, DENIALS + 1])
def test_the_policy_is_mended_after_enough_reads_or_at_the_end(pipeline: DeployedPipeline, reads: int) -> None:
    """Reads of other objects do not count."""
    policy = BrokenPolicy(pipeline, "run/")
    with policy.deny():
        for _ in range(reads):
            policy.notice_read("run/other.log")
            policy.notice_read(f"run/{DENIED}a.log")
        assert bool(list_policies(pipeline)) is (reads < DENIALS)
    assert list_policies(pipeline) == []


def test_a_run_that_fails_leaves_no_policy(pipeline: DeployedPipeline) -> None:
    """Neither the broken one, nor that which allows to read the bucket without versions."""
    bucket = add_plain_bucket(pipeline.aws, pipeline.outputs)

    def fail() -> None:
        with allow_reading(pipeline.aws, pipeline.outputs, bucket), BrokenPolicy(pipeline, "run/").deny():
            raise ZeroDivisionError(*list_policies(pipeline))

    with pytest.raises(ZeroDivisionError, match="read-plain-bucket") as caught:
        fail()
    assert len(caught.value.args) == 2
    assert list_policies(pipeline) == []
