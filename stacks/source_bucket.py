"""Create the bucket to which log objects are uploaded, and its notification."""

from collections.abc import Mapping, Sequence
from typing import Any

from cdktf import ITerraformDependable
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
from cdktf_cdktf_provider_aws.s3_bucket_lifecycle_configuration import (
    S3BucketLifecycleConfigurationRuleNoncurrentVersionExpiration as OldVersions,
)
from cdktf_cdktf_provider_aws.s3_bucket_lifecycle_configuration import (
    S3BucketLifecycleConfigurationRuleTransition as Transition,
)
from cdktf_cdktf_provider_aws.s3_bucket_notification import S3BucketNotification, S3BucketNotificationLambdaFunction
from constructs import Construct

from stacks.config import Config
from stacks.private_bucket import BucketGuards, PrivateBucket

ABORT_UPLOAD_DAYS = 7
EVENTS = ("s3:ObjectCreated:*", "s3:ObjectRestore:Completed")
"""What starts the function: an object that was archived unread is read when it is restored."""


class SourceBucket(PrivateBucket):
    """A versioned bucket, so that a range always reads the bytes of its event's object version; old versions expire."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        config: Config,
        statements: Sequence[Mapping[str, Any]],
        guards: BucketGuards,
    ) -> None:
        super().__init__(
            scope,
            id_,
            name=name,
            versioned=True,
            force_destroy=config.force_destroy,
            statements=statements,
            guards=guards,
        )
        S3BucketLifecycleConfiguration(
            self,
            "lifecycle",
            bucket=self.bucket.id,
            rule=_build_lifecycle(config),
            depends_on=[self.versioning],
        )

    def notify(self, function_arn: str, config: Config, *, permission: ITerraformDependable) -> None:
        """Notify the function of new and restored objects by prefix and endings of their keys, EventBridge of all.

        Every key begins and ends with ``""``.
        """
        targets = [
            S3BucketNotificationLambdaFunction(
                lambda_function_arn=function_arn,
                events=list(EVENTS),
                filter_prefix=config.source_prefix or None,
                filter_suffix=ending or None,
            )
            for ending in config.started_by
        ]
        S3BucketNotification(
            self,
            "notification",
            bucket=self.bucket.id,
            eventbridge=config.source_eventbridge,
            lambda_function=targets,
            depends_on=[permission],
        )


def _build_lifecycle(config: Config) -> list[Rule]:
    """Return the rules by which old versions are removed, and objects are moved and removed if that is set."""
    rules = [
        _build_rule(
            "ExpireOldVersions",
            noncurrent_version_expiration=[OldVersions(noncurrent_days=config.source_version_days)],
            abort_incomplete_multipart_upload=[AbortUpload(days_after_initiation=ABORT_UPLOAD_DAYS)],
        )
    ]
    if config.source_tiering_days:
        moved = Transition(days=config.source_tiering_days, storage_class=config.source_tiering_class)
        rules.append(_build_rule("TierObjects", transition=[moved]))
    if config.source_expiry_days:
        rules.append(_build_rule("ExpireObjects", expiration=[Expiration(days=config.source_expiry_days)]))
    return rules


def _build_rule(name: str, **actions: Any) -> Rule:
    return Rule(id=name, status="Enabled", filter=[Filter(prefix="")], **actions)
