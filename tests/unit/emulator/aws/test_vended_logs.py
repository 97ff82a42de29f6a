"""The local AWS adds to a bucket's policy what a delivery needs and is not there."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from emulator.aws.local_aws import ACCOUNT_ID, REGION, LocalAws
from emulator.aws.vended_logs import HIVE_FOLDER, build_v1_statements, build_v2_statements, switch_delivery_on

pytestmark = pytest.mark.server

BUCKET = "delivered"
TLS = {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*", "Condition": {"Bool": {"a": "b"}}}


@pytest.fixture
def s3() -> Iterator[Any]:
    """Return a client of S3, in which a bucket has a policy with one statement."""
    with LocalAws() as aws:
        client = aws.client("s3")
        client.create_bucket(Bucket=BUCKET)
        client.put_bucket_policy(Bucket=BUCKET, Policy=json.dumps({"Statement": [TLS]}))
        yield client


def read_statements(s3: Any) -> list[Any]:
    """Return the statements of the bucket's policy."""
    return list(json.loads(s3.get_bucket_policy(Bucket=BUCKET)["Policy"])["Statement"])


def test_what_is_missing_is_added_once(s3: Any) -> None:
    """Behind what was there; another folder and the other version of delivery have statements of their own."""
    wanted = build_v1_statements(BUCKET, ACCOUNT_ID, REGION)
    assert switch_delivery_on(s3, BUCKET, wanted) == wanted
    assert read_statements(s3) == [TLS, *wanted]
    assert switch_delivery_on(s3, BUCKET, wanted) == []
    hive = build_v1_statements(BUCKET, ACCOUNT_ID, REGION, HIVE_FOLDER)
    assert switch_delivery_on(s3, BUCKET, hive) == hive[1:]
    assert len(switch_delivery_on(s3, BUCKET, build_v2_statements(BUCKET, ACCOUNT_ID))) == 1


def test_another_name_and_one_action_more_are_no_difference(s3: Any) -> None:
    """A condition that is not there is one."""
    look, write = build_v1_statements(BUCKET, ACCOUNT_ID, REGION)
    own = [
        {**look, "Sid": "Own", "Action": ["s3:ListBucket", "s3:GetBucketAcl"]},
        {**write, "Action": ["s3:PutObject"]},
    ]
    s3.put_bucket_policy(Bucket=BUCKET, Policy=json.dumps({"Statement": own}))
    assert switch_delivery_on(s3, BUCKET, [look, write]) == []
    s3.put_bucket_policy(Bucket=BUCKET, Policy=json.dumps({"Statement": [look, {**write, "Condition": {}}]}))
    assert switch_delivery_on(s3, BUCKET, [look, write]) == [write]
