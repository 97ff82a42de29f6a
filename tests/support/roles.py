"""Create roles that Lambda may assume in a local AWS."""

import json
from collections.abc import Sequence
from typing import Any

from emulator.aws.local_aws import LocalAws

TRUST = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
POLLING = ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes")
"""What Lambda needs of a queue that feeds a function."""
LOGGING = ("logs:CreateLogStream", "logs:PutLogEvents")


def allow(actions: Sequence[str], resource: str) -> dict[str, Any]:
    """Return a statement that allows actions on a resource."""
    return {"Effect": "Allow", "Action": list(actions), "Resource": resource}


def create_role(aws: LocalAws, name: str, *statements: dict[str, Any]) -> str:
    """Create a role with these statements, and that which lets its function write a log; return the role's ARN."""
    iam = aws.client("iam")
    role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=render(TRUST))["Role"]
    policy = render(*statements, allow(LOGGING, "*"))
    iam.put_role_policy(RoleName=name, PolicyName="own", PolicyDocument=policy)
    return str(role["Arn"])


def render(*statements: dict[str, Any]) -> str:
    """Return the JSON of a policy."""
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})
