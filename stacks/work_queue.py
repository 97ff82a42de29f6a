"""Create the work queue: the ranges that one invocation leaves to the next."""

import json

from cdktf_cdktf_provider_aws.lambda_event_source_mapping import (
    LambdaEventSourceMapping,
)
from cdktf_cdktf_provider_aws.lambda_event_source_mapping import (
    LambdaEventSourceMappingScalingConfig as Scaling,
)
from cdktf_cdktf_provider_aws.sqs_queue import SqsQueue
from cdktf_cdktf_provider_aws.sqs_queue_policy import SqsQueuePolicy
from constructs import Construct
from log_processor.settings import MAX_MESSAGE_BYTES

from stacks.config import Config
from stacks.config.retention import VISIBILITY_TIMEOUTS, WORK_RETENTION_S
from stacks.encryption import build_queue_encryption
from stacks.iam import build_tls_policy


class WorkQueue(Construct):
    """A queue of ranges; a message moves to the dead-letter queue after `Config.max_receive_count` deliveries."""

    def __init__(self, scope: Construct, id_: str, *, config: Config, dead_letters: SqsQueue, kms_key: str) -> None:
        super().__init__(scope, id_)
        redrive = {"deadLetterTargetArn": dead_letters.arn, "maxReceiveCount": config.max_receive_count}
        self.queue = SqsQueue(
            self,
            "queue",
            name=config.work_queue_name,
            visibility_timeout_seconds=VISIBILITY_TIMEOUTS * config.function_timeout_s,
            message_retention_seconds=WORK_RETENTION_S,
            max_message_size=MAX_MESSAGE_BYTES,
            **build_queue_encryption(kms_key),
            redrive_policy=json.dumps(redrive, separators=(",", ":")),
        )
        policy = build_tls_policy("sqs", self.queue.arn)
        SqsQueuePolicy(self, "queue_policy", queue_url=self.queue.url, policy=policy)

    def feed(self, function_arn: str, *, batch_size: int, concurrency: int, enabled: bool) -> None:
        """Deliver up to `batch_size` messages at a time to at most `concurrency` copies of the function, if `enabled`.

        Disable it if the function is stopped: each delivery that fails counts towards `max_receive_count`.
        """
        LambdaEventSourceMapping(
            self,
            "mapping",
            event_source_arn=self.queue.arn,
            function_name=function_arn,
            enabled=enabled,
            batch_size=batch_size,
            function_response_types=["ReportBatchItemFailures"],
            scaling_config=Scaling(maximum_concurrency=concurrency),
        )
