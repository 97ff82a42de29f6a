"""Create what starts the function for objects of buckets that the stack does not own: one EventBridge rule each.

S3 tells the default bus of the bucket's account and region. For a bucket of another account, its owner forwards these
events to a bus of ours, which admits that account alone. Neither the bucket's notifications nor its policy is touched.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from cdktf import Op, Precondition, TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.cloudwatch_event_bus import CloudwatchEventBus
from cdktf_cdktf_provider_aws.cloudwatch_event_bus_policy import CloudwatchEventBusPolicy
from cdktf_cdktf_provider_aws.cloudwatch_event_rule import CloudwatchEventRule
from cdktf_cdktf_provider_aws.cloudwatch_event_target import (
    CloudwatchEventTarget,
    CloudwatchEventTargetDeadLetterConfig,
)
from cdktf_cdktf_provider_aws.data_aws_s3_bucket import DataAwsS3Bucket
from cdktf_cdktf_provider_aws.lambda_alias import LambdaAlias
from cdktf_cdktf_provider_aws.lambda_permission import LambdaPermission
from cdktf_cdktf_provider_aws.sqs_queue import SqsQueue
from constructs import Construct

from stacks.config import Config
from stacks.config.source import BucketSource
from stacks.iam import build_document
from stacks.sources.key_filter import build_event_pattern

TARGET = "log-processor"


class EventSources(Construct):
    """The configured sources, each with its rule; call `start` when function and dead-letter queue are created."""

    def __init__(self, scope: Construct, id_: str, *, config: Config, account_id: str) -> None:
        super().__init__(scope, id_)
        owners = sorted({source.account for source in config.sources if source.account})
        bus = self._add_bus(config.sources_bus_name, owners) if owners else None
        self._rules = [
            _ForeignRule(self, source, config.name_rule(source.name), bus, account_id)
            if bus and source.account
            else _OwnRule(self, source, config.name_rule(source.name), config.region)
            for source in config.sources
        ]

    @property
    def rule_arns(self) -> list[str]:
        """Return the ARNs of the rules."""
        return [one.rule.arn for one in self._rules]

    def start(self, alias: LambdaAlias, dead_letters: SqsQueue) -> None:
        """Let each rule, and nothing else of EventBridge, invoke the function; what it cannot deliver is kept."""
        for one in self._rules:
            one.start(alias, dead_letters)

    def _add_bus(self, name: str, owners: Sequence[str]) -> CloudwatchEventBus:
        """Create the bus. It admits events of S3 from these accounts; nobody but S3 can send those.

        `events:source` has a value for each event of a request. All accounts share a statement: EventBridge takes
        policies of 10,240 characters, and one with a statement for each of 40 accounts is longer.
        """
        bus = CloudwatchEventBus(self, "bus", name=name)
        statement = {
            "Sid": "AdmitOwners",
            "Effect": "Allow",
            "Principal": {"AWS": [f"arn:aws:iam::{owner}:root" for owner in owners]},
            "Action": "events:PutEvents",
            "Resource": bus.arn,
            "Condition": {"ForAllValues:StringEquals": {"events:source": "aws.s3"}},
        }
        CloudwatchEventBusPolicy(self, "bus_policy", event_bus_name=bus.name, policy=build_document(statement))
        return bus


class _SourceRule(Construct):
    """The rule of one source (`rule`)."""

    def __init__(self, scope: Construct, source: BucketSource, name: str, bus: Mapping[str, Any]) -> None:
        super().__init__(scope, source.name)
        self.rule = CloudwatchEventRule(
            self,
            "rule",
            name=name,
            description=f"Objects of s3://{source.bucket}/{source.prefix} start the log processor",
            event_pattern=json.dumps(build_event_pattern(source.bucket, source.keys, account=source.account)),
            **bus,
        )

    def start(self, alias: LambdaAlias, dead_letters: SqsQueue) -> None:
        """Let the rule invoke the function, and keep what it cannot deliver."""
        permission = LambdaPermission(
            self,
            "permission",
            statement_id=f"AllowSource-{self.node.id}",
            action="lambda:InvokeFunction",
            function_name=alias.function_name,
            qualifier=alias.name,
            principal="events.amazonaws.com",
            source_arn=self.rule.arn,
        )
        CloudwatchEventTarget(
            self,
            "target",
            target_id=TARGET,
            rule=self.rule.name,
            event_bus_name=self.rule.event_bus_name,
            arn=alias.arn,
            dead_letter_config=CloudwatchEventTargetDeadLetterConfig(arn=dead_letters.arn),
            depends_on=[permission],
        )


class _OwnRule(_SourceRule):
    """The rule of a bucket of this account; the plan fails if the bucket does not exist in the region.

    The provider ends the plan by an error of its own, whose words cannot be chosen; it names the bucket and the data
    source. Therefore the name of the data source says what is demanded.
    """

    def __init__(self, scope: Construct, source: BucketSource, name: str, region: str) -> None:
        super().__init__(scope, source, name, {})
        DataAwsS3Bucket(self, f"must_exist_in_{region}", bucket=source.bucket)


class _ForeignRule(_SourceRule):
    """The rule of a bucket of another account; the plan fails if that is the stack's own."""

    def __init__(
        self, scope: Construct, source: BucketSource, name: str, bus: CloudwatchEventBus, account_id: str
    ) -> None:
        same = (
            f"sources.{source.name}.account is {source.account}, the stack's own: remove it, because only events of "
            "other accounts come over a bus of ours."
        )
        own = Precondition(condition=Op.neq(account_id, source.account), error_message=same)
        lifecycle = TerraformResourceLifecycle(precondition=[own])
        super().__init__(scope, source, name, {"event_bus_name": bus.name, "lifecycle": lifecycle})
