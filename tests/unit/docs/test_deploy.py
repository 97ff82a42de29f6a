"""The policies of `docs/deploy.md` allow what Terraform does, and what services do by the rights of who deploys."""

import json
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest

from emulator.aws.policies.callers import AccessRequest, Caller
from emulator.aws.policies.decision import is_allowed
from tests.integration.deployer import FOR_NO_RESOURCE

PAGE = Path(__file__).resolve().parents[3] / "docs" / "deploy.md"
ACCOUNT = "123456789012"
KEY = f"arn:aws:kms:us-east-1:{ACCOUNT}:key/0a1b2c3d"
FUNCTION = f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:tap-serverless-prod-log-processor"
BY_ACCOUNT = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, "Action": "kms:*"}
KEY_POLICY = json.dumps({"Statement": [{**BY_ACCOUNT, "Resource": "*"}]})
"""What lets the account's own policies grant the use of a key, as in the policy of `stacks/encryption.py`."""
BY_LAMBDA = {"kms:ViaService": "lambda.us-east-1.amazonaws.com"}
TABLE_KEY = ("Encrypt", "Decrypt", "ReEncryptFrom", "ReEncryptTo", "GenerateDataKey", "DescribeKey", "CreateGrant")
"""What DynamoDB does with a key by the rights of who names it for a table.

Source: Amazon DynamoDB Developer Guide, Encryption at rest usage notes: Key policy for a customer managed key.
"""
FUNCTION_KEY = ("Encrypt", "CreateGrant", "Decrypt")
"""What Lambda does with a key by the rights of who names it for a function's variables, and of who reads them.

Source: AWS Lambda Developer Guide, Securing Lambda environment variables.
"""


def read_policy(heading: str) -> str:
    """Return the last policy of a part of the page."""
    part = PAGE.read_text("utf-8").partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    return part.rpartition("```json\n")[2].partition("```")[0]


DEPLOYS, PLANS = read_policy("What the deployer may do"), read_policy("From pull requests")


def may(policy: str, action: str, resource: str, keys: dict[str, Any]) -> bool:
    caller = Caller(account=ACCOUNT, arn=f"arn:aws:iam::{ACCOUNT}:role/deployer", policies=(policy,))
    return is_allowed(AccessRequest(caller, action, resource, ACCOUNT, keys), KEY_POLICY if resource == KEY else "")


@pytest.mark.parametrize("policy", [DEPLOYS, PLANS], ids=["deploy", "plan"])
def test_an_action_for_no_resource_is_allowed_on_all(policy: str) -> None:
    """AWS denies it to who may do it to a named resource alone (Service Authorization Reference)."""
    statements = json.loads(policy)["Statement"]
    named = {action for one in statements if one["Resource"] != "*" for action in one["Action"]}
    granted = {action for one in statements if one["Resource"] == "*" for action in one["Action"]}
    matched = {one for one in FOR_NO_RESOURCE if any(fnmatchcase(one, pattern) for pattern in named)}
    assert {one for one in matched if not any(fnmatchcase(one, pattern) for pattern in granted)} == set()


def test_who_deploys_creates_a_mapping_of_the_function() -> None:
    """Of a function of the project alone: what a mapping starts is a condition, since its ARN is not known before."""
    starts = {"lambda:FunctionArn": f"{FUNCTION}:live"}
    assert may(DEPLOYS, "lambda:CreateEventSourceMapping", "*", starts)
    other = {"lambda:FunctionArn": FUNCTION.replace("tap-serverless", "other")}
    assert not may(DEPLOYS, "lambda:CreateEventSourceMapping", "*", other)


@pytest.mark.parametrize("action", sorted({*TABLE_KEY, *FUNCTION_KEY}))
def test_who_deploys_lets_services_use_the_data_key(action: str) -> None:
    assert may(DEPLOYS, f"kms:{action}", KEY, {})


def test_who_plans_sees_variables_that_a_key_encrypts() -> None:
    """Else Lambda answers with an error in their place, and each plan adds them again; nothing else is decrypted."""
    assert may(PLANS, "kms:Decrypt", KEY, BY_LAMBDA)
    assert not may(PLANS, "kms:Decrypt", KEY, {"kms:ViaService": "s3.us-east-1.amazonaws.com"})
    assert not may(PLANS, "kms:Decrypt", KEY, {})
