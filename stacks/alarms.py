"""Create the alarms, and the topic that they tell."""

from collections.abc import Mapping
from typing import Any

from cdktf_cdktf_provider_aws.cloudwatch_metric_alarm import (
    CloudwatchMetricAlarm,
)
from cdktf_cdktf_provider_aws.cloudwatch_metric_alarm import (
    CloudwatchMetricAlarmMetricQuery as Query,
)
from cdktf_cdktf_provider_aws.cloudwatch_metric_alarm import (
    CloudwatchMetricAlarmMetricQueryMetric as QueryMetric,
)
from cdktf_cdktf_provider_aws.sns_topic import SnsTopic
from cdktf_cdktf_provider_aws.sns_topic_policy import SnsTopicPolicy
from cdktf_cdktf_provider_aws.sns_topic_subscription import SnsTopicSubscription
from constructs import Construct

from stacks.alarm_rules import AlarmRule, Measure, WatchedNames, list_alarm_rules
from stacks.config import Config
from stacks.iam import allow, build_document

SECTIONS = "docs/operations.md"


class Alarms(Construct):
    """The alarms (`arns`), which tell the topic `topic_arn` when they ring and when they stop."""

    def __init__(
        self, scope: Construct, id_: str, *, config: Config, names: WatchedNames, account_id: str, kms_key: str
    ) -> None:
        super().__init__(scope, id_)
        self._prefix = config.prefix
        self.topic_arn = config.alarm_topic_arn or self._add_topic(config, account_id, kms_key)
        self.arns = [self._add_alarm(rule) for rule in list_alarm_rules(config, names)]

    def _add_topic(self, config: Config, account_id: str, kms_key: str) -> str:
        topic = SnsTopic(self, "topic", name=f"{config.prefix}-alarms", kms_master_key_id=kms_key or None)
        policy = build_document(*_build_topic_statements(topic.arn, build_alarm_condition(config, account_id)))
        SnsTopicPolicy(self, "topic_policy", arn=topic.arn, policy=policy)
        for number, address in enumerate(config.alarm_emails):
            SnsTopicSubscription(self, f"email_{number}", topic_arn=topic.arn, protocol="email", endpoint=address)
        return topic.arn

    def _add_alarm(self, rule: AlarmRule) -> str:
        return CloudwatchMetricAlarm(
            self,
            rule.name,
            alarm_name=f"{self._prefix}-{rule.name}",
            alarm_description=f"{rule.meaning} {SECTIONS}#{rule.name} says what to do.",
            comparison_operator="GreaterThanThreshold",
            threshold=rule.threshold,
            evaluation_periods=rule.periods,
            datapoints_to_alarm=rule.datapoints,
            treat_missing_data=rule.missing,
            alarm_actions=[self.topic_arn],
            ok_actions=[self.topic_arn],
            **(_build_queries(rule) if rule.expressions else _build_metric(rule.measures[0], rule.period_s)),
        ).arn


def build_alarm_condition(config: Config, account_id: str) -> dict[str, Any]:
    """Return the condition of a statement for CloudWatch: that it acts for one of the environment's alarms."""
    alarms = f"arn:aws:cloudwatch:{config.region}:{account_id}:alarm:{config.prefix}-*"
    return {"ArnLike": {"aws:SourceArn": alarms}, "StringEquals": {"aws:SourceAccount": account_id}}


def _build_metric(measure: Measure, period_s: int) -> dict[str, Any]:
    return {
        "namespace": measure.namespace,
        "metric_name": measure.name,
        "dimensions": measure.dimensions,
        "statistic": measure.statistic,
        "period": period_s,
    }


def _build_queries(rule: AlarmRule) -> dict[str, Any]:
    measured = [Query(id=one.id, metric=_build_query_metric(one, rule.period_s)) for one in rule.measures]
    last = list(rule.expressions)[-1]
    computed = [
        Query(id=id_, expression=text, label=id_, return_data=id_ == last) for id_, text in rule.expressions.items()
    ]
    return {"metric_query": [*measured, *computed]}


def _build_query_metric(measure: Measure, period_s: int) -> QueryMetric:
    return QueryMetric(
        namespace=measure.namespace,
        metric_name=measure.name,
        dimensions=measure.dimensions,
        stat=measure.statistic,
        period=period_s,
    )


def _build_topic_statements(topic_arn: str, from_alarms: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return who may publish: the environment's alarms; and nobody without TLS. A topic's policy knows no `sns:*`."""
    publish = allow("PublishAlarms", ["sns:Publish"], topic_arn)
    return [
        publish | {"Principal": {"Service": "cloudwatch.amazonaws.com"}, "Condition": from_alarms},
        publish
        | {"Sid": "DenyUnencryptedTransport", "Effect": "Deny", "Principal": {"AWS": "*"}}
        | {"Condition": {"Bool": {"aws:SecureTransport": "false"}}},
    ]
