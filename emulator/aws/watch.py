"""Judge the alarms of CloudWatch each minute, and tell their topics of each change.

Source: Amazon CloudWatch User Guide, Alarm evaluation; Alarm evaluation windows, of which the sliding one
is the default.
"""

import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from moto.cloudwatch.models import cloudwatch_backends
from moto.sns.models import sns_backends

from emulator.aws.alarms.judgement import ALARM, EXTRA_PERIODS, OK, decide_state
from emulator.aws.alarms.metric_math import Series, evaluate_expression
from emulator.aws.alarms.statistics import compute_statistic
from emulator.aws.kms import read_key_policy
from emulator.aws.metrics import Clock, MetricStore
from emulator.aws.policies.callers import AccessRequest, Caller
from emulator.aws.policies.decision import is_allowed

MINUTE_S = 60
SERVICE = "cloudwatch.amazonaws.com"
COMPARISONS: Mapping[str, Callable[[float, float], bool]] = {
    "GreaterThanThreshold": lambda value, threshold: value > threshold,
    "GreaterThanOrEqualToThreshold": lambda value, threshold: value >= threshold,
    "LessThanThreshold": lambda value, threshold: value < threshold,
    "LessThanOrEqualToThreshold": lambda value, threshold: value <= threshold,
}


class Watch:
    """The alarms of an account and region. `report` makes the services report their metrics as of now.

    - `rang`: the names of all alarms that have rung so far.
    - `refused`: what alarms could not tell a topic, because its policy or its key's does not let them.
    """

    def __init__(
        self, account_id: str, region: str, metrics: MetricStore, clock: Clock, report: Callable[[], None]
    ) -> None:
        self._account_id, self._region = account_id, region
        self._metrics, self._clock, self._report = metrics, clock, report
        self.rang: set[str] = set()
        self.refused: list[str] = []

    def pass_minutes(self, minutes: int) -> None:
        """Let minutes pass; at the end of each, the services report their metrics and the alarms are judged."""
        self._report()
        for _ in range(minutes):
            self._pass(MINUTE_S)

    def skip_minutes(self, minutes: int) -> None:
        """Let minutes pass in which nothing is reported; the alarms are judged at their end alone."""
        self._report()
        self._pass(minutes * MINUTE_S)

    def _pass(self, seconds: float) -> None:
        self._clock.advance(seconds)
        self._report()
        for alarm in self._list_alarms():
            self._judge(alarm)

    @property
    def ringing(self) -> set[str]:
        """Return the names of the alarms that ring now."""
        return {alarm.name for alarm in self._list_alarms() if alarm.state_value == ALARM}

    def _list_alarms(self) -> list[Any]:
        alarms: dict[str, Any] = cloudwatch_backends[self._account_id][self._region].alarms
        return list(alarms.values())

    def _judge(self, alarm: Any) -> None:
        compare, threshold = COMPARISONS[alarm.comparison_operator], float(alarm.threshold)
        values = self._read_values(alarm)
        points = [None if value is None else compare(value, threshold) for value in values]
        periods = int(alarm.evaluation_periods)
        datapoints = int(alarm.datapoints_to_alarm or periods)
        state = decide_state(points, periods, datapoints, alarm.treat_missing_data or "missing", alarm.state_value)
        if state != alarm.state_value:
            self._change(alarm, state, f"Threshold {threshold}: the last values are {list(values)}")

    def _read_values(self, alarm: Any) -> Series:
        """Return the value of each period of the evaluation range, the oldest first."""
        count = int(alarm.evaluation_periods) + EXTRA_PERIODS
        if not alarm.metric_data_queries:
            statistic = alarm.statistic or alarm.extended_statistic
            return self._read_series(alarm, int(alarm.period), statistic, count)
        series: dict[str, Series] = {}
        expressions = {one.id: one for one in alarm.metric_data_queries if one.expression}
        for query in alarm.metric_data_queries:
            if stat := query.metric_stat:
                series[query.id] = self._read_series(stat.metric, int(stat.period), stat.stat, count)
        while expressions:
            ready = _find_ready(expressions)
            series[ready] = evaluate_expression(expressions.pop(ready).expression, series)
        returned = next(one.id for one in alarm.metric_data_queries if str(one.return_data).lower() == "true")
        return series[returned]

    def _read_series(self, metric: Any, period_s: int, statistic: str, count: int) -> Series:
        now_s = self._clock.now()
        dimensions = {one.name: one.value for one in metric.dimensions}
        begins = (now_s - number * period_s for number in range(count, 0, -1))
        name = metric.metric_name
        samples = (
            self._metrics.read(metric.namespace, name, dimensions, begin_s, begin_s + period_s) for begin_s in begins
        )
        return tuple(compute_statistic(statistic, [one.value for one in each]) for each in samples)

    def _change(self, alarm: Any, state: str, reason: str) -> None:
        before = alarm.state_value
        alarm.update_state(reason, "{}", state)
        if state == ALARM:
            self.rang.add(alarm.name)
        actions = {ALARM: alarm.alarm_actions, OK: alarm.ok_actions}.get(state, alarm.insufficient_data_actions)
        for topic_arn in actions or () if alarm.actions_enabled else ():
            self._tell(topic_arn, alarm, before)

    def _tell(self, topic_arn: str, alarm: Any, before: str) -> None:
        topic = sns_backends[self._account_id][self._region].topics[topic_arn]
        if refusal := self._find_refusal(topic, alarm.alarm_arn):
            self.refused.append(f"{alarm.name}: {refusal}")
            return
        message = {
            "AlarmName": alarm.name,
            "AlarmDescription": alarm.description,
            "AWSAccountId": self._account_id,
            "AlarmArn": alarm.alarm_arn,
            "NewStateValue": alarm.state_value,
            "NewStateReason": alarm.state_reason,
            "OldStateValue": before,
            "StateChangeTime": datetime.fromtimestamp(self._clock.now(), UTC).isoformat(),
        }
        topic.publish(json.dumps(message), subject=f'{alarm.state_value}: "{alarm.name}" in {self._region}')

    def _find_refusal(self, topic: Any, alarm_arn: str) -> str:
        """Return what the alarm may not do to tell the topic; empty if it may."""
        caller = Caller(service=SERVICE, keys={"aws:SourceArn": alarm_arn, "aws:SourceAccount": self._account_id})
        needed = [("sns:Publish", topic.arn, topic.policy)]
        if key := topic.kms_master_key_id:
            _, policy = read_key_policy(key) or ("", "")
            needed += [(action, key, policy) for action in ("kms:GenerateDataKey", "kms:Decrypt")]
        for action, resource, policy in needed:
            if not is_allowed(AccessRequest(caller, action, resource, self._account_id), policy):
                return f"{action} on {resource} is denied"
        return ""


def _find_ready(expressions: Mapping[str, Any]) -> str:
    """Return an expression that names no other one that is still to be computed; Terraform sends them in any order."""
    return next(
        id_
        for id_, query in expressions.items()
        if not (expressions.keys() - {id_}).intersection(re.findall(r"\w+", query.expression))
    )
