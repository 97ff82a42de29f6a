"""Every command has a job, and the page of security says which."""

import re
from pathlib import Path
from typing import Any

import pytest

from ops.cli import COMMANDS
from ops.policies import JOBS, Job, PolicyScope, build_policy
from stacks.config import load

PAGE = Path(__file__).resolve().parents[3] / "docs" / "security.md"
ROW = re.compile(r"^\| `(?P<job>\w+)` \| (?P<commands>`[^|]+`) \|", re.MULTILINE)
ACCOUNT = "123456789012"
OUTPUTS = {
    "S3SourceBucketArn": "arn:aws:s3:::source",
    "ErrorArchiveBucketArn": "arn:aws:s3:::errors",
    "DynamoDBTableArn": "arn:aws:dynamodb:us-east-1:123456789012:table/logs",
    "LedgerTableArn": "arn:aws:dynamodb:us-east-1:123456789012:table/ledger",
    "LambdaFunctionArn": "arn:aws:lambda:us-east-1:123456789012:function:processor",
    "DLQQueueArn": "arn:aws:sqs:us-east-1:123456789012:letters",
    "WorkQueueArn": "arn:aws:sqs:us-east-1:123456789012:work",
}


def list_actions(job: Job, **settings: Any) -> list[tuple[str, str]]:
    """Return each action of a job's policy with each resource that it is granted on."""
    config = load({"app_name": "tap-serverless", **settings}, {})
    statements = build_policy(job, PolicyScope(config, ACCOUNT, OUTPUTS))["Statement"]
    return [(action, one) for each in statements for action in each["Action"] for one in each["Resource"]]


def test_every_command_has_one_job() -> None:
    """A new command is in one of them."""
    names = [name for commands in JOBS.values() for name in commands]
    assert len(names) == len(set(names))
    assert {command.__name__ for command in COMMANDS} <= set(names)


def test_the_page_says_which_command_is_of_which_job() -> None:
    """Its table is that of the code."""
    table = {row["job"]: tuple(re.findall(r"`([^`]+)`", row["commands"])) for row in ROW.finditer(PAGE.read_text())}
    assert table == dict(JOBS)


def test_a_job_may_do_what_those_before_it_may() -> None:
    """Each policy has all of the one before, and more."""
    read, redrive, admin = (set(list_actions(job)) for job in JOBS)
    assert read < redrive < admin


def test_nobody_who_reads_may_write() -> None:
    """The verbs of the read policy are those of looking."""
    verbs = {re.match(r"[A-Z][a-z]+", action.partition(":")[2])[0] for action, _ in list_actions("read")}  # type: ignore[index]
    assert verbs == {"Batch", "Describe", "Query", "Scan", "Get", "List", "Decrypt"} - {"Decrypt"}


def test_no_action_is_granted_on_everything() -> None:
    """But the alarms, which have no names in a policy."""
    assert {action for action, resource in list_actions("admin") if resource == "*"} == {"cloudwatch:DescribeAlarms"}


@pytest.mark.parametrize(
    ("settings", "action", "resource"),
    [
        ({"data_key": "create"}, "kms:Decrypt", f"arn:aws:kms:us-east-1:{ACCOUNT}:key/*"),
        (
            {"data_key": f"arn:aws:kms:us-east-1:{ACCOUNT}:key/k"},
            "kms:GenerateDataKey",
            f"arn:aws:kms:us-east-1:{ACCOUNT}:key/k",
        ),
        ({}, "s3:GetObject", "arn:aws:s3:::tap-serverless-state-us-east-1/tap-serverless/TapStackdev.tfstate"),
    ],
)
def test_settings_ask_for_their_resources(settings: dict[str, Any], action: str, resource: str) -> None:
    """Keys that encrypt, and the state that has the outputs."""
    assert (action, resource) in list_actions("admin", **settings)
