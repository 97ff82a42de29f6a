"""Say how each log service really writes: as whom, with which condition keys, and what.

This is AWS's side, and written by hand: nothing here comes from the table of the stacks.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from emulator.aws.local_aws import ACCOUNT_ID, REGION
from emulator.aws.policies.callers import Caller
from tests.support.compressions import Compress, compress_gzip, compress_snappy_java, compress_zstd

FORMATS = Path(__file__).resolve().parents[1] / "fixtures" / "formats"
ANOTHER = "210987654321"
VENDED = f"arn:aws:logs:{REGION}:{{}}:delivery:0a1b2c3d"
BALANCING = "logdelivery.elasticloadbalancing.amazonaws.com"
FINDING = {
    "schemaVersion": "2.0",
    "accountId": ACCOUNT_ID,
    "id": "0a1b2c3d",
    "type": "Recon:EC2/PortProbeUnprotectedPort",
    "createdAt": "2026-05-04T10:05:12.000Z",
}
ITEM = {"configurationItemCaptureTime": "2026-05-04T10:05:12.000Z", "resourceType": "AWS::EC2::Instance"}
BUILD = "[Container] 2026/05/04 10:05:12.123456 Running command make test\n"


COMPRESSIONS: dict[str, Compress] = {
    "none": bytes,
    "gzip": compress_gzip,
    "zstd": compress_zstd,
    "as its stream says": compress_snappy_java,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """How a service writes.

    - `service`: its principal; empty if it uses a role of the account.
    - `source_arn`: on whose behalf, with `{}` for the account; empty if the service says nothing of it.
    - `sends_acl`: whether it asks for the bucket owner's full control.
    - `looks`: what it asks of the bucket, as methods of boto3's client.
    - `fixture`, `text`: what it writes, as a format's fixture or as it stands here; `records` says how many these are.
    """

    records: int
    fixture: str = ""
    text: str = ""
    service: str = ""
    source_arn: str = ""
    sends_account: bool = True
    sends_acl: bool = False
    looks: tuple[str, ...] = ()

    def build_caller(self, account: str, bucket: str) -> Caller:
        """Return who writes logs of an account."""
        if not self.service:
            return build_role(account, "s3:PutObject", f"arn:aws:s3:::{bucket}/*")
        keys = {"aws:SourceAccount": account} if self.sends_account else {}
        arn = {"aws:SourceArn": self.source_arn.format(account)} if self.source_arn else {}
        return Caller(service=self.service, keys=keys | arn)

    def build_arguments(self, key_arn: str) -> dict[str, Any]:
        """Return the arguments with which it puts objects; `key_arn` is the KMS key for services that need one."""
        acl = {"ACL": "bucket-owner-full-control"} if self.sends_acl else {}
        encrypted = {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": key_arn} if "guardduty" in self.service else {}
        return acl | encrypted

    def read_content(self) -> bytes:
        """Return the log before it is compressed."""
        return (FORMATS / f"{self.fixture}.log").read_bytes() if self.fixture else self.text.encode()


def build_role(account: str, action: str, resource: str) -> Caller:
    """Return a role that may do one thing."""
    policy = {"Statement": {"Effect": "Allow", "Action": action, "Resource": resource}}
    return Caller(account=account, arn=f"arn:aws:iam::{account}:role/writer", policies=(json.dumps(policy),))


def compress(content: bytes, compression: str) -> bytes:
    """Return a log as its service compresses it; a stream of Firehose may be set to Snappy."""
    return COMPRESSIONS[compression](content)


def _make_vended(fixture: str, records: int) -> Delivery:
    return Delivery(
        fixture=fixture,
        records=records,
        service="delivery.logs.amazonaws.com",
        source_arn=VENDED,
        sends_acl=True,
        looks=("get_bucket_acl", "list_objects_v2"),
    )


DELIVERIES = {
    "alb": Delivery(fixture="aws/alb--entries", records=4, service=BALANCING, sends_account=False),
    "nlb": _make_vended("aws/nlb--tls", 2),
    "clb": Delivery(fixture="aws/clb--entries", records=4, service=BALANCING, sends_account=False),
    "cloudtrail": Delivery(
        fixture="aws/cloudtrail--events",
        records=2,
        service="cloudtrail.amazonaws.com",
        source_arn="arn:aws:cloudtrail:eu-west-1:{}:trail/audit",
        sends_account=False,
        sends_acl=True,
        looks=("get_bucket_acl",),
    ),
    "s3_access": Delivery(
        fixture="aws/s3_access--entries",
        records=3,
        service="logging.s3.amazonaws.com",
        source_arn="arn:aws:s3:::shop",
    ),
    "vpc_flow": _make_vended("aws/vpc_flow--header", 2),
    "waf": _make_vended("aws/waf--lines", 2),
    "route53": _make_vended("aws/route53--lines", 2),
    "cloudfront": Delivery(fixture="aws/cloudfront--header", records=0),
    "cloudfront_v2": Delivery(
        fixture="aws/cloudfront--v2_w3c",
        records=4,
        service="delivery.logs.amazonaws.com",
        source_arn="arn:aws:logs:us-east-1:{}:delivery-source:shop",
        sends_acl=True,
    ),
    "config": Delivery(
        text=json.dumps({"fileVersion": "1.0", "configurationItems": [ITEM, ITEM | {"resourceId": "i-0a1b"}]}),
        records=2,
        service="config.amazonaws.com",
        source_arn=f"arn:aws:config:{REGION}:{{}}:0a1b",
        sends_acl=True,
        looks=("get_bucket_acl", "list_objects_v2"),
    ),
    "guardduty": Delivery(
        text=f"{json.dumps(FINDING)}\n",
        records=1,
        service="guardduty.amazonaws.com",
        source_arn=f"arn:aws:guardduty:{REGION}:{{}}:detector/0a1b",
        looks=("get_bucket_location",),
    ),
    "firehose": Delivery(text='{"time": "2026-05-04T10:05:12Z", "message": "sold"}\n' * 2, records=2),
    "cloudwatch_export": Delivery(
        fixture="aws/cloudwatch_export--aws",
        records=6,
        service=f"logs.{REGION}.amazonaws.com",
        source_arn=f"arn:aws:logs:{REGION}:{{}}:log-group:app",
        sends_acl=True,
        looks=("get_bucket_acl",),
    ),
    "lambda": Delivery(fixture="aws/aws_lambda--plain", records=17),
    "codebuild": Delivery(text=BUILD * 3, records=3),
    "redshift": Delivery(
        fixture="aws/redshift--user_activity",
        records=6,
        service="redshift.amazonaws.com",
        sends_account=False,
        looks=("get_bucket_acl",),
    ),
}
