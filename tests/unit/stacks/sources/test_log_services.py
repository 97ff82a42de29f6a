"""What a log service may do follows from one table, and so do the keys that start the function."""

import re
from fnmatch import fnmatchcase

import pytest
from log_processor.formats.registry import BY_NAME

from stacks.sources.log_services import LOG_SERVICES, LogService, merge_endings
from stacks.sources.policy import build_delivery_statements, build_writer_statements

BUCKET = "arn:aws:s3:::tap-serverless-dev-source-123456789012"
OWN, OTHER = "123456789012", "210987654321"
FREE_FORMS = ("as its records say",)


@pytest.mark.parametrize("service", LOG_SERVICES.values(), ids=LOG_SERVICES)
def test_a_row_agrees_with_itself(service: LogService) -> None:
    """The key is below the folder that may be written and ends as is said, and the format is one of the project's."""
    assert fnmatchcase(service.key, service.folder)
    assert service.key.endswith(service.ending)
    assert service.format in BY_NAME or service.format in FREE_FORMS
    assert service.ending or not re.search(r"\.[a-z]+$", service.key)
    assert service.principal or service.folder == "*"


def test_a_service_may_write_for_the_accounts_that_are_named() -> None:
    """Its principal, its folder in each account, and on whose behalf; it may look at the bucket if it does that."""
    statements = build_delivery_statements(BUCKET, ["vpc_flow"], accounts=(OWN, OTHER), region="eu-west-1")
    condition = {
        "StringEquals": {"aws:SourceAccount": [OWN, OTHER]},
        "ArnLike": {"aws:SourceArn": [f"arn:aws:logs:eu-west-1:{account}:*" for account in (OWN, OTHER)]},
    }
    principal = {"Service": "delivery.logs.amazonaws.com"}
    assert statements == [
        {
            "Sid": "VpcFlowWrites",
            "Effect": "Allow",
            "Principal": principal,
            "Action": ["s3:PutObject"],
            "Resource": [f"{BUCKET}/AWSLogs/{account}/*" for account in (OWN, OTHER)],
            "Condition": condition,
        },
        {
            "Sid": "VpcFlowLooks",
            "Effect": "Allow",
            "Principal": principal,
            "Action": ["s3:GetBucketAcl", "s3:ListBucket"],
            "Resource": [BUCKET],
            "Condition": condition,
        },
    ]


@pytest.mark.parametrize("name", LOG_SERVICES)
def test_no_service_may_write_for_everybody(name: str) -> None:
    """Either the keys have the account's id, or the statement names the account; no condition is on an ACL."""
    for statement in build_delivery_statements(BUCKET, [name], accounts=(OWN,), region="us-east-1"):
        assert OWN in str(statement.get("Condition", "")) or all(OWN in key for key in statement["Resource"])
        assert "x-amz-acl" not in str(statement)
        assert list(statement["Principal"]) == ["Service"]
        assert "{" not in statement["Principal"]["Service"]


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
