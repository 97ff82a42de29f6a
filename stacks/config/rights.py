"""Declare and check the settings that say who may do what, with which keys, and in which network."""

from dataclasses import dataclass

from log_processor.declaration import setting

from stacks.config.rules import ConfigError, check_texts
from stacks.config.source import KMS_KEY
from stacks.sources.log_services import LOG_SERVICES

CREATE = "create"
"""What `data_key` is if the stack creates the key."""
KEPT_VALUE = r"arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:[A-Za-z0-9/_+=.@-]+-[A-Za-z0-9]{6}"
ROLE = r"arn:aws[a-z-]*:iam::\d{12}:role/[\w+=,.@/-]+"
POLICY = r"arn:aws[a-z-]*:iam::(?:\d{12}|aws):policy/[\w+=,.@/-]+"


@dataclass(frozen=True, kw_only=True)
class Rights:
    """The settings of keys, roles and networks; without any, AWS's own keys and a role without a boundary."""

    assume_role: str = setting(
        "",
        "ARN of the role that Terraform and `ops` assume for the environment and its state; without one, they use the "
        "credentials that they find.",
        form=rf"(?:{ROLE})?",
        form_words="the ARN of a role",
    )
    role_path: str = setting(
        "/",
        "Path of the function's role.",
        form=r"/(?:[\w+=,.@-]{1,64}/){0,7}",
        form_words="a path that begins and ends with a slash, such as /teams/logs/",
    )
    permissions_boundary: str = setting(
        "",
        "ARN of the policy that bounds the function's role.",
        form=rf"(?:{POLICY})?",
        form_words="the ARN of a managed policy",
    )
    data_key: str = setting(
        "",
        "KMS key of tables, queues, buckets and logs: `create` makes one, which is the default of `prod`; "
        "without one, AWS's own keys.",
        form=rf"(?:{CREATE}|{KMS_KEY})?",
        form_words="`create` or the ARN of a KMS key",
    )
    redaction_secret: str = setting(
        "",
        "ARN of the secret in Secrets Manager that is the key of hashes; the function reads it when it starts.",
        form=rf"(?:{KEPT_VALUE})?",
        form_words="the whole ARN of a secret, with its last six characters",
    )
    subnet_ids: tuple[str, ...] = setting(
        (),
        "Subnets of a VPC in which the function runs; without them, it runs in none.",
        form_words="ids of subnets",
        check=check_texts(r"subnet-[0-9a-f]{8,17}", "ids of subnets, such as subnet-0a1b2c3d"),
    )
    security_group_ids: tuple[str, ...] = setting(
        (),
        "Security groups of the function in that VPC.",
        form_words="ids of security groups",
        check=check_texts(r"sg-[0-9a-f]{8,17}", "ids of security groups, such as sg-0a1b2c3d"),
    )
    access_log_bucket: str = setting(
        "",
        "Bucket that S3 tells of every access to the stack's buckets; without one, it tells nobody.",
        form=r"(?:[a-z0-9][a-z0-9.-]{1,61}[a-z0-9])?",
        form_words="3 to 63 characters that S3 allows",
    )


def check_rights(rights: Rights, region: str, services: tuple[str, ...]) -> None:
    """Raise `ConfigError` if key or secret are of another region, a service cannot write, or half a network is set."""
    _check_region("data_key", rights.data_key, region)
    _check_region("redaction_secret", rights.redaction_secret, region)
    _check_services(rights.data_key, services)
    if bool(rights.subnet_ids) != bool(rights.security_group_ids):
        missing = "security_group_ids" if rights.subnet_ids else "subnet_ids"
        raise ConfigError(f"{missing} is empty: a function in a VPC needs subnets and security groups, so set both")


def _check_services(data_key: str, services: tuple[str, ...]) -> None:
    refused = [name for name in services if LOG_SERVICES[name].needs_s3_key]
    if data_key and refused:
        raise ConfigError(
            f"log_services has {refused[0]!r} and data_key is {data_key!r}, but that service delivers only into "
            "buckets that S3's own key encrypts: empty data_key, or let it deliver into a bucket named in sources"
        )


def _check_region(name: str, arn: str, region: str) -> None:
    if arn.startswith("arn:") and arn.split(":")[3] != region:
        raise ConfigError(f"{name} is {arn!r}, of another region than the stack's, {region}: name one of {region}")
