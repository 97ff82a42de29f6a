"""Add a bucket that keeps no versions to the deployed pipeline, with events and a permission to read it for a while."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from botocore.exceptions import ClientError

from emulator.aws.local_aws import LocalAws
from emulator.chaos.releases import find_live_arn

POLICY = "read-plain-bucket"


def add_plain_bucket(aws: LocalAws, outputs: Mapping[str, Any]) -> str:
    """Create the bucket unless there is one, and return its name; each upload is told to the pipeline's function."""
    bucket, s3 = f"{outputs['S3SourceBucket']}-plain", aws.client("s3")
    try:
        s3.head_bucket(Bucket=bucket)
    except ClientError:
        s3.create_bucket(Bucket=bucket)
    live = find_live_arn(aws.client("lambda"), outputs["LambdaFunctionName"])
    notified = {"LambdaFunctionArn": live, "Events": ["s3:ObjectCreated:*"]}
    s3.put_bucket_notification_configuration(
        Bucket=bucket, NotificationConfiguration={"LambdaFunctionConfigurations": [notified]}
    )
    return bucket


@contextmanager
def allow_reading(aws: LocalAws, outputs: Mapping[str, Any], bucket: str) -> Iterator[None]:
    """Allow the pipeline's function to read the bucket within the block; after it, its role is as it was before."""
    iam, functions = aws.client("iam"), aws.client("lambda")
    role = functions.get_function_configuration(FunctionName=outputs["LambdaFunctionName"])["Role"].rpartition("/")[2]
    allowed = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{bucket}/*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [allowed]})
    iam.put_role_policy(RoleName=role, PolicyName=POLICY, PolicyDocument=document)
    try:
        yield
    finally:
        iam.delete_role_policy(RoleName=role, PolicyName=POLICY)
