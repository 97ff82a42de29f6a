"""Say of each log service of AWS how it delivers to a bucket: who writes, under which key, in what form.

The bucket's policy, the endings that start the function, the checks of the setting, the samples of the demo and
`docs/sources.md` are made from this table. In its texts, `{account}` and `{region}` are those that the service delivers
from.
"""

from collections.abc import Mapping
from typing import Any

from stacks.sources.log_service import OWN_FOLDER, LogService

ACL = ("s3:GetBucketAcl",)
LIST = (*ACL, "s3:ListBucket")
DAY = "2026/05/04"
HIVE_FOLDER = "AWSLogs/aws-account-id={account}/*"
"""Where a service that CloudWatch Logs delivers writes if it is asked for prefixes that Hive understands."""
BALANCING = "logdelivery.elasticloadbalancing.amazonaws.com"


def _make_vended(**facts: Any) -> LogService:
    """Return a service whose logs CloudWatch Logs delivers; `facts` are the fields in which these differ.

    - Its statements are those that it adds to a bucket's policy by itself if they are missing (Amazon CloudWatch Logs
      User Guide, Logs sent to Amazon S3 [V1]).
    - `s3:ListBucket` is not among them; that page advises it, because a look without it is logged as denied.
    """
    common: dict[str, Any] = {
        "principal": "delivery.logs.amazonaws.com",
        "source_account": True,
        "source_arn": "arn:aws:logs:{region}:{account}:*",
        "sends_acl": True,
        "looks": LIST,
        "adds_statements": True,
    }
    return LogService(**common | facts)


LOG_SERVICES: Mapping[str, LogService] = {
    "alb": LogService(
        title="Elastic Load Balancing: Application Load Balancer access logs",
        needs_s3_key=True,
        page="User Guide for Application Load Balancers: Enable access logs",
        principal=BALANCING,
        key=f"AWSLogs/{{account}}/elasticloadbalancing/{{region}}/{DAY}/{{account}}_elasticloadbalancing_{{region}}_"
        "app.shop.5f2d9a1b7c3e4d6f_20260504T1005Z_192.0.2.17_2k8x1q4z.log.gz",
        ending=".log.gz",
        format="alb",
    ),
    "nlb": _make_vended(
        title="Elastic Load Balancing: Network Load Balancer access logs",
        page="User Guide for Network Load Balancers: Enable access logs",
        key=f"AWSLogs/{{account}}/elasticloadbalancing/{{region}}/{DAY}/{{account}}_elasticloadbalancing_{{region}}_"
        "net.shop.0c1d2e3f4a5b6c7d_20260504T1005Z_5e2f8a3b.log.gz",
        ending=".log.gz",
        format="nlb",
    ),
    "clb": LogService(
        title="Elastic Load Balancing: Classic Load Balancer access logs",
        needs_s3_key=True,
        page="User Guide for Classic Load Balancers: Enable access logs",
        principal=BALANCING,
        key=f"AWSLogs/{{account}}/elasticloadbalancing/{{region}}/{DAY}/{{account}}_elasticloadbalancing_{{region}}_"
        "shop_20260504T1005Z_192.0.2.17_2k8x1q4z.log",
        ending=".log",
        compression="none",
        format="clb",
    ),
    "cloudtrail": LogService(
        title="AWS CloudTrail: trails",
        sends_acl=True,
        page="AWS CloudTrail User Guide: Amazon S3 bucket policy for CloudTrail",
        needs="for an organisation's trail `organization_id`, and its management account in `writer_accounts`",
        principal="cloudtrail.amazonaws.com",
        organization_folder="AWSLogs/{organization}/*",
        source_arn="arn:aws:cloudtrail:*:{account}:trail/*",
        looks=ACL,
        key=f"AWSLogs/{{account}}/CloudTrail/{{region}}/{DAY}/{{account}}_CloudTrail_{{region}}_20260504T1005Z_"
        "mKq2v8ZxT1bYw3Rd.json.gz",
        ending=".json.gz",
        format="cloudtrail",
    ),
    "s3_access": LogService(
        title="Amazon S3: server access logs",
        needs_s3_key=True,
        needs="logged buckets of the same account and region",
        folders=("*",),
        source_account=True,
        page="Amazon S3 User Guide: Enabling Amazon S3 server access logging",
        principal="logging.s3.amazonaws.com",
        source_arn="arn:aws:s3:::*",
        key="2026-05-04-10-05-12-3E57427F33A59F07",
        ending="",
        compression="none",
        format="s3_access",
    ),
    "vpc_flow": _make_vended(
        title="Amazon VPC: flow logs",
        needs="text as the file format: Parquet is not read",
        folders=(OWN_FOLDER, HIVE_FOLDER),
        page="Amazon VPC User Guide: Publish flow logs to Amazon S3",
        key=f"AWSLogs/{{account}}/vpcflowlogs/{{region}}/{DAY}/{{account}}_vpcflowlogs_{{region}}_"
        "fl-0a1b2c3d4e5f60718_20260504T1005Z_8f3c1d2e.log.gz",
        ending=".log.gz",
        format="vpc_flow",
    ),
    "waf": _make_vended(
        title="AWS WAF: web ACL traffic logs",
        page="AWS WAF Developer Guide: Amazon Simple Storage Service",
        key=f"AWSLogs/{{account}}/WAFLogs/{{region}}/shop/{DAY}/10/05/{{account}}_waflogs_{{region}}_shop_"
        "20260504T1005Z_7b1c9d3e.log.gz",
        ending=".log.gz",
        format="waf",
        refusal="WAF delivers only to buckets whose names begin with 'aws-waf-logs-': send its logs through Firehose, "
        "and choose 'firehose'",
    ),
    "route53": _make_vended(
        title="Amazon Route 53: Resolver query logs",
        page="Amazon Route 53 Developer Guide: AWS resources that you can send Resolver query logs to",
        key=f"AWSLogs/{{account}}/vpcdnsquerylogs/vpc-0a1b2c3d4e5f60718/{DAY}/"
        "vpc-0a1b2c3d4e5f60718_vpcdnsquerylogs_{account}_20260504T1005Z_2c4e6a8b.log.gz",
        ending=".log.gz",
        format="route53",
    ),
    "cloudfront": LogService(
        title="Amazon CloudFront: standard logs (legacy)",
        folders=("*",),
        page="Amazon CloudFront Developer Guide: Standard logging (legacy)",
        key="E2EXAMPLE1AB3C.2026-05-04-10.ab12cd34.gz",
        ending=".gz",
        format="cloudfront",
        refusal="CloudFront's old logs need a bucket with ACLs, and the stack's own has none: switch the distribution "
        "to standard logging v2, and choose 'cloudfront_v2'",
    ),
    "cloudfront_v2": _make_vended(
        title="Amazon CloudFront: standard logging v2",
        needs="plain text, W3C or JSON as the output format: Parquet is not read",
        folders=(OWN_FOLDER, HIVE_FOLDER),
        looks=(),
        source_arn="arn:aws:logs:us-east-1:{account}:delivery-source:*",
        page="Amazon CloudWatch Logs User Guide: Logs sent to Amazon S3 [V2]",
        key="AWSLogs/{account}/CloudFront/E2EXAMPLE1AB3C.2026-05-04-10.ab12cd34.gz",
        ending=".gz",
        format="cloudfront",
    ),
    "config": LogService(
        title="AWS Config: configuration history and snapshots",
        folders=("AWSLogs/{account}/Config/*",),
        sends_acl=True,
        source_account=True,
        page="AWS Config Developer Guide: Permissions for the Amazon S3 bucket",
        principal="config.amazonaws.com",
        looks=LIST,
        key="AWSLogs/{account}/Config/{region}/2026/5/4/ConfigHistory/{account}_Config_{region}_ConfigHistory_"
        "AWS::EC2::Instance_20260504T100512Z_20260504T100512Z_1.json.gz",
        ending=".json.gz",
        format="json_lines",
    ),
    "guardduty": LogService(
        title="Amazon GuardDuty: findings",
        needs="a KMS key whose policy lets the service do `kms:GenerateDataKey`; its ARN in `source_kms_keys`",
        source_account=True,
        opt_in_principal="guardduty.{region}.amazonaws.com",
        page="Amazon GuardDuty User Guide: Exporting findings",
        principal="guardduty.amazonaws.com",
        source_arn="arn:aws:guardduty:{region}:{account}:detector/*",
        looks=("s3:GetBucketLocation",),
        key=f"AWSLogs/{{account}}/GuardDuty/{{region}}/{DAY}/3f2b1a0c-9d8e-4f7a-b6c5-d4e3f2a1b0c9.jsonl.gz",
        ending=".jsonl.gz",
        format="json_lines",
        needs_kms_key=True,
    ),
    "firehose": LogService(
        title="Amazon Data Firehose: delivery streams",
        needs="a role that may `s3:PutObject`, and `kms:GenerateDataKey` with the bucket's key if there is one",
        folders=("*",),
        page="Amazon Data Firehose Developer Guide: Grant Firehose access to an Amazon S3 destination",
        key=f"{DAY}/10/orders-1-2026-05-04-10-05-12-3f2b1a0c-9d8e-4f7a-b6c5-d4e3f2a1b0c9",
        ending="",
        compression="as its stream says",
        format="as its records say",
    ),
    "cloudwatch_export": LogService(
        title="Amazon CloudWatch Logs: export tasks",
        needs="log groups of the stack's region",
        folders=("*",),
        sends_acl=True,
        source_account=True,
        page="Amazon CloudWatch Logs User Guide: Export log data to Amazon S3",
        principal="logs.{region}.amazonaws.com",
        source_arn="arn:aws:logs:{region}:{account}:log-group:*",
        looks=ACL,
        key="exportedlogs/3f2b1a0c-9d8e-4f7a-b6c5-d4e3f2a1b0c9/app/000000.gz",
        ending=".gz",
        format="cloudwatch_export",
    ),
    "lambda": LogService(
        title="AWS Lambda: logs of functions",
        page="AWS Lambda Developer Guide: Sending Lambda function logs to Amazon S3",
        folders=("*",),
        needs="a log group of the class DELIVERY, and a subscription filter whose role may `s3:PutObject`",
        key=f"app/{DAY}/10/3f2b1a0c-9d8e-4f7a-b6c5-d4e3f2a1b0c9.zst",
        is_key_documented=False,
        ending="",
        compression="zstd",
        format="aws_lambda",
    ),
    "codebuild": LogService(
        title="AWS CodeBuild: build logs",
        needs="a service role that may `s3:PutObject`",
        folders=("*",),
        page="AWS CodeBuild User Guide: Build output; Sample bucket for logs",
        key="build-log/3f2b1a0c-9d8e-4f7a-b6c5-d4e3f2a1b0c9.gz",
        ending=".gz",
        format="codebuild",
    ),
    "redshift": LogService(
        title="Amazon Redshift: audit logs",
        needs_s3_key=True,
        folders=("AWSLogs/{account}/redshift/*",),
        opt_in_principal="redshift.{region}.amazonaws.com",
        page="Amazon Redshift Management Guide: Database audit logging",
        principal="redshift.amazonaws.com",
        looks=ACL,
        key=f"AWSLogs/{{account}}/redshift/{{region}}/{DAY}/{{account}}_redshift_{{region}}_shop_useractivitylog_"
        "2026-05-04T10:05.gz",
        ending=".gz",
        format="redshift",
    ),
}


def merge_endings(endings: tuple[str, ...], services: tuple[str, ...]) -> tuple[str, ...]:
    """Return the endings of keys that start the function: those that are set, and those of the services.

    S3 refuses endings of which one ends another, so only the shortest ones are left. An empty ending is that of every
    key, and leaves no other. For example, `.log.gz` and `.json` with a service that writes `.gz` are `.json` and `.gz`.
    """
    wanted = dict.fromkeys((*endings, *(LOG_SERVICES[name].ending for name in services)))
    return tuple(ending for ending in wanted if not any(ending != other and ending.endswith(other) for other in wanted))
