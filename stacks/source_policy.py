"""Say what the bucket of the stack is called, and what its policy allows to log services and to others."""

from typing import Any

from stacks.config import Config, ConfigError
from stacks.config.own_bucket import BUCKET
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
    arn = f"arn:aws:s3:::{name_source_bucket(config, account_id)}"
    accounts = (account_id, *config.writer_accounts)
    return [
        *build_delivery_statements(
            arn,
            config.log_services,
            accounts=accounts,
            region=config.region,
            prefix=config.own_keys.service_prefix,
            organization_id=config.organization_id,
        ),
        *build_writer_statements(arn, config.writer_accounts, config.organization_id),
        *(_fill_bucket(dict(statement), arn) for statement in config.source_statements),
    ]


def _fill_bucket(statement: Statement, arn: str) -> Statement:
    resources: Any = statement["Resource"]
    listed = [resources] if isinstance(resources, str) else resources
    return {**statement, "Resource": [resource.replace(BUCKET, arn) for resource in listed]}
