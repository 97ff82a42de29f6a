"""`ops sources` says of each source what is wrong with it, and prints what the owner of a bucket elsewhere adds."""

import json
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from emulator.aws.local_aws import ACCOUNT_ID, LocalAws
from emulator.aws.policies.callers import Caller
from ops.cli import main
from ops.source_states import ExpectedSource, SourceState, examine
from stacks.sources.policy import build_writer_statements
from tests.unit.ops.printed import read_error

pytestmark = pytest.mark.server

OWNER, WRITER = "210987654321", "111122223333"
KEY = f"arn:aws:kms:us-east-1:{ACCOUNT_ID}:key/0f1e2d3c"
RULE = "tap-serverless-dev-payments"


@pytest.fixture(scope="module")
def aws() -> Iterator[LocalAws]:
    with LocalAws() as running:
        yield running


class Prepared:
    """A bucket that lacks nothing: it sends events, its policy has the statements, and its rule is deployed."""

    def __init__(self, aws: LocalAws) -> None:
        self.aws, self.name = aws, f"payments-{uuid.uuid4().hex[:8]}"
        self.s3, self.events = aws.client("s3"), aws.client("events")
        self.statements = build_writer_statements(f"arn:aws:s3:::{self.name}", [WRITER], "")
        self.s3.create_bucket(Bucket=self.name)
        self.switch(eventbridge=True)
        self.put_policy(*self.statements)
        self.events.put_rule(Name=RULE, EventPattern='{"source": ["aws.s3"]}', State="ENABLED")

    def switch(self, *, eventbridge: bool) -> None:
        """Let the bucket tell EventBridge of its objects, or nobody."""
        told: dict[str, Any] = {"EventBridgeConfiguration": {}} if eventbridge else {}
        self.s3.put_bucket_notification_configuration(Bucket=self.name, NotificationConfiguration=told)

    def put_policy(self, *statements: Any) -> None:
        """Give the bucket a policy."""
        policy = json.dumps({"Version": "2012-10-17", "Statement": list(statements)})
        self.s3.put_bucket_policy(Bucket=self.name, Policy=policy)

    def encrypt(self, key: str) -> None:
        """Let the bucket encrypt by a KMS key, or by that of AWS if none is named."""
        by_default = {"SSEAlgorithm": "aws:kms", **({"KMSMasterKeyID": key} if key else {})}
        rules = {"Rules": [{"ApplyServerSideEncryptionByDefault": by_default}]}
        self.s3.put_bucket_encryption(Bucket=self.name, ServerSideEncryptionConfiguration=rules)

    def examine(self, **expected: Any) -> SourceState:
        """Return what is found of it."""
        needed = {"bucket": self.name, "region": "us-east-1", "rule": RULE, "statements": self.statements} | expected
        return examine(ExpectedSource(setting="sources.payments", **needed), self.s3, self.events, "TapStackdev")


@pytest.fixture
def bucket(aws: LocalAws) -> Prepared:
    return Prepared(aws)


def test_a_source_that_lacks_nothing_is_well(bucket: Prepared) -> None:
    """Its region is found, and that it sends events; a wider statement of the policy does as well."""
    state = bucket.examine()
    assert (state.wrong, state.unknown, state.region, state.sends_events) == ([], [], "us-east-1", True)
    everything = {"Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": f"arn:aws:s3:::{bucket.name}/*"}
    bucket.put_policy(everything)
    assert bucket.examine().lacks == []


BREAKS: dict[str, tuple[Callable[[Prepared], Any], str]] = {
    "missing": (
        lambda one: one.s3.delete_bucket(Bucket=one.name),
        "the bucket does not exist: create it, or correct sources.payments.bucket",
    ),
    "no events": (
        lambda one: one.switch(eventbridge=False),
        (
            "it sends no events to EventBridge: switch that on in the bucket's properties, or set `eventbridge = true` "
            "in the resource that holds its notifications"
        ),
    ),
    "no rule": (
        lambda one: one.events.delete_rule(Name=RULE),
        f"its rule {RULE} does not exist: deploy it with 'cdktf deploy TapStackdev'",
    ),
    "rule off": (
        lambda one: one.events.disable_rule(Name=RULE),
        f"its rule {RULE} is switched off: switch it on, or deploy TapStackdev again",
    ),
    "no policy": (
        lambda one: one.s3.delete_bucket_policy(Bucket=one.name),
        "its policy lacks WriterAccounts: add the statements that 'ops sources --json' prints as `lacks`",
    ),
    "narrow policy": (
        lambda one: one.put_policy(one.statements[0] | {"Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}}}),
        "its policy lacks WriterAccounts: add the statements that 'ops sources --json' prints as `lacks`",
    ),
    "unnamed key": (
        lambda one: one.encrypt(KEY),
        f"its objects are encrypted by {KEY}: add the key's ARN to sources.payments.kms_keys",
    ),
}


@pytest.mark.parametrize("name", BREAKS)
def test_what_is_wrong_is_one_sentence(bucket: Prepared, name: str) -> None:
    """It names what is wrong and the remedy."""
    spoil, sentence = BREAKS[name]
    spoil(bucket)
    assert bucket.examine().wrong == [sentence]


def test_a_bucket_in_another_region_is_wrong(bucket: Prepared) -> None:
    """The region is that which S3 answers."""
    (sentence,) = bucket.examine(region="eu-west-1").wrong
    assert sentence == (
        "the bucket is in us-east-1, and the stack in eu-west-1: deploy an environment of its own with "
        "AWS_REGION=us-east-1"
    )


def test_the_stacks_own_bucket_is_mended_by_a_deploy(bucket: Prepared) -> None:
    """It has no rule, and notifies the function itself; its key is the stack's affair."""
    bucket.switch(eventbridge=False)
    bucket.encrypt(KEY)
    assert bucket.examine(rule="").wrong == [
        "it notifies no function: deploy TapStackdev",
        "it sends no events to EventBridge: deploy TapStackdev",
    ]


def test_a_key_counts_as_named_by_its_arn(bucket: Prepared) -> None:
    """The key that AWS manages serves this account, and no other."""
    bucket.encrypt(KEY.rpartition("/")[2])
    assert bucket.examine(kms_keys=[KEY]).wrong == []
    bucket.encrypt("")
    assert bucket.examine().wrong == []
    (sentence,) = bucket.examine(account=OWNER).wrong
    assert sentence.startswith("its objects are encrypted by a key that AWS manages, which no other account can use")


def test_what_may_not_be_asked_is_unknown(bucket: Prepared) -> None:
    """The credentials of an operator have no rights in the bucket of another account."""
    bucket.s3 = bucket.aws.client("s3", Caller(account=OWNER, arn=f"arn:aws:iam::{OWNER}:role/operator"))
    state = bucket.examine()
    assert state.wrong == []
    assert state.unknown == [
        f"its {what} cannot be read with these credentials: ask its owner"
        for what in ("notifications", "policy", "encryption")
    ]


@pytest.fixture
def context(bucket: Prepared, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Configure the bucket as a source, and another one of another account, in an environment of the local AWS."""
    payments = {"bucket": bucket.name, "writer_accounts": [WRITER]}
    partner = {"bucket": "partner-logs", "account": OWNER, "prefix": "out/", "kms_keys": [KEY], "log_services": ["alb"]}
    context = {"app_name": "tap-serverless", "sources": {"payments": payments, "partner": partner}}
    for name, value in bucket.aws.build_environment().items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("CDKTF_CONTEXT_JSON", json.dumps(context))
    return context


def test_each_source_has_a_block(bucket: Prepared, context: dict[str, Any], capsys: pytest.CaptureFixture[str]) -> None:
    """The stack's own bucket is the first; the exit code is 1, because nothing is deployed."""
    assert context
    assert main(["sources"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[:4] == [
        f"the stack's own: s3://tap-serverless-dev-source-{ACCOUNT_ID}",
        "  wrong    the bucket does not exist: deploy TapStackdev",
        f"sources.payments: s3://{bucket.name}",
        "  well     in us-east-1, sends events",
    ]
    assert main(["sources", "--json"]) == 1
    own, payments, partner = map(json.loads, capsys.readouterr().out.splitlines())
    assert own["source"] == "the stack's own"
    assert payments["wrong"] == []
    assert partner["source"] == "sources.partner"


def test_the_owner_gets_rule_role_and_statements(context: dict[str, Any], capsys: pytest.CaptureFixture[str]) -> None:
    """The rule is that of ours, the role may put events on our bus, the statements admit the function's role."""
    assert context
    assert main(["sources", "--owner", "partner"]) == 0
    document = json.loads(capsys.readouterr().out)
    resources = {kind: found["log_processor"] for kind, found in document["resource"].items()}
    pattern = json.loads(resources["aws_cloudwatch_event_rule"]["event_pattern"])
    assert pattern["detail"] == {
        "bucket": {"name": ["partner-logs"]},
        "object": {"key": [{"wildcard": "out/*.log.gz"}]},
    }
    bus = f"arn:aws:events:us-east-1:{ACCOUNT_ID}:event-bus/tap-serverless-dev-sources"
    assert resources["aws_cloudwatch_event_target"]["arn"] == bus
    (sent,) = json.loads(resources["aws_iam_role_policy"]["policy"])["Statement"]
    assert (sent["Action"], sent["Resource"]) == ("events:PutEvents", bus)
    statements = {one["Sid"]: one for one in document["output"]["bucket_policy_statements"]["value"]}
    assert statements["LogProcessorReads"]["Resource"] == ["arn:aws:s3:::partner-logs/out/*"]
    role = f"arn:aws:iam::{ACCOUNT_ID}:role/tap-serverless-dev-log-processor"
    assert statements["LogProcessorReads"]["Condition"] == {"ArnEquals": {"aws:PrincipalArn": role}}
    assert "AlbWrites" in statements
    (decrypts,) = document["output"]["key_policy_statements"]["value"]
    assert decrypts["Action"] == ["kms:Decrypt"]


def test_the_owner_admits_the_role_by_its_path(
    context: dict[str, Any], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A role's ARN has its path, so that a condition without it admits nobody."""
    monkeypatch.setenv("CDKTF_CONTEXT_JSON", json.dumps(context | {"role_path": "/teams/logs/"}))
    assert main(["sources", "--owner", "partner"]) == 0
    reads, _ = json.loads(capsys.readouterr().out)["output"]["bucket_policy_statements"]["value"][-2:]
    role = f"arn:aws:iam::{ACCOUNT_ID}:role/teams/logs/tap-serverless-dev-log-processor"
    assert reads["Condition"] == {"ArnEquals": {"aws:PrincipalArn": role}}


def test_an_unknown_owner_is_refused(context: dict[str, Any], capsys: pytest.CaptureFixture[str]) -> None:
    """The sentence has the sources that are of other accounts."""
    assert context
    assert main(["sources", "--owner", "payments"]) == 2
    assert read_error(capsys) == "payments is no source in another account: the configuration has partner"
