"""Production by the pinned cdktf command line in the local AWS, to a destroy that is refused and one that is meant.

The deployment has three sources: the stack's own bucket, one that exists, and one of another account.
"""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from emulator.aws.local_aws import LocalAws
from tests.integration.other_buckets import OURS, SOURCES, THEIRS, OtherBuckets
from tests.integration.project import STATE_BACKEND, Project, describe

pytestmark = pytest.mark.integration

NOTHING_CHANGES = 0
PRODUCTION = {"STACK_NAME_SUFFIX": "prod"}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    with LocalAws() as aws:
        yield Project(tmp_path_factory.mktemp("project"), aws, PRODUCTION)


@pytest.fixture(scope="module")
def others(project: Project) -> OtherBuckets:
    """Return the buckets that exist before anything is deployed."""
    return OtherBuckets(project.aws, project.folder / "owner")


@pytest.fixture(scope="module")
def deployed(project: Project, others: OtherBuckets) -> dict[str, Any]:
    """Both stacks, deployed as the README says; the outputs of the main one."""
    before = others.describe()
    project.configure(lambda context: context.update(sources=SOURCES))
    project.cdktf("synth")
    project.deploy(STATE_BACKEND)
    outputs = project.deploy()
    assert others.describe() == before
    return outputs


def test_nothing_is_left_to_change_after_a_deploy(project: Project, deployed: dict[str, Any]) -> None:
    """`terraform plan -detailed-exitcode` answers 0 for both stacks (2 would be a change)."""
    assert deployed["S3SourceBucket"]
    for stack in (STATE_BACKEND, project.stack):
        said = project.terraform(stack, "plan", "-detailed-exitcode", "-input=false", "-lock=false")
        assert "No changes." in said


def test_diff_says_that_there_is_nothing_to_do(project: Project, deployed: dict[str, Any]) -> None:
    """`make diff`, as CI runs it: for people, and with Terraform's exit code."""
    assert deployed["LambdaFunctionName"]
    said = project.diff(NOTHING_CHANGES)
    assert "No changes." in said
    assert said.endswith("data: nothing that holds data would be destroyed or replaced\n")


def test_the_state_is_in_the_bucket(project: Project, deployed: dict[str, Any]) -> None:
    """The main stack's state is an encrypted object of the state backend's bucket; no lock is left."""
    assert deployed["DLQQueueURL"]
    s3 = project.aws.client("s3")
    (bucket,) = (entry["Name"] for entry in s3.list_buckets()["Buckets"] if "-state-" in entry["Name"])
    keys = [entry["Key"] for entry in s3.list_objects_v2(Bucket=bucket)["Contents"]]
    assert [key.rpartition("/")[2] for key in keys] == [f"{project.stack}.tfstate"]


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


def test_logs_of_every_source_become_records(project: Project, deployed: dict[str, Any], others: OtherBuckets) -> None:
    """Keys by prefix and suffix of the bucket that exists; of the other account's after its owner did their part."""
    others.write(OURS, "app/a.log", b"ours\n")
    others.write(OURS, "app/a.txt", b"no suffix\n")
    others.write(OURS, "a.log", b"no prefix\n")
    others.write(THEIRS, "early.log", b"not forwarded yet\n")
    others.prepare(PRODUCTION | {"CDKTF_CONTEXT_JSON": json.dumps(project.read_context())})
    others.write(THEIRS, "b", b"theirs\n")
    assert project.aws.wait_until_idle(60)
    items = project.aws.read_table_items(deployed["DynamoDBTableName"])
    stored = {item["source_file"]["S"]: item["log_data"]["S"] for item in items}
    own = f"s3://{deployed['S3SourceBucket']}/"
    expected = {f"s3://{OURS}/app/a.log": "ours", f"s3://{THEIRS}/b": "theirs"}
    assert {file: text for file, text in stored.items() if not file.startswith(own)} == expected
    assert project.aws.read_queue_messages(deployed["DLQQueueURL"].rpartition("/")[2]) == []
    assert project.aws.undelivered_events == []


def test_production_is_not_destroyed(project: Project, deployed: dict[str, Any]) -> None:
    """The plan is refused for everything that holds data, and every resource is as it was, its guards too."""
    before = describe(project.aws)
    said = project.try_to_destroy()
    for address in ("aws_s3_bucket.source_bucket", "aws_dynamodb_table.logs_table", "aws_sqs_queue.work_queue"):
        assert f"Resource {address}" in said
    assert drop_states(describe(project.aws)) == drop_states(before)
    assert any(deployed["S3SourceBucket"] in name for name in before)


def test_it_is_destroyed_in_two_steps(project: Project, deployed: dict[str, Any], others: OtherBuckets) -> None:
    """After a deploy without protection, full buckets, tables, queues, the function, its role and log group go.

    Of the buckets that existed, notifications and policies are as they were.
    """
    before = others.describe()
    project.configure(lambda context: context["environments"]["prod"].update(protect=False, force_destroy=True))
    assert project.deploy() == deployed
    project.destroy()
    left = drop_states(describe(project.aws))
    assert sorted(left) == sorted([f"bucket {OURS}", f"queue {others.queue_url}", "bus default"])
    assert others.describe() == before


def drop_states(described: dict[str, Any]) -> dict[str, Any]:
    """Return all but the bucket of the states: Terraform may write one when it has looked at the sources' buckets."""
    return {name: value for name, value in described.items() if "-state-" not in name}
