"""Say what the bucket of the stack is called, and what a bucket's policy allows to log services and to others."""

from typing import Any

from stacks.config import Config, ConfigError
from stacks.config.own_bucket import BUCKET
from stacks.config.source import BucketSource
from stacks.iam import build_document, build_tls_statement
from stacks.sources.policy import Statement, build_delivery_statements, build_writer_statements

MAX_POLICY_BYTES = 20 * 1024
"""Amazon S3 User Guide, Bucket policy examples."""


def name_source_bucket(config: Config, account_id: str) -> str:
    """Return the name of the bucket that the stack owns."""
    return f"{config.prefix}-source-{account_id}"


def check_policy_size(config: Config) -> None:
    """Raise `ConfigError` if the bucket's policy is longer than S3 takes."""
    account_id = "0" * 12
    bucket = f"arn:aws:s3:::{name_source_bucket(config, account_id)}"
    tls = build_tls_statement("s3", bucket, f"{bucket}/*")
    size = len(build_document(tls, *build_source_statements(config, account_id)).encode())
    if size > MAX_POLICY_BYTES:
        raise ConfigError(
            f"log_services, writer_accounts and source_statements make a bucket policy of {size} bytes, and S3 takes "
            f"{MAX_POLICY_BYTES}: name fewer, or give some accounts a bucket of their own, as one of the sources"
        )


def build_source_statements(config: Config, account_id: str) -> list[Statement]:
    """Return what the bucket's policy has for log services, for the roles of others, and by the configuration."""
    own = BucketSource(
        name="own",
        bucket=name_source_bucket(config, account_id),
        prefix=config.source_prefix,
        log_services=config.log_services,
        writer_accounts=config.writer_accounts,
        organization_id=config.organization_id,
    )
    filled = (_fill_bucket(dict(statement), own.bucket_arn) for statement in config.source_statements)
    return [*admit_writers(own, account_id, config.region), *filled]


def admit_writers(source: BucketSource, owner: str, region: str) -> list[Statement]:
    """Return what the policy of a bucket of the account `owner` needs for log services, and for the roles of others."""
    deliveries = build_delivery_statements(
        source.bucket_arn,
        source.log_services,
        accounts=(owner, *source.writer_accounts),
        region=region,
        prefix=source.keys.service_prefix,
        organization_id=source.organization_id,
    )
    writers = build_writer_statements(source.bucket_arn, source.writer_accounts, source.organization_id)
    return [*deliveries, *writers]


def _fill_bucket(statement: Statement, arn: str) -> Statement:
    resources: Any = statement["Resource"]
    listed = [resources] if isinstance(resources, str) else resources
    return {**statement, "Resource": [resource.replace(BUCKET, arn) for resource in listed]}
