"""A policy gives a statement if one of its own allows as much and demands no more."""

import json
from typing import Any

import pytest

from ops.policy_gaps import find_missing
from stacks.sources.log_services import LOG_SERVICES
from stacks.sources.policy import build_delivery_statements, build_writer_statements

BUCKET = "arn:aws:s3:::acme-logs"
OWN, OTHER = "123456789012", "210987654321"
NEEDED: dict[str, Any] = {
    "Sid": "Needed",
    "Effect": "Allow",
    "Principal": {"Service": "delivery.logs.amazonaws.com"},
    "Action": ["s3:PutObject"],
    "Resource": [f"{BUCKET}/AWSLogs/{OWN}/*"],
    "Condition": {"StringEquals": {"aws:SourceAccount": [OWN]}},
}


def build_policy(*statements: Any) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


@pytest.mark.parametrize("service", LOG_SERVICES)
def test_what_the_project_writes_is_enough(service: str) -> None:
    """The statements of a service for two accounts, and of writers, are given by themselves, and by nothing else."""
    needed = [
        *build_delivery_statements(BUCKET, [service], accounts=(OWN, OTHER), region="eu-west-1"),
        *build_writer_statements(BUCKET, [OTHER], "o-a1b2c3d4e5"),
    ]
    assert find_missing(needed, build_policy(*needed)) == []
    assert find_missing(needed, "") == needed


@pytest.mark.parametrize(
    ("change", "gives"),
    [
        ({}, True),
        ({"Sid": "Another"}, True),
        ({"Action": "s3:*"}, True),
        ({"Action": "S3:Put*"}, True),
        ({"Resource": f"{BUCKET}/*"}, True),
        ({"Principal": "*"}, True),
        ({"Principal": {"Service": ["config.amazonaws.com", "delivery.logs.amazonaws.com"]}}, True),
        ({"Condition": {}}, True),
        ({"Condition": {"StringEquals": {"AWS:SourceAccount": [OWN, OTHER]}}}, True),
        ({"Effect": "Deny"}, False),
        ({"Action": ["s3:GetObject"]}, False),
        ({"Resource": f"{BUCKET}/AWSLogs/{OTHER}/*"}, False),
        ({"Principal": {"Service": "config.amazonaws.com"}}, False),
        ({"Condition": {"StringEquals": {"aws:SourceAccount": [OTHER]}}}, False),
        ({"Condition": {"StringEquals": {"aws:SourceAccount": [OWN], "s3:x-amz-acl": "private"}}}, False),
        ({"Condition": {"StringLike": {"aws:SourceAccount": [OWN]}}}, False),
    ],
)
def test_a_wider_statement_gives_what_is_needed(change: dict[str, Any], gives: bool) -> None:
    """One that is narrower, or about something else, does not."""
    assert (find_missing([NEEDED], build_policy(NEEDED | change)) == []) is gives
