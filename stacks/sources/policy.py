"""Build the statements that let log services, other accounts and an organisation deliver into the source bucket."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from stacks.sources.log_services import LOG_SERVICES, LogService

Statement = dict[str, Any]


def build_delivery_statements(
    bucket_arn: str, services: Iterable[str], *, accounts: Sequence[str], region: str
) -> list[Statement]:
    """Return what the services may do, for logs of `accounts`, whose first is the stack's own, and of `region`.

    A condition on the ACL of what is written is left out: a bucket that enforces its owner takes none, so it would
    match no request.
    """
    return [
        statement
        for name in services
        for statement in _build_service_statements(name, LOG_SERVICES[name], bucket_arn, accounts, region)
    ]


def build_writer_statements(bucket_arn: str, accounts: Sequence[str], organization_id: str) -> list[Statement]:
    """Return the statements that let roles of other accounts, and of an organisation, put objects."""
    objects = f"{bucket_arn}/*"
    statements: list[Statement] = []
    if accounts:
        principals = [f"arn:aws:iam::{account}:root" for account in accounts]
        statements.append(_allow("WriterAccounts", {"AWS": principals}, ["s3:PutObject"], [objects], {}))
    if organization_id:
        condition = {"StringEquals": {"aws:PrincipalOrgID": organization_id}}
        statements.append(_allow("WriterOrganization", {"AWS": "*"}, ["s3:PutObject"], [objects], condition))
    return statements


def _build_service_statements(
    name: str, service: LogService, bucket_arn: str, accounts: Sequence[str], region: str
) -> list[Statement]:
    if not service.principal:
        return []
    word = name.title().replace("_", "")
    principal = {"Service": service.principal.format(region=region)}
    condition = _build_condition(service, accounts, region)
    folders = sorted({service.folder.format(account=account) for account in accounts})
    writes = [f"{bucket_arn}/{folder}" for folder in folders]
    statements = [_allow(f"{word}Writes", principal, ["s3:PutObject"], writes, condition)]
    if service.looks:
        statements.append(_allow(f"{word}Looks", principal, service.looks, [bucket_arn], condition))
    return statements


def _build_condition(service: LogService, accounts: Sequence[str], region: str) -> Mapping[str, Any]:
    """Return the condition on whose behalf the service acts; none if the folder already names the account."""
    if not service.source_arn and not service.looks:
        return {}
    conditions: dict[str, Any] = {"StringEquals": {"aws:SourceAccount": list(accounts)}}
    if service.source_arn:
        arns = sorted({service.source_arn.format(account=account, region=region) for account in accounts})
        conditions["ArnLike"] = {"aws:SourceArn": arns}
    return conditions


def _allow(
    sid: str,
    principal: Mapping[str, Any],
    actions: Sequence[str],
    resources: Sequence[str],
    condition: Mapping[str, Any],
) -> Statement:
    statement = {
        "Sid": sid,
        "Effect": "Allow",
        "Principal": dict(principal),
        "Action": list(actions),
        "Resource": list(resources),
    }
    return statement | ({"Condition": dict(condition)} if condition else {})
