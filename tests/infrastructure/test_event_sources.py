"""Each source becomes a rule that starts the function; its bucket is only read."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from emulator.aws.local_aws import ACCOUNT_ID, LocalAws
from tests.infrastructure.conftest import Synthesized, synthesize_with
from tests.infrastructure.planning import Workspace

OWNER = "210987654321"
KEY = "arn:aws:kms:us-east-1:123456789012:key/0f1e2d3c"
SOURCES: dict[str, dict[str, Any]] = {
    "payments": {"bucket": "acme-payments", "prefix": "app/", "suffixes": [".log", ".gz"], "kms_keys": [KEY]},
    "balancers": {"bucket": "acme-balancers", "log_services": ["alb"]},
    "partner": {"bucket": "partner-logs", "account": OWNER},
}
Stack = dict[str, Any]


@pytest.fixture(scope="module")
def stack(synthesized: Synthesized, tmp_path_factory: pytest.TempPathFactory) -> Stack:
    assert synthesized.folder.is_dir()
    return synthesize_with(tmp_path_factory.mktemp("sources"), {"sources": SOURCES}).stack("TapStackdev")


def get_policy(stack: Stack, kind: str, name: str) -> dict[str, Any]:
    """Return the statements of a policy by their names."""
    return {one["Sid"]: one for one in json.loads(stack["resource"][kind][name]["policy"])["Statement"]}


@pytest.mark.parametrize(
    ("name", "keys"),
    [
        ("payments", [{"wildcard": "app/*.log"}, {"wildcard": "app/*.gz"}]),
        ("balancers", [{"suffix": ".log.gz"}]),
        ("partner", None),
    ],
)
def test_a_source_has_a_rule_and_a_target(stack: Stack, name: str, keys: Any) -> None:
    """The rule alone may invoke the function, and what it cannot deliver goes to the dead-letter queue."""
    rule, target, permission = (
        stack["resource"][kind][f"sources_{name}_{part}"]
        for kind, part in (
            ("aws_cloudwatch_event_rule", "rule"),
            ("aws_cloudwatch_event_target", "target"),
            ("aws_lambda_permission", "permission"),
        )
    )
    detail = json.loads(rule["event_pattern"])["detail"]
    assert detail["bucket"] == {"name": [SOURCES[name]["bucket"]]}
    assert detail.get("object") == (keys and {"key": keys})
    assert permission["source_arn"] == f"${{aws_cloudwatch_event_rule.sources_{name}_rule.arn}}"
    assert permission["principal"] == "events.amazonaws.com"
    assert target["dead_letter_config"] == {"arn": "${aws_sqs_queue.errors_dead_letter_queue.arn}"}
    assert target["depends_on"] == [f"aws_lambda_permission.sources_{name}_permission"]


def test_only_the_other_account_sends_to_the_bus(stack: Stack) -> None:
    """The bus admits its events of S3; the rules of our own buckets are on the default bus."""
    (statement,) = get_policy(stack, "aws_cloudwatch_event_bus_policy", "sources_bus_policy").values()
    assert statement["Principal"] == {"AWS": [f"arn:aws:iam::{OWNER}:root"]}
    assert statement["Condition"] == {"ForAllValues:StringEquals": {"events:source": "aws.s3"}}
    rules = stack["resource"]["aws_cloudwatch_event_rule"]
    assert [name for name, rule in rules.items() if "event_bus_name" in rule] == ["sources_partner_rule"]
    assert json.loads(rules["sources_partner_rule"]["event_pattern"])["account"] == [OWNER]
    (own_account,) = rules["sources_partner_rule"]["lifecycle"]["precondition"]
    assert own_account["error_message"].startswith(f"sources.partner.account is {OWNER}, the stack's own: remove it")


def test_the_dead_letter_queue_admits_the_rules(stack: Stack) -> None:
    """It takes messages of EventBridge from these rules, and still none without TLS."""
    statements = get_policy(stack, "aws_sqs_queue_policy", "errors_dead_letter_queue_policy")
    admitted = statements["KeepUndelivered"]["Condition"]["ArnEquals"]["aws:SourceArn"]
    assert admitted == [f"${{aws_cloudwatch_event_rule.sources_{name}_rule.arn}}" for name in SOURCES]
    assert statements["DenyUnencryptedTransport"]["Effect"] == "Deny"


def test_the_role_reads_exactly_the_sources(stack: Stack) -> None:
    """Objects below each prefix, by the keys that are named; no resource is `*`."""
    statements = get_policy(stack, "aws_iam_role_policy", "processor_policy")
    assert statements["ReadSource"]["Resource"] == [
        "${aws_s3_bucket.source_bucket.arn}/*",
        "arn:aws:s3:::acme-payments/app/*",
        "arn:aws:s3:::acme-balancers/*",
        "arn:aws:s3:::partner-logs/*",
    ]
    assert statements["TellMissingFromDenied"]["Resource"][1:] == [
        f"arn:aws:s3:::{one['bucket']}" for one in SOURCES.values()
    ]
    assert statements["DecryptSource"]["Resource"] == [KEY]
    assert "*" not in [resource for one in statements.values() for resource in one["Resource"]]


def test_a_bucket_of_ours_is_looked_up_and_not_touched(stack: Stack) -> None:
    """No resource but the rule's pattern names it."""
    assert {name: one["bucket"] for name, one in stack["data"]["aws_s3_bucket"].items()} == {
        "sources_payments_must_exist_in_us-east-1": "acme-payments",
        "sources_balancers_must_exist_in_us-east-1": "acme-balancers",
    }
    for kind in ("aws_s3_bucket_notification", "aws_s3_bucket_policy", "aws_s3_bucket"):
        assert "acme" not in json.dumps(stack["resource"][kind])


def test_a_plan_ends_if_a_bucket_is_not_where_it_should_be(tmp_path: Path) -> None:
    """The errors name source, bucket and region; an account that is the stack's own is refused with the remedy."""
    sources = {
        "missing": {"bucket": "acme-missing"},
        "elsewhere": {"bucket": "acme-elsewhere"},
        "same": {"bucket": "acme-same", "account": ACCOUNT_ID},
    }
    with LocalAws() as aws:
        elsewhere = {"LocationConstraint": "eu-west-1"}
        aws.client("s3").create_bucket(Bucket="acme-elsewhere", CreateBucketConfiguration=elsewhere)
        synthesized = synthesize_with(tmp_path / "out", {"sources": sources}, {"STATE_BACKEND": "local"})
        said = Workspace(synthesized, "TapStackdev", os.environ | aws.build_environment()).fail("plan", "-no-color")
    for name in ("missing", "elsewhere"):
        assert f"reading S3 Bucket (acme-{name})" in said
        assert f"data.aws_s3_bucket.sources_{name}_must_exist_in_us-east-1" in said
    refusal = f"sources.same.account is {ACCOUNT_ID}, the stack's own: remove it, because only events of other accounts"
    assert refusal in " ".join(said.split())


def test_without_sources_nothing_is_added(tap_stack: Stack) -> None:
    """No bus, no rule, and no statement of the dead-letter queue's policy."""
    assert not {kind for kind in tap_stack["resource"] if kind.startswith("aws_cloudwatch_event")}
    statements = get_policy(tap_stack, "aws_sqs_queue_policy", "errors_dead_letter_queue_policy")
    assert list(statements) == ["DenyUnencryptedTransport"]
