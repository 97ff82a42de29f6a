"""Add a bucket that keeps no versions to the deployed pipeline, with events and a permission to read it."""

import json
from collections.abc import Mapping
from typing import Any

from botocore.exceptions import ClientError

from emulator.aws.local_aws import LocalAws


def add_plain_bucket(aws: LocalAws, outputs: Mapping[str, Any]) -> str:
    """Create the bucket unless there is one, and return its name; each upload is told to the pipeline's function."""
    bucket, function = f"{outputs['S3SourceBucket']}-plain", outputs["LambdaFunctionName"]
    s3, deployed = aws.client("s3"), aws.client("lambda").get_function_configuration(FunctionName=function)
    try:
        s3.head_bucket(Bucket=bucket)
    except ClientError:
        s3.create_bucket(Bucket=bucket)
    allowed = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{bucket}/*"}
    aws.client("iam").put_role_policy(
        RoleName=deployed["Role"].rpartition("/")[2],
        PolicyName="read-plain-bucket",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [allowed]}),
    )
    notified = {"LambdaFunctionArn": deployed["FunctionArn"], "Events": ["s3:ObjectCreated:*"]}
    s3.put_bucket_notification_configuration(
        Bucket=bucket, NotificationConfiguration={"LambdaFunctionConfigurations": [notified]}
    )
    return bucket
