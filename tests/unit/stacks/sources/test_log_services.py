"""What a log service may do follows from one table, and so do the keys that start the function."""

import re
from fnmatch import fnmatchcase
from typing import Any

import pytest
from log_processor.formats.registry import BY_NAME

from stacks.sources.log_service import LogService
from stacks.sources.log_services import LOG_SERVICES, merge_endings
from stacks.sources.policy import build_delivery_statements, build_writer_statements

BUCKET = "arn:aws:s3:::tap-serverless-dev-source-123456789012"
OWN, OTHER = "123456789012", "210987654321"
FREE_FORMS = ("as its records say",)


@pytest.mark.parametrize("service", LOG_SERVICES.values(), ids=LOG_SERVICES)
def test_a_row_agrees_with_itself(service: LogService) -> None:
    """The key is below a folder that may be written and ends as is said, and the format is one of the project's."""
    assert any(fnmatchcase(service.key, folder) for folder in service.folders)
    assert service.key.endswith(service.ending)
    assert service.format in BY_NAME or service.format in FREE_FORMS
    assert service.ending or service.is_key_documented is False or not re.search(r"\.[a-z]+$", service.key)
    assert service.page.count(": ") >= 1
    if not service.principal:
        assert service.folders == ("*",)
        assert service.needs or service.refusal


def test_a_service_may_write_for_the_accounts_that_are_named() -> None:
    """Its principal, its folder in each account, on whose behalf, with which ACL; it may look at the bucket."""
    statements = build_delivery_statements(BUCKET, ["config"], accounts=(OWN, OTHER), region="eu-west-1")
    principal = {"Service": "config.amazonaws.com"}
    accounts = {"aws:SourceAccount": [OWN, OTHER]}
    assert statements == [
        {
            "Sid": "ConfigWrites",
            "Effect": "Allow",
            "Principal": principal,
            "Action": ["s3:PutObject"],
            "Resource": [f"{BUCKET}/AWSLogs/{account}/Config/*" for account in (OWN, OTHER)],
            "Condition": {"StringEquals": {"s3:x-amz-acl": "bucket-owner-full-control", **accounts}},
        },
        {
            "Sid": "ConfigLooks",
            "Effect": "Allow",
            "Principal": principal,
            "Action": ["s3:GetBucketAcl", "s3:ListBucket"],
            "Resource": [BUCKET],
            "Condition": {"StringEquals": accounts},
        },
    ]


def test_what_a_service_adds_itself_stands_alone() -> None:
    """The own account's folder has a statement as AWS writes it; other accounts' folders share one."""
    writes = [
        (one["Sid"], one["Resource"], one["Condition"]["StringEquals"]["aws:SourceAccount"])
        for one in build_delivery_statements(BUCKET, ["nlb", "vpc_flow"], accounts=(OWN, OTHER), region="eu-west-1")
        if one["Action"] == ["s3:PutObject"]
    ]
    hive = "AWSLogs/aws-account-id="
    assert writes == [
        ("NlbWrites", [f"{BUCKET}/AWSLogs/{OWN}/*"], [OWN]),
        ("NlbWrites2", [f"{BUCKET}/AWSLogs/{OTHER}/*"], [OTHER]),
        ("VpcFlowWrites", [f"{BUCKET}/{hive}{OWN}/*"], [OWN]),
        ("VpcFlowWrites2", [f"{BUCKET}/AWSLogs/{OTHER}/*", f"{BUCKET}/{hive}{OTHER}/*"], [OTHER]),
    ]


def test_keys_begin_with_the_prefix() -> None:
    """Only objects have keys; the bucket itself is looked at whatever the prefix."""
    statements = build_delivery_statements(BUCKET, ["config"], accounts=(OWN,), region="us-east-1", prefix="audit/")
    assert [one["Resource"] for one in statements] == [[f"{BUCKET}/audit/AWSLogs/{OWN}/Config/*"], [BUCKET]]


def test_a_trail_of_the_organisation_may_write() -> None:
    """Below the organisation's folder, for a trail of the accounts that are named; others write for accounts alone."""
    organization: dict[str, Any] = {"organization_id": "o-a1b2c3d4e5", "accounts": (OWN, OTHER), "region": "us-east-1"}
    writes, _ = build_delivery_statements(BUCKET, ["cloudtrail"], **organization)
    assert writes["Resource"] == [f"{BUCKET}/AWSLogs/{folder}/*" for folder in (OWN, OTHER, "o-a1b2c3d4e5")]
    assert writes["Condition"]["ArnLike"]["aws:SourceArn"] == [
        f"arn:aws:cloudtrail:*:{account}:trail/*" for account in (OWN, OTHER)
    ]
    others = build_delivery_statements(BUCKET, ["alb", "config"], **organization)
    assert "o-a1b2c3d4e5" not in str(others)


@pytest.mark.parametrize(
    ("name", "region", "principal"),
    [
        ("guardduty", "eu-west-1", "guardduty.amazonaws.com"),
        ("guardduty", "me-south-1", "guardduty.me-south-1.amazonaws.com"),
        ("redshift", "ap-east-1", "redshift.ap-east-1.amazonaws.com"),
        ("config", "ap-east-1", "config.amazonaws.com"),
        ("cloudwatch_export", "eu-west-1", "logs.eu-west-1.amazonaws.com"),
    ],
)
def test_the_principal_is_that_of_the_region(name: str, region: str, principal: str) -> None:
    """Some services have another name in regions that an account has to enable, and one has it in every region."""
    assert LOG_SERVICES[name].find_principal(region) == principal


@pytest.mark.parametrize("name", LOG_SERVICES)
def test_no_service_may_write_for_everybody(name: str) -> None:
    """Either the keys have the account's id, or the statement names the account; a write that sends an ACL says so."""
    for statement in build_delivery_statements(BUCKET, [name], accounts=(OWN,), region="us-east-1"):
        is_look = statement["Action"] != ["s3:PutObject"]
        named = OWN in str(statement.get("Condition", "")) or all(OWN in key for key in statement["Resource"])
        assert named or (is_look and set(statement["Action"]) == {"s3:GetBucketAcl"})
        assert ("x-amz-acl" in str(statement)) == (LOG_SERVICES[name].sends_acl and not is_look)
        assert list(statement["Principal"]) == ["Service"]
        assert "{" not in statement["Principal"]["Service"] + "".join(statement["Resource"])


def test_roles_of_others_may_put_objects_and_nothing_else() -> None:
    """Of single accounts by their ids, and of an organisation by a condition."""
    accounts, organization = build_writer_statements(BUCKET, [OTHER], "o-a1b2c3d4e5")
    assert accounts["Principal"] == {"AWS": [f"arn:aws:iam::{OTHER}:root"]}
    assert organization["Condition"] == {"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}
    assert [one["Action"] for one in (accounts, organization)] == [["s3:PutObject"]] * 2
    assert build_writer_statements(BUCKET, [], "") == []


@pytest.mark.parametrize(
    ("endings", "services", "merged"),
    [
        ((".log", ".log.gz"), (), (".log", ".log.gz")),
        ((".log", ".log.gz", ".json"), ("redshift",), (".log", ".json", ".gz")),
        ((".log", ".log.gz"), ("s3_access",), ("",)),
        ((".json",), ("alb", "nlb", "clb"), (".json", ".log.gz", ".log")),
    ],
)
def test_keys_of_the_services_start_the_function(
    endings: tuple[str, ...], services: tuple[str, ...], merged: tuple[str, ...]
) -> None:
    """S3 takes no two endings of which one ends the other, so the shorter one stands for both."""
    assert merge_endings(endings, services) == merged


@pytest.mark.parametrize("service", LOG_SERVICES)
def test_each_service_alone_starts_the_function(service: str) -> None:
    """Whatever endings are set besides."""
    assert LOG_SERVICES[service].key.endswith(merge_endings((".log", ".json"), (service,)))
