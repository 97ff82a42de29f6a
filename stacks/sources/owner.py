"""Say what the owner of a bucket in another account adds: a rule that forwards its events, its role, and statements.

Sources: Amazon EventBridge User Guide, Sending and receiving events between AWS accounts; Amazon S3 User Guide, Bucket
owner granting cross-account bucket permissions; AWS KMS Developer Guide, Allowing users in other accounts to use a key.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from stacks.sources.policy import Statement

READ, LIST = ("s3:GetObject", "s3:GetObjectVersion"), ("s3:ListBucket",)
ADDRESS = "log_processor"
VERSION = "2012-10-17"


@dataclass(frozen=True, slots=True, kw_only=True)
class BucketReader:
    """Who reads: the function's role, and the bus on which it hears of objects, by their ARNs."""

    account: str
    role: str
    bus: str


def build_read_statements(reader: BucketReader, bucket: str, objects: str) -> list[Statement]:
    """Return what a bucket's policy needs so that the reader's role may read `objects`, and tell missing from denied.

    The role is named by a condition: S3 refuses a principal that does not exist yet, and forgets one that is made anew.
    """
    return [_admit(reader, "LogProcessorReads", READ, objects), _admit(reader, "LogProcessorLists", LIST, bucket)]


def build_key_statements(reader: BucketReader) -> list[Statement]:
    """Return what the policy of a KMS key needs so that the reader's role may decrypt objects."""
    return [_admit(reader, "LogProcessorDecrypts", ("kms:Decrypt",), "*")]


def build_forwarding(
    reader: BucketReader,
    *,
    owner: str,
    name: str,
    pattern: Mapping[str, Any],
    statements: Mapping[str, Sequence[Statement]],
) -> Mapping[str, Any]:
    """Return Terraform's JSON for the owner: rule, role and target; the statements are its outputs."""
    service = {"Service": "events.amazonaws.com"}
    account = {"StringEquals": {"aws:SourceAccount": owner}}
    trust = {"Effect": "Allow", "Principal": service, "Action": "sts:AssumeRole", "Condition": account}
    send = {"Effect": "Allow", "Action": "events:PutEvents", "Resource": reader.bus}
    role = f"${{aws_iam_role.{ADDRESS}"
    rule = f"${{aws_cloudwatch_event_rule.{ADDRESS}.name}}"
    resources = {
        "aws_cloudwatch_event_rule": {"name": name, "event_pattern": json.dumps(pattern)},
        "aws_iam_role": {"name": name, "assume_role_policy": _dump_policy(trust)},
        "aws_iam_role_policy": {"name": "put-events", "role": f"{role}.name}}", "policy": _dump_policy(send)},
        "aws_cloudwatch_event_target": {"rule": rule, "arn": reader.bus, "role_arn": f"{role}.arn}}"},
    }
    return {
        "resource": {kind: {ADDRESS: arguments} for kind, arguments in resources.items()},
        "output": {kind: {"value": list(some)} for kind, some in statements.items() if some},
    }


def _admit(reader: BucketReader, sid: str, actions: Sequence[str], resource: str) -> Statement:
    return {
        "Sid": sid,
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{reader.account}:root"},
        "Action": list(actions),
        "Resource": [resource],
        "Condition": {"ArnEquals": {"aws:PrincipalArn": reader.role}},
    }


def _dump_policy(*statements: Statement) -> str:
    return json.dumps({"Version": VERSION, "Statement": list(statements)})
