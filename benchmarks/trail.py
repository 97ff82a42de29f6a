"""Make events as CloudTrail writes them, a line each: users, roles and services that call AWS."""

import json
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

CALLS = {
    "ec2": ("DescribeInstances", "RunInstances", "DescribeVolumes"),
    "s3": ("GetBucketAcl", "PutObject", "ListBuckets"),
    "sts": ("AssumeRole", "GetCallerIdentity"),
    "kms": ("Decrypt", "GenerateDataKey"),
}
ACCOUNT = "123456789012"
AGENTS = ("aws-cli/2.15.30", "Boto3/1.34.69", "aws-sdk-go-v2/1.26.0", "cloudformation.amazonaws.com")


def generate_trail(rng: random.Random, count: int) -> Iterator[str]:
    """Yield the events, each as a line of JSON."""
    moment = datetime(2026, 3, 2, 8, tzinfo=UTC)
    for _ in range(count):
        moment += timedelta(milliseconds=rng.randrange(50, 900))
        yield json.dumps(_make_event(rng, moment), separators=(",", ":"))


def _make_event(rng: random.Random, moment: datetime) -> dict[str, object]:
    service = rng.choice(list(CALLS))
    role = f"role-{rng.randrange(40)}"
    failed = rng.random() < 0.04
    return {
        "eventVersion": "1.09",
        "userIdentity": _make_identity(rng, role),
        "eventTime": f"{moment:%Y-%m-%dT%H:%M:%SZ}",
        "eventSource": f"{service}.amazonaws.com",
        "eventName": rng.choice(CALLS[service]),
        "awsRegion": rng.choice(("eu-central-1", "us-east-1")),
        "sourceIPAddress": f"198.51.100.{rng.randrange(1, 255)}",
        "userAgent": rng.choice(AGENTS),
        **({"errorCode": "AccessDenied", "errorMessage": f"{role} is not authorized"} if failed else {}),
        "requestParameters": {"bucketName": f"data-{rng.randrange(60)}", "key": f"{rng.randrange(16**10):010x}"},
        "responseElements": None,
        "requestID": f"{rng.randrange(16**16):016x}",
        "eventID": f"{rng.randrange(16**32):032x}",
        "readOnly": not failed,
        "eventType": "AwsApiCall",
        "managementEvent": True,
        "recipientAccountId": ACCOUNT,
        "eventCategory": "Management",
        "tlsDetails": {"tlsVersion": "TLSv1.3", "cipherSuite": "TLS_AES_128_GCM_SHA256"},
    }


def _make_identity(rng: random.Random, role: str) -> dict[str, object]:
    session = f"i-{rng.randrange(16**8):08x}"
    return {
        "type": "AssumedRole",
        "principalId": f"AROAEXAMPLE:{session}",
        "arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/{role}/{session}",
        "accountId": ACCOUNT,
        "accessKeyId": f"ASIA{rng.randrange(16**10):010X}",
        "sessionContext": {
            "sessionIssuer": {"type": "Role", "arn": f"arn:aws:iam::{ACCOUNT}:role/{role}", "userName": role},
            "attributes": {"creationDate": "2026-03-02T07:50:11Z", "mfaAuthenticated": "false"},
        },
    }
