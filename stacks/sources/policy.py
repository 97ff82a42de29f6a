"""Build the statements that let log services, other accounts and an organisation deliver into a bucket."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from stacks.sources.log_service import LogService
from stacks.sources.log_services import LOG_SERVICES

Statement = dict[str, Any]
FULL_CONTROL = {"s3:x-amz-acl": "bucket-owner-full-control"}
"""What services ask for; a bucket that enforces its owner takes this ACL, and no other."""


@dataclass(frozen=True, slots=True)
class _Destination:
    """Where services deliver; `organization_id` is empty if there is no organisation."""

    bucket_arn: str
    prefix: str
    accounts: Sequence[str]
    region: str
    organization_id: str


def build_delivery_statements(
    bucket_arn: str,
    services: Iterable[str],
    *,
    accounts: Sequence[str],
    region: str,
    prefix: str = "",
    organization_id: str = "",
) -> list[Statement]:
    """Return what the services may do for logs of `accounts`, whose first is the bucket's own, and of `region`.

    The keys that they write begin with `prefix`. What a service writes for the whole organisation is let in if there is
    one. Services that need the same statement share it.
    """
    destination = _Destination(bucket_arn, prefix, accounts, region, organization_id)
    bodies: list[Statement] = []
    statements: list[Statement] = []
    names: Counter[str] = Counter()
    for name in services:
        for deed, body in _build_bodies(LOG_SERVICES[name], destination):
            if body not in bodies:
                sid = f"{name.title().replace('_', '')}{deed}"
                names[sid] += 1
                bodies.append(body)
                statements.append({"Sid": sid if names[sid] == 1 else f"{sid}{names[sid]}", **body})
    return statements


def build_writer_statements(bucket_arn: str, accounts: Sequence[str], organization_id: str) -> list[Statement]:
    """Return the statements that let roles of other accounts, and of an organisation, put objects."""
    objects = f"{bucket_arn}/*"
    statements: list[Statement] = []
    if accounts:
        principals = [f"arn:aws:iam::{account}:root" for account in accounts]
        statements.append({"Sid": "WriterAccounts", **_allow({"AWS": principals}, ["s3:PutObject"], [objects], {})})
    if organization_id:
        condition = {"StringEquals": {"aws:PrincipalOrgID": organization_id}}
        statements.append({"Sid": "WriterOrganization", **_allow({"AWS": "*"}, ["s3:PutObject"], [objects], condition)})
    return statements


def _build_bodies(service: LogService, destination: _Destination) -> Iterator[tuple[str, Statement]]:
    """Yield statements without their names, each with what it is about.

    What a service would add by itself stands alone, as it would be written: for one folder of the bucket's own account.
    """
    if not service.principal:
        return
    principal = {"Service": service.find_principal(destination.region)}
    bucket_arn, organization = destination.bucket_arn, destination.organization_id
    shared = [service.organization_folder.format(organization=organization)] if organization else []
    for group, folders in _group_accounts(service, destination.accounts):
        condition = _build_condition(service, group, destination.region)
        keys = sorted({*(folder.format(account=account) for account in group for folder in folders), *shared} - {""})
        writes = [f"{bucket_arn}/{destination.prefix}{key}" for key in keys]
        wanted = _merge(FULL_CONTROL if service.sends_acl else {}, condition)
        yield "Writes", _allow(principal, ["s3:PutObject"], writes, wanted)
        if service.looks:
            yield "Looks", _allow(principal, service.looks, [bucket_arn], condition)


def _group_accounts(service: LogService, accounts: Sequence[str]) -> list[tuple[Sequence[str], tuple[str, ...]]]:
    """Return the accounts and the folders that stand together in a statement."""
    if not service.adds_statements:
        return [(accounts, service.folders)]
    own, others = accounts[:1], accounts[1:]
    return [*((own, (folder,)) for folder in service.folders), *([(others, service.folders)] if others else [])]


def _build_condition(service: LogService, accounts: Sequence[str], region: str) -> Mapping[str, Mapping[str, Any]]:
    """Return the condition on whose behalf the service acts."""
    conditions: dict[str, Mapping[str, Any]] = {}
    if service.source_account:
        conditions["StringEquals"] = {"aws:SourceAccount": list(accounts)}
    if service.source_arn:
        arns = sorted({service.source_arn.format(account=account, region=region) for account in accounts})
        conditions["ArnLike"] = {"aws:SourceArn": arns}
    return conditions


def _merge(equals: Mapping[str, str], condition: Mapping[str, Mapping[str, Any]]) -> Mapping[str, Mapping[str, Any]]:
    """Return the condition with more keys for `StringEquals`."""
    return {**condition, "StringEquals": {**equals, **condition.get("StringEquals", {})}} if equals else condition


def _allow(
    principal: Mapping[str, Any], actions: Sequence[str], resources: Sequence[str], condition: Mapping[str, Any]
) -> Statement:
    statement = {
        "Effect": "Allow",
        "Principal": dict(principal),
        "Action": list(actions),
        "Resource": list(resources),
    }
    return statement | ({"Condition": dict(condition)} if condition else {})
