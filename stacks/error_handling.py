"""Create what keeps failures: the dead-letter queue for messages, the error archive for objects and rejects."""

from collections.abc import Sequence
from typing import Any

from cdktf_cdktf_provider_aws.s3_bucket_lifecycle_configuration import (
    S3BucketLifecycleConfiguration,
)
from cdktf_cdktf_provider_aws.s3_bucket_lifecycle_configuration import (
    S3BucketLifecycleConfigurationRule as Rule,
)
from cdktf_cdktf_provider_aws.s3_bucket_lifecycle_configuration import (
    S3BucketLifecycleConfigurationRuleAbortIncompleteMultipartUpload as AbortUpload,
)
from cdktf_cdktf_provider_aws.s3_bucket_lifecycle_configuration import (
    S3BucketLifecycleConfigurationRuleExpiration as Expiration,
)
from cdktf_cdktf_provider_aws.s3_bucket_lifecycle_configuration import (
    S3BucketLifecycleConfigurationRuleFilter as Filter,
)
from cdktf_cdktf_provider_aws.sqs_queue import SqsQueue
from cdktf_cdktf_provider_aws.sqs_queue_policy import SqsQueuePolicy
from constructs import Construct
from log_processor.settings import MAX_MESSAGE_BYTES

from stacks.config import Config
from stacks.config.retention import LETTER_RETENTION_S
from stacks.encryption import build_queue_encryption
from stacks.iam import allow, build_document, build_tls_statement
from stacks.private_bucket import BucketGuards, PrivateBucket

VISIBILITY_S = 300
ABORT_COPY_DAYS = 1
"""A copy whose process was killed leaves parts in the bucket, which are not listed but are paid for."""


class ErrorHandling(Construct):
    """`queue` keeps dead letters for 14 days, `archive` keeps failed objects and rejects for `error_log_days`.

    The event rules with the ARNs `rule_arns` may send to the queue what they cannot deliver.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        config: Config,
        archive_name: str,
        rule_arns: Sequence[str],
        guards: BucketGuards,
    ) -> None:
        super().__init__(scope, id_)
        self.queue = SqsQueue(
            self,
            "dead_letter_queue",
            name=config.dead_letter_queue_name,
            visibility_timeout_seconds=VISIBILITY_S,
            message_retention_seconds=LETTER_RETENTION_S,
            max_message_size=MAX_MESSAGE_BYTES,
            **build_queue_encryption(guards.kms_key),
        )
        policy = build_document(build_tls_statement("sqs", self.queue.arn), *_admit_rules(self.queue.arn, rule_arns))
        SqsQueuePolicy(self, "dead_letter_queue_policy", queue_url=self.queue.url, policy=policy)
        self.archive = PrivateBucket(
            self, "archive", name=archive_name, versioned=False, force_destroy=config.force_destroy, guards=guards
        ).bucket
        S3BucketLifecycleConfiguration(
            self,
            "archive_lifecycle",
            bucket=self.archive.id,
            rule=[
                Rule(
                    id="DeleteOldErrorLogs",
                    status="Enabled",
                    filter=[Filter(prefix="")],
                    expiration=[Expiration(days=config.error_log_days)],
                    abort_incomplete_multipart_upload=[AbortUpload(days_after_initiation=ABORT_COPY_DAYS)],
                )
            ],
        )


def _admit_rules(queue_arn: str, rule_arns: Sequence[str]) -> list[dict[str, Any]]:
    if not rule_arns:
        return []
    rules = {
        "Principal": {"Service": "events.amazonaws.com"},
        "Condition": {"ArnEquals": {"aws:SourceArn": list(rule_arns)}},
    }
    return [allow("KeepUndelivered", ["sqs:SendMessage"], queue_arn) | rules]
