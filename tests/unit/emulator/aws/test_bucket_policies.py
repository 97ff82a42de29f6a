"""A bucket's policy is evaluated for services and roles of other accounts, and not for who runs the tests."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from emulator.aws.local_aws import ACCOUNT_ID, LocalAws
from emulator.aws.policies.callers import Caller

pytestmark = pytest.mark.server

BUCKET = "judged"
ANOTHER = "210987654321"
ALL = json.dumps({"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}})
STATEMENTS = [
    {
        "Effect": "Allow",
        "Principal": {"Service": "delivery.logs.amazonaws.com"},
        "Action": ["s3:PutObject", "s3:GetBucketAcl", "s3:GetBucketLocation"],
        "Resource": [f"arn:aws:s3:::{BUCKET}", f"arn:aws:s3:::{BUCKET}/AWSLogs/*"],
        "Condition": {"StringEquals": {"aws:SourceAccount": ACCOUNT_ID}},
    },
    {
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{ANOTHER}:root"},
        "Action": "s3:PutObject",
        "Resource": f"arn:aws:s3:::{BUCKET}/*",
        "Condition": {"StringEquals": {"s3:x-amz-acl": "bucket-owner-full-control"}},
    },
    {"Effect": "Deny", "Principal": "*", "Action": "s3:DeleteObject", "Resource": f"arn:aws:s3:::{BUCKET}/*"},
]
FOREIGN = Caller(account=ANOTHER, arn=f"arn:aws:iam::{ANOTHER}:role/app", policies=(ALL,))


@pytest.fixture(scope="module")
def aws() -> Iterator[LocalAws]:
    """Return a local AWS with a bucket whose policy is the one above."""
    with LocalAws() as running:
        s3 = running.client("s3")
        s3.create_bucket(Bucket=BUCKET)
        s3.put_bucket_policy(Bucket=BUCKET, Policy=json.dumps({"Statement": STATEMENTS}))
        yield running


def build_service(account: str) -> Caller:
    """Return the service that delivers logs, on behalf of an account."""
    return Caller(service="delivery.logs.amazonaws.com", keys={"aws:SourceAccount": account})


def is_denied(aws: LocalAws, caller: Caller | None, call: str, **arguments: Any) -> bool:
    """Tell whether S3 answers that access is denied."""
    try:
        getattr(aws.client("s3", caller), call)(Bucket=BUCKET, **arguments)
    except ClientError as error:
        if error.response["Error"]["Code"] != "AccessDenied":
            raise
        return True
    return False


def test_a_service_writes_where_and_for_whom_it_may(aws: LocalAws) -> None:
    """Its key, and the account on whose behalf it writes, are those of the statement."""
    assert not is_denied(aws, build_service(ACCOUNT_ID), "put_object", Key="AWSLogs/a.log", Body=b"a")
    assert is_denied(aws, build_service(ACCOUNT_ID), "put_object", Key="other/a.log", Body=b"a")
    assert is_denied(aws, build_service(ANOTHER), "put_object", Key="AWSLogs/a.log", Body=b"a")
    assert is_denied(aws, Caller(service="config.amazonaws.com"), "put_object", Key="AWSLogs/a.log", Body=b"a")


def test_what_is_asked_of_a_bucket_has_its_own_action(aws: LocalAws) -> None:
    """Its ACL and its region may be read, its objects may not be listed."""
    for call in ("get_bucket_acl", "get_bucket_location"):
        assert not is_denied(aws, build_service(ACCOUNT_ID), call)
    assert is_denied(aws, build_service(ACCOUNT_ID), "list_objects_v2")


def test_a_foreign_role_asks_for_the_acl_that_is_wanted(aws: LocalAws) -> None:
    """The header of the request is the condition key; the role's own policies have to allow it too."""
    acl = "bucket-owner-full-control"
    assert not is_denied(aws, FOREIGN, "put_object", Key="b.log", Body=b"b", ACL=acl)
    assert is_denied(aws, FOREIGN, "put_object", Key="b.log", Body=b"b")
    weak = Caller(account=ANOTHER, arn=FOREIGN.arn)
    assert is_denied(aws, weak, "put_object", Key="b.log", Body=b"b", ACL=acl)


def test_who_runs_the_tests_is_never_denied(aws: LocalAws) -> None:
    """Terraform and the operator are no callers, as before."""
    assert not is_denied(aws, None, "delete_object", Key="AWSLogs/a.log")
    own = Caller(account=ACCOUNT_ID, arn=f"arn:aws:iam::{ACCOUNT_ID}:role/all", policies=(ALL,))
    assert is_denied(aws, own, "delete_object", Key="AWSLogs/a.log")


def test_a_key_is_used_by_whom_its_policy_lets(aws: LocalAws) -> None:
    """To write with it a service is let in by the key; to read, a role by both, if the key lets the account decide."""
    statements = [
        {
            "Effect": "Allow",
            "Principal": {"Service": "delivery.logs.amazonaws.com"},
            "Action": "kms:GenerateDataKey",
            "Resource": "*",
            "Condition": {"StringEquals": {"aws:SourceAccount": ACCOUNT_ID}},
        },
        {
            "Effect": "Allow",
            "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT_ID}:root"},
            "Action": "kms:Decrypt",
            "Resource": "*",
        },
    ]
    kms = aws.client("kms")
    key, other = (
        kms.create_key(Policy=json.dumps({"Statement": chosen}))["KeyMetadata"]["Arn"]
        for chosen in (statements, statements[1:])
    )
    put: dict[str, Any] = {"Key": "AWSLogs/k.log", "Body": b"k", "ServerSideEncryption": "aws:kms"}
    assert is_denied(aws, build_service(ACCOUNT_ID), "put_object", **put, SSEKMSKeyId=other)
    assert not is_denied(aws, build_service(ACCOUNT_ID), "put_object", **put, SSEKMSKeyId=key)
    reads = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}
    for decrypts, denied in (([], True), ([{"Effect": "Allow", "Action": "kms:Decrypt", "Resource": key}], False)):
        policy = json.dumps({"Statement": [reads, *decrypts]})
        role = Caller(account=ACCOUNT_ID, arn=f"arn:aws:iam::{ACCOUNT_ID}:role/reader", policies=(policy,))
        assert is_denied(aws, role, "get_object", Key="AWSLogs/k.log") is denied


def test_a_bucket_that_enforces_its_owner_takes_no_other_acl(aws: LocalAws) -> None:
    """None, or the owner's full control; before the setting, any."""
    s3 = aws.client("s3")
    s3.create_bucket(Bucket="enforced")
    s3.put_object(Bucket="enforced", Key="before", ACL="public-read")
    rules = {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
    s3.put_bucket_ownership_controls(Bucket="enforced", OwnershipControls=rules)
    s3.put_object(Bucket="enforced", Key="without")
    s3.put_object(Bucket="enforced", Key="full", ACL="bucket-owner-full-control")
    refusals: list[dict[str, Any]] = [{"ACL": "log-delivery-write"}, {"GrantRead": 'id="0a1b2c"'}]
    for refused in refusals:
        with pytest.raises(ClientError, match="AccessControlListNotSupported"):
            s3.put_object(Bucket="enforced", Key="other", **refused)
