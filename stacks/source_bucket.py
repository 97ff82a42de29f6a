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
    S3BucketLifecycleConfigurationRuleFilter as Filter,
)
from cdktf_cdktf_provider_aws.s3_bucket_lifecycle_configuration import (
    S3BucketLifecycleConfigurationRuleNoncurrentVersionExpiration as OldVersions,
)
from cdktf_cdktf_provider_aws.s3_bucket_notification import S3BucketNotification, S3BucketNotificationLambdaFunction
from constructs import Construct

from stacks.private_bucket import PrivateBucket

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
        version_days: int,
        force_destroy: bool,
        statements: Sequence[Mapping[str, Any]],
    ) -> None:
        super().__init__(scope, id_, name=name, versioned=True, force_destroy=force_destroy, statements=statements)
        S3BucketLifecycleConfiguration(
            self,
            "lifecycle",
            bucket=self.bucket.id,
            rule=[
                Rule(
                    id="ExpireOldVersions",
                    status="Enabled",
                    filter=[Filter(prefix="")],
                    noncurrent_version_expiration=[OldVersions(noncurrent_days=version_days)],
                    abort_incomplete_multipart_upload=[AbortUpload(days_after_initiation=ABORT_UPLOAD_DAYS)],
                )
            ],
            depends_on=[self.versioning],
        )

    def notify(self, function_arn: str, suffixes: Sequence[str], *, permission: ITerraformDependable) -> None:
        """Notify the function of new and restored objects whose keys end in one of `suffixes`, EventBridge of all.

        Every key ends in the suffix ``""``.
        """
        targets = [
            S3BucketNotificationLambdaFunction(
                lambda_function_arn=function_arn, events=list(EVENTS), filter_suffix=suffix or None
            )
            for suffix in suffixes
        ]
        S3BucketNotification(
            self,
            "notification",
            bucket=self.bucket.id,
            eventbridge=True,
            lambda_function=targets,
            depends_on=[permission],
        )
