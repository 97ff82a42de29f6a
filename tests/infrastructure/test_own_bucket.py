"""The bucket that the stack owns takes a prefix, statements, expiry and tiering."""

import json
from typing import Any

import pytest

from tests.infrastructure.conftest import Synthesized, synthesize_with

STATEMENT = {
    "Sid": "Audit",
    "Effect": "Allow",
    "Principal": {"AWS": "arn:aws:iam::210987654321:root"},
    "Action": "s3:GetObject",
    "Resource": ["{bucket}/in/*"],
}
SETTINGS = {
    "source_prefix": "in/",
    "source_statements": [STATEMENT],
    "source_eventbridge": False,
    "source_tiering_days": 30,
    "source_tiering_class": "STANDARD_IA",
    "source_expiry_days": 365,
}
Stack = dict[str, Any]


@pytest.fixture(scope="module")
def stack(synthesized: Synthesized, tmp_path_factory: pytest.TempPathFactory) -> Stack:
    assert synthesized.folder.is_dir()
    return synthesize_with(tmp_path_factory.mktemp("own"), SETTINGS).stack("TapStackdev")


def test_the_prefix_bounds_what_is_read(stack: Stack) -> None:
    """Other keys start no function, and the role may not read them."""
    notification = stack["resource"]["aws_s3_bucket_notification"]["source_notification"]
    assert {target["filter_prefix"] for target in notification["lambda_function"]} == {"in/"}
    policy = json.loads(stack["resource"]["aws_iam_role_policy"]["processor_policy"]["policy"])
    (reads,) = (one for one in policy["Statement"] if one["Sid"] == "ReadSource")
    assert reads["Resource"] == ["${aws_s3_bucket.source_bucket.arn}/in/*"]


def test_eventbridge_is_on_by_default(stack: Stack, tap_stack: Stack) -> None:
    """As in the original system; a setting switches it off."""
    switches = [one["resource"]["aws_s3_bucket_notification"]["source_notification"] for one in (tap_stack, stack)]
    assert [one["eventbridge"] for one in switches] == [True, False]


def test_further_statements_are_about_the_bucket(stack: Stack) -> None:
    """They follow those of the project; `{bucket}` is the bucket's ARN."""
    policy = json.loads(stack["resource"]["aws_s3_bucket_policy"]["source_policy"]["policy"])
    tls, audit = policy["Statement"]
    assert tls["Sid"] == "DenyUnencryptedTransport"
    arn = "arn:aws:s3:::tap-serverless-dev-source-${data.aws_caller_identity.account.account_id}"
    assert audit == STATEMENT | {"Resource": [f"{arn}/in/*"]}


def test_objects_are_moved_and_expire(stack: Stack, tap_stack: Stack) -> None:
    """By default they are kept as they are; old versions go in any case."""
    lifecycles = [
        one["resource"]["aws_s3_bucket_lifecycle_configuration"]["source_lifecycle"]["rule"]
        for one in (tap_stack, stack)
    ]
    assert [[rule["id"] for rule in rules] for rules in lifecycles] == [
        ["ExpireOldVersions"],
        ["ExpireOldVersions", "TierObjects", "ExpireObjects"],
    ]
    _, tiered, expired = lifecycles[1]
    assert tiered["transition"] == [{"days": 30, "storage_class": "STANDARD_IA"}]
    assert expired["expiration"] == [{"days": 365}]
