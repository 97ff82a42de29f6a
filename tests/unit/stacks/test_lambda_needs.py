"""Lambda itself needs the rest of what the function's role allows: without any one of these actions something fails."""

import io
import json
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from emulator.aws.local_aws import ACCOUNT_ID, LocalAws
from stacks.iam import Grants, build_function_policy
from tests.support.roles import TRUST, render
from tests.unit.stacks.needs import BY_LAMBDA, list_smaller_policies

pytestmark = [pytest.mark.server, pytest.mark.slow]

SAID = "the function ran"
HANDLER = f"def handle(event, context):\n    print({SAID!r})\n"
QUEUE = f"arn:aws:sqs:us-east-1:{ACCOUNT_ID}:asked-"
FUNCTION = "asked"
LOGS = f"arn:aws:logs:us-east-1:{ACCOUNT_ID}:log-group:/aws/lambda/{FUNCTION}"


class Account:
    """An account with queues and a network, in which a function is created with one policy after another."""

    def __init__(self, aws: LocalAws, log: Path) -> None:
        self._iam, self._functions, self._log = aws.client("iam"), aws.client("lambda"), log
        for name in ("work", "dead"):
            aws.client("sqs").create_queue(QueueName=f"asked-{name}")
        (subnet, *_) = aws.client("ec2").describe_subnets()["Subnets"]
        groups = aws.client("ec2").describe_security_groups()["SecurityGroups"]
        group = next(one["GroupId"] for one in groups if one["VpcId"] == subnet["VpcId"])
        self._network = {"SubnetIds": [subnet["SubnetId"]], "SecurityGroupIds": [group]}
        self._role = self._iam.create_role(RoleName="asked", AssumeRolePolicyDocument=render(TRUST))["Role"]["Arn"]
        code = io.BytesIO()
        with zipfile.ZipFile(code, "w") as archive:
            archive.writestr("app.py", HANDLER)
        self._code = code.getvalue()

    def observe(self, policy: str) -> list[str]:
        """Return what becomes of a function whose role has this policy."""
        self._iam.put_role_policy(RoleName="asked", PolicyName="own", PolicyDocument=policy)
        self._log.write_bytes(b"")
        try:
            self._create()
            mapping = self._functions.create_event_source_mapping(EventSourceArn=f"{QUEUE}work", FunctionName=FUNCTION)
        except ClientError as error:
            return [error.response["Error"]["Code"], error.response["Error"]["Message"]]
        self._functions.delete_event_source_mapping(UUID=mapping["UUID"])
        self._functions.invoke(FunctionName=FUNCTION, Payload=b"{}")
        return [line for line in self._log.read_text().splitlines() if line == SAID]

    def _create(self) -> None:
        """Create the function, in place of the one before."""
        with suppress(self._functions.exceptions.ResourceNotFoundException):
            self._functions.delete_function(FunctionName=FUNCTION)
        self._functions.create_function(
            FunctionName=FUNCTION,
            Runtime="python3.11",
            Role=self._role,
            Handler="app.handle",
            Code={"ZipFile": self._code},
            VpcConfig=self._network,
            DeadLetterConfig={"TargetArn": f"{QUEUE}dead"},
        )


@pytest.fixture
def account(tmp_path: Path) -> Iterator[Account]:
    with LocalAws(log_dir=tmp_path) as aws:
        yield Account(aws, tmp_path / f"{FUNCTION}.log")


def build_policy() -> Any:
    """Return the policy of a function in a network."""
    grants = Grants(
        source_buckets=["arn:aws:s3:::source"],
        source_objects=["arn:aws:s3:::source/*"],
        kms_keys=[],
        data_key="",
        redaction_secret="",
        in_network=True,
        log_table="arn:aws:dynamodb:us-east-1:123456789012:table/logs",
        ledger_table="arn:aws:dynamodb:us-east-1:123456789012:table/ledger",
        error_archive="arn:aws:s3:::archive",
        work_queue=f"{QUEUE}work",
        dead_letter_queue=f"{QUEUE}dead",
        log_group=LOGS,
    )
    return json.loads(build_function_policy(grants))


def test_without_any_action_lambda_fails(account: Account) -> None:
    """The function cannot be created, its queue cannot be mapped, or nothing is heard of it."""
    policy = build_policy()
    actions = {action for statement in policy["Statement"] for action in statement["Action"]}
    assert actions >= BY_LAMBDA
    whole = account.observe(json.dumps(policy))
    assert whole == [SAID]
    smaller = dict(list_smaller_policies(policy, actions - BY_LAMBDA))
    assert len(smaller) == len(BY_LAMBDA)
    assert [name for name, one in smaller.items() if account.observe(one) == whole] == []
