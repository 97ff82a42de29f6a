"""The stack's own alarms ring by what they are for, stop after its mend, and tell their topic if they may."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from emulator.aws.local_aws import ACCOUNT_ID, REGION, LocalAws
from stacks.alarm_rules import AlarmRule, Measure, WatchedNames, list_alarm_rules
from stacks.config import Config

pytestmark = pytest.mark.server

NAMES = WatchedNames("watched", "watched-work", "watched-letters", "watched-logs", "watched-ledger")
RULES = {rule.name: rule for rule in list_alarm_rules(Config(), NAMES)}
PREFIX = "watched-test-"
OWNERS = {"AWS/SQS": "QueueName"}
HEALTHY = {
    "Invocations": 40.0,
    "Errors": 0.0,
    "Throttles": 0.0,
    "Duration": 900.0,
    "AsyncEventAge": 200.0,
    "Lag": 4_000.0,
    "Failed": 0.0,
    "Denied": 0.0,
    "TableThrottles": 0.0,
    "RecordsRead": 9_000.0,
    "TextFallbacks": 12.0,
}
"""What a minute reports of a function that keeps up."""
QUEUES = {
    ("watched-work", "ApproximateNumberOfMessagesVisible"): 3.0,
    ("watched-work", "ApproximateAgeOfOldestMessage"): 20.0,
    ("watched-work", "NumberOfMessagesDeleted"): 12.0,
    ("watched-letters", "ApproximateNumberOfMessagesVisible"): 0.0,
}
CAUSES: dict[str, list[dict[Any, float]]] = {
    "dead-letters": [{("watched-letters", "ApproximateNumberOfMessagesVisible"): 1.0}],
    "dropped": [{"RecursiveInvocationsDropped": 1.0}, {"DeadLetterErrors": 1.0}],
    "backlog": [
        {("watched-work", "ApproximateAgeOfOldestMessage"): 1_900.0},
        {"AsyncEventAge": 1_900_000.0},
        {("watched-work", "ApproximateNumberOfMessagesVisible"): 500.0},
    ],
    "objective": [{"Lag": 1_000_000.0}, {"Failed": 1.0}],
    "errors": [{"Errors": 5.0}],
    "duration": [{"Duration": 60_000.0}],
    "throttles": [{"Throttles": 30.0}, {"TableThrottles": 30.0}],
    "denied": [{"Denied": 1.0}],
    "unparsed": [{"TextFallbacks": 1_000.0}],
}
MENDED_MINUTES = {"objective": 61, "denied": 21}
"""The minutes after which an alarm stops at the latest, if not the default."""


@pytest.fixture
def aws() -> Iterator[LocalAws]:
    """Yield a local AWS with the stack's alarms, and no others."""
    with LocalAws() as local:
        cloudwatch = local.client("cloudwatch")
        remove_alarms(cloudwatch)
        for rule in RULES.values():
            cloudwatch.put_metric_alarm(**build_request(rule))
        yield local
        remove_alarms(cloudwatch)


def remove_alarms(cloudwatch: Any) -> None:
    names = [one["AlarmName"] for one in cloudwatch.describe_alarms()["MetricAlarms"]]
    cloudwatch.delete_alarms(AlarmNames=names)


def build_request(rule: AlarmRule, **more: Any) -> dict[str, Any]:
    """Return the request that makes an alarm of a rule."""
    request: dict[str, Any] = {
        "AlarmName": f"{PREFIX}{rule.name}",
        "ComparisonOperator": "GreaterThanThreshold",
        "Threshold": rule.threshold,
        "EvaluationPeriods": rule.periods,
        "DatapointsToAlarm": rule.datapoints,
        "TreatMissingData": rule.missing,
        **more,
    }
    if not rule.expressions:
        (measure,) = rule.measures
        return request | build_metric(measure) | {"Statistic": measure.statistic, "Period": rule.period_s}
    queries: list[dict[str, Any]] = [
        {"Id": id_, "Expression": text, "ReturnData": id_ == list(rule.expressions)[-1]}
        for id_, text in reversed(list(rule.expressions.items()))  # Terraform sends them in any order
    ]
    for one in rule.measures:
        stat = {"Metric": build_metric(one), "Period": rule.period_s, "Stat": one.statistic}
        queries.append({"Id": one.id, "MetricStat": stat, "ReturnData": False})
    return request | {"Metrics": queries}


def build_metric(measure: Measure) -> dict[str, Any]:
    dimensions = [{"Name": name, "Value": value} for name, value in measure.dimensions.items()]
    return {"Namespace": measure.namespace, "MetricName": measure.name, "Dimensions": dimensions}


def live(aws: LocalAws, minutes: int, changed: dict[Any, float] | None = None) -> None:
    """Let minutes pass in which all is well, but for what `changed` says."""
    known = {(one.namespace, one.name) for rule in RULES.values() for one in rule.measures}
    for _ in range(minutes):
        reported: dict[Any, float] = {**HEALTHY, **QUEUES, **(changed or {})}
        for key, value in reported.items():
            owner, name = key if isinstance(key, tuple) else ("watched", key)
            namespace = "AWS/SQS" if isinstance(key, tuple) else find_namespace(name, known)
            dimension = OWNERS.get(namespace, "FunctionName")
            aws.metrics.add(namespace, name, {dimension: owner}, value, aws.clock.now())
        aws.watch.pass_minutes(1)


def find_namespace(name: str, known: set[tuple[str, str]]) -> str:
    return next(namespace for namespace, other in known if other == name)


def test_an_alarm_has_no_state_at_first(aws: LocalAws) -> None:
    """It has one as soon as it is judged; without any data all is well, or still unknown."""
    states = {one["StateValue"] for one in aws.client("cloudwatch").describe_alarms()["MetricAlarms"]}
    assert states == {"INSUFFICIENT_DATA"}
    aws.watch.pass_minutes(1)
    found = {one["AlarmName"]: one["StateValue"] for one in aws.client("cloudwatch").describe_alarms()["MetricAlarms"]}
    assert found.pop(f"{PREFIX}unparsed") == "INSUFFICIENT_DATA"
    assert set(found.values()) == {"OK"}


def test_nothing_rings_where_all_is_well(aws: LocalAws) -> None:
    """In two hours of traffic, and in two of silence after them."""
    live(aws, 120)
    aws.watch.pass_minutes(120)
    assert aws.watch.rang == set()


@pytest.mark.parametrize(
    ("name", "cause"),
    [pytest.param(name, one, id=f"{name}-{n}") for name in CAUSES for n, one in enumerate(CAUSES[name])],
)
def test_an_alarm_rings_by_its_cause_and_stops(aws: LocalAws, name: str, cause: dict[Any, float]) -> None:
    """It alone rings, soon, and does not ring any more after its mend."""
    live(aws, 20)
    live(aws, 16, cause)
    assert aws.watch.ringing == {f"{PREFIX}{name}"}
    live(aws, MENDED_MINUTES.get(name, 16))
    assert aws.watch.ringing == set()


def test_a_changed_format_rings_through_a_quiet_night(aws: LocalAws) -> None:
    """Silence mends nothing; records that parse do."""
    live(aws, 16, CAUSES["unparsed"][0])
    aws.watch.pass_minutes(8 * 60)
    assert aws.watch.ringing == {f"{PREFIX}unparsed"}
    live(aws, 16)
    assert aws.watch.ringing == set()


def test_an_hour_in_which_everything_fails_misses_the_objective(aws: LocalAws) -> None:
    """There is no lag of anything then, which is not the same as no data."""
    aws.metrics.add("LogPipeline", "Failed", {"FunctionName": "watched"}, 1.0, aws.clock.now())
    aws.watch.pass_minutes(2)
    assert f"{PREFIX}objective" in aws.watch.ringing


def test_the_topic_is_told_that_it_rings_and_that_it_stops(aws: LocalAws) -> None:
    """By a message as CloudWatch writes it, which a subscriber receives."""
    letters = RULES["dead-letters"]
    topic = make_topic(aws, "watched-told", "")
    queue = aws.client("sqs").create_queue(QueueName="watched-inbox")["QueueUrl"]
    inbox = f"arn:aws:sqs:{REGION}:{ACCOUNT_ID}:watched-inbox"
    aws.client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=inbox)
    told = {"AlarmActions": [topic], "OKActions": [topic], "AlarmDescription": "See there."}
    aws.client("cloudwatch").put_metric_alarm(**build_request(letters, **told))
    live(aws, 1)
    live(aws, 2, CAUSES["dead-letters"][0])
    live(aws, 6)
    received = aws.client("sqs").receive_message(QueueUrl=queue, MaxNumberOfMessages=10)["Messages"]
    messages = [json.loads(json.loads(one["Body"])["Message"]) for one in received]
    assert [one["NewStateValue"] for one in messages] == ["OK", "ALARM", "OK"]
    assert {(one["AlarmName"], one["AlarmDescription"]) for one in messages} == {
        (f"{PREFIX}dead-letters", "See there.")
    }
    assert aws.watch.refused == []


@pytest.mark.parametrize("refusing", ["topic", "key"])
def test_a_policy_that_does_not_admit_the_alarm_keeps_it_silent(aws: LocalAws, refusing: str) -> None:
    """The topic's, and that of the key which encrypts it: nobody is told, as on AWS."""
    service = {"Service": "events.amazonaws.com"}
    key = ""
    if refusing == "key":
        key = make_key(aws, service)
    topic = make_topic(aws, f"watched-{refusing}", key, **({"service": service} if refusing == "topic" else {}))
    aws.client("cloudwatch").put_metric_alarm(**build_request(RULES["dead-letters"], AlarmActions=[topic]))
    live(aws, 2, CAUSES["dead-letters"][0])
    assert aws.watch.ringing == {f"{PREFIX}dead-letters"}
    (refused,) = aws.watch.refused
    assert refused.startswith(
        f"{PREFIX}dead-letters: {'sns:Publish' if refusing == 'topic' else 'kms:GenerateDataKey'} on "
    )


CLOUDWATCH = {"Service": "cloudwatch.amazonaws.com"}


def make_topic(aws: LocalAws, name: str, key: str, service: dict[str, str] = CLOUDWATCH) -> str:
    """Make a topic to which a service may publish; `key` encrypts it if it is not empty."""
    sns = aws.client("sns")
    arn: str = sns.create_topic(Name=name)["TopicArn"]
    statement = {"Effect": "Allow", "Principal": service, "Action": "sns:Publish", "Resource": arn}
    sns.set_topic_attributes(
        TopicArn=arn, AttributeName="Policy", AttributeValue=json.dumps({"Statement": [statement]})
    )
    if key:
        sns.set_topic_attributes(TopicArn=arn, AttributeName="KmsMasterKeyId", AttributeValue=key)
    return arn


def make_key(aws: LocalAws, service: dict[str, str]) -> str:
    """Make a key that a service may use."""
    statement = {"Effect": "Allow", "Principal": service, "Action": "kms:*", "Resource": "*"}
    made = aws.client("kms").create_key(Policy=json.dumps({"Version": "2012-10-17", "Statement": [statement]}))
    arn: str = made["KeyMetadata"]["Arn"]
    return arn
