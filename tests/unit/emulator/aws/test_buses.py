"""The local AWS keeps buses by account and region, and delivers only what permissions allow."""

import json
import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from emulator.aws.buses import NO_PERMISSIONS, NO_RESOURCE
from emulator.aws.local_aws import ACCOUNT_ID, REGION, LocalAws

pytestmark = pytest.mark.server

OTHER = "210987654321"
RULE = f"arn:aws:events:{REGION}:{ACCOUNT_ID}:rule"


class Place:
    """Two accounts with a bucket each, which tell EventBridge; all names end in `tag`, which no other test has."""

    def __init__(self, aws: LocalAws) -> None:
        self.aws, self.tag = aws, uuid.uuid4().hex[:8]
        self.ours, self.theirs, self.bus = (f"{name}-{self.tag}" for name in ("ours", "theirs", "sources"))
        self.bus_arn = f"arn:aws:events:{REGION}:{ACCOUNT_ID}:event-bus/{self.bus}"
        for owner, bucket in ((ACCOUNT_ID, self.ours), (OTHER, self.theirs)):
            s3 = aws.client("s3", account=owner)
            s3.create_bucket(Bucket=bucket)
            s3.put_bucket_notification_configuration(
                Bucket=bucket, NotificationConfiguration={"EventBridgeConfiguration": {}}
            )

    def write(self, bucket: str, key: str) -> None:
        """Write an object as somebody of our account."""
        self.aws.client("s3").put_object(Bucket=bucket, Key=key, Body=b"x")

    def add_queue(self, name: str, rule: str) -> str:
        """Create a queue to which a rule of ours may send; return its ARN."""
        arn = f"arn:aws:sqs:{REGION}:{ACCOUNT_ID}:{name}-{self.tag}"
        statement = {
            "Effect": "Allow",
            "Principal": {"Service": "events.amazonaws.com"},
            "Action": "sqs:SendMessage",
            "Resource": arn,
            "Condition": {"ArnEquals": {"aws:SourceArn": f"{RULE}/{rule}-{self.tag}"}},
        }
        attributes = {"Policy": json.dumps({"Version": "2012-10-17", "Statement": [statement]})}
        self.aws.client("sqs").create_queue(QueueName=f"{name}-{self.tag}", Attributes=attributes)
        return arn

    def add_rule(self, name: str, target: dict[str, Any], *, account: str = ACCOUNT_ID, **bus: str) -> None:
        """Add a rule for logs in both buckets."""
        detail = {"bucket": {"name": [self.ours, self.theirs]}, "object": {"key": [{"suffix": ".log"}]}}
        events, rule = self.aws.client("events", account=account), f"{name}-{self.tag}"
        events.put_rule(Name=rule, EventPattern=json.dumps({"source": ["aws.s3"], "detail": detail}), **bus)
        events.put_targets(Rule=rule, Targets=[{"Id": "1", **target}], **bus)

    def add_bus(self, admitted: str) -> None:
        """Create a bus of ours which admits another account."""
        statement = {
            "Sid": "Admit",
            "Effect": "Allow",
            "Principal": {"AWS": f"arn:aws:iam::{admitted}:root"},
            "Action": "events:PutEvents",
            "Resource": self.bus_arn,
            "Condition": {"ForAllValues:StringEquals": {"events:source": "aws.s3"}},
        }
        policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        self.aws.client("events").create_event_bus(Name=self.bus)
        self.aws.client("events").put_permission(EventBusName=self.bus, Policy=policy)

    def add_role(self, service: str, resource: str) -> str:
        """Create a role of the other account that `service` may assume, and that may put events on `resource`."""
        iam, name = self.aws.client("iam", account=OTHER), f"forward-{self.tag}"
        trust = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
        allowed = {"Effect": "Allow", "Action": "events:PutEvents", "Resource": resource}
        document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
        role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=document)["Role"]["Arn"]
        policy = json.dumps({"Version": "2012-10-17", "Statement": [allowed]})
        iam.put_role_policy(RoleName=name, PolicyName="forward", PolicyDocument=policy)
        return str(role)

    def read_keys(self, queue: str) -> list[str]:
        """Return the keys of the objects of which a queue was told."""
        messages = self.aws.read_queue_messages(f"{queue}-{self.tag}")
        return [json.loads(body)["detail"]["object"]["key"] for body, _ in messages]

    def list_undelivered(self) -> list[tuple[str, str, bool]]:
        """Return rule, reason and whether it was kept, of each event that was not delivered."""
        events = self.aws.undelivered_events
        return [(one.rule.rpartition("/")[2][:-9], one.reason, one.kept) for one in events if self.tag in one.rule]


@pytest.fixture(scope="module")
def aws() -> Iterator[LocalAws]:
    with LocalAws() as running:
        yield running


@pytest.fixture
def place(aws: LocalAws) -> Place:
    return Place(aws)


def test_a_bus_is_that_of_the_buckets_account(place: Place) -> None:
    """An event goes to the default bus of the bucket's account, whoever wrote the object, and matches the pattern."""
    place.add_rule("logs", {"Arn": place.add_queue("end", "logs")})
    for bucket, key in ((place.ours, "a.log"), (place.ours, "a.txt"), (place.theirs, "b.log")):
        place.write(bucket, key)
    assert place.read_keys("end") == ["a.log"]


def test_a_restored_object_is_told_as_a_created_one_is(place: Place) -> None:
    """Its restoration is one event when it begins, which is not told here, and one when it is completed."""
    place.add_rule("logs", {"Arn": place.add_queue("end", "logs")})
    s3 = place.aws.client("s3")
    s3.put_object(Bucket=place.ours, Key="old.log", Body=b"x", StorageClass="GLACIER")
    s3.restore_object(Bucket=place.ours, Key="old.log", RestoreRequest={"Days": 1})
    s3.head_object(Bucket=place.ours, Key="old.log")
    messages = place.aws.read_queue_messages(f"end-{place.tag}")
    assert [json.loads(body)["detail-type"] for body, _ in messages] == ["Object Created", "Object Restore Completed"]


def test_what_a_target_does_not_allow_is_kept(place: Place) -> None:
    """A queue whose policy names another rule takes nothing; the dead-letter queue does, if its policy admits it."""
    target, letters = place.add_queue("end", "another"), place.add_queue("letters", "logs")
    place.add_rule("logs", {"Arn": target, "DeadLetterConfig": {"Arn": letters}})
    place.add_rule("lost", {"Arn": target, "DeadLetterConfig": {"Arn": target}})
    place.add_rule("gone", {"Arn": f"arn:aws:lambda:{REGION}:{ACCOUNT_ID}:function:none"})
    place.write(place.ours, "a.log")
    assert place.list_undelivered() == [
        ("logs", NO_PERMISSIONS, True),
        ("lost", NO_PERMISSIONS, False),
        ("gone", NO_RESOURCE, False),
    ]
    ((_, attributes),) = place.aws.read_queue_messages(f"letters-{place.tag}")
    assert attributes["RULE_ARN"] == f"{RULE}/logs-{place.tag}"
    assert attributes["ERROR_CODE"] == NO_PERMISSIONS


@pytest.mark.parametrize(
    ("admitted", "service", "bus", "arrives"),
    [
        (OTHER, "events.amazonaws.com", "sources", True),
        ("111122223333", "events.amazonaws.com", "sources", False),
        (OTHER, "lambda.amazonaws.com", "sources", False),
        (OTHER, "events.amazonaws.com", "another", False),
    ],
)
def test_events_of_another_account_need_both_sides(
    place: Place, admitted: str, service: str, bus: str, arrives: bool
) -> None:
    """The bus admits the account, EventBridge may assume the owner's role, and the role may put events on the bus."""
    place.add_bus(admitted)
    queue = place.add_queue("end", f"{place.bus}/logs")
    place.add_rule("logs", {"Arn": queue}, EventBusName=place.bus)
    role = place.add_role(service, place.bus_arn.replace("sources", bus))
    place.add_rule("forward", {"Arn": place.bus_arn, "RoleArn": role}, account=OTHER)
    place.write(place.theirs, "b.log")
    assert place.read_keys("end") == (["b.log"] if arrives else [])
    assert place.list_undelivered() == ([] if arrives else [("forward", NO_PERMISSIONS, False)])


def test_nobody_can_send_events_of_s3_by_hand(aws: LocalAws) -> None:
    """An event says to be from AWS only if it is."""
    entry = {"Source": "aws.s3", "DetailType": "Object Created", "Detail": "{}"}
    (answer,) = aws.client("events").put_events(Entries=[entry])["Entries"]
    assert answer["ErrorCode"] == "NotAuthorizedForSourceException"
