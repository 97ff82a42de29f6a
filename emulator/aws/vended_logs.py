"""Switch a delivery of logs on as CloudWatch Logs does: add its statements to the bucket's policy if they are missing.

Source: Amazon CloudWatch Logs User Guide, Logs sent to Amazon S3 [V1] and [V2]; Amazon VPC User Guide, Publish flow
logs to Amazon S3. How AWS compares is not documented: here all has to be equal but a statement's name and the order,
and there may be more actions.
"""

import json
from collections.abc import Mapping
from typing import Any

Statement = Mapping[str, Any]
SERVICE = "delivery.logs.amazonaws.com"
FULL_CONTROL = {"s3:x-amz-acl": "bucket-owner-full-control"}
FOLDER, HIVE_FOLDER = "AWSLogs/{}/*", "AWSLogs/aws-account-id={}/*"


def build_v1_statements(bucket: str, account: str, region: str, folder: str = FOLDER) -> list[Statement]:
    """Return what is added for VPC Flow Logs, WAF, Route 53 and Network Load Balancers."""
    arn = f"arn:aws:logs:{region}:{account}:*"
    look = _allow("AWSLogDeliveryAclCheck", "s3:GetBucketAcl", f"arn:aws:s3:::{bucket}", account, arn, {})
    return [look, _build_write(bucket, account, arn, folder)]


def build_v2_statements(bucket: str, account: str, folder: str = FOLDER) -> list[Statement]:
    """Return what is added for CloudFront, whose delivery sources are all in one region."""
    return [_build_write(bucket, account, f"arn:aws:logs:us-east-1:{account}:delivery-source:*", folder)]


def switch_delivery_on(s3: Any, bucket: str, statements: list[Statement]) -> list[Statement]:
    """Add to the bucket's policy those of the statements that it does not have; return them."""
    policy = json.loads(s3.get_bucket_policy(Bucket=bucket)["Policy"])
    missing = [one for one in statements if not any(_covers(other, one) for other in policy["Statement"])]
    if missing:
        s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps(policy | {"Statement": [*policy["Statement"], *missing]}))
    return missing


def _build_write(bucket: str, account: str, arn: str, folder: str) -> Statement:
    resource = f"arn:aws:s3:::{bucket}/{folder.format(account)}"
    return _allow("AWSLogDeliveryWrite", "s3:PutObject", resource, account, arn, FULL_CONTROL)


def _allow(sid: str, action: str, resource: str, account: str, arn: str, equals: Mapping[str, str]) -> Statement:
    return {
        "Sid": sid,
        "Effect": "Allow",
        "Principal": {"Service": SERVICE},
        "Action": action,
        "Resource": resource,
        "Condition": {
            "StringEquals": {**equals, "aws:SourceAccount": [account]},
            "ArnLike": {"aws:SourceArn": [arn]},
        },
    }


def _covers(present: Statement, wanted: Statement) -> bool:
    """Tell whether a statement of the policy is the one that is wanted."""
    elements = ("Effect", "Principal", "Resource", "Condition")
    return all(_normalize(present.get(name)) == _normalize(wanted[name]) for name in elements) and (
        _normalize(wanted["Action"]) <= _normalize(present.get("Action"))
    )


def _normalize(value: Any) -> Any:
    """Return a value in which the order, and a list around a single text, make no difference."""
    if isinstance(value, Mapping):
        return {name: _normalize(part) for name, part in value.items()}
    return frozenset(value if isinstance(value, list) else [value])
