"""The stack of the bucket that keeps Terraform's state; it is deployed once, before everything else."""

from cdktf import LocalBackend, TerraformOutput
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
from constructs import Construct

from stacks.backend import add_s3_backend
from stacks.bucket_state import STACK_ID, STATE_KEY
from stacks.config import Config
from stacks.encryption import demand_key
from stacks.named_stack import NamedStack
from stacks.private_bucket import AWS_KEY, BucketGuards, PrivateBucket
from stacks.protection import protect_data
from stacks.provider import add_provider
from stacks.state import PROJECT_FROM_STACK

OLD_STATE_DAYS = 90
ABORT_UPLOAD_DAYS = 7
SHARED_ENVIRONMENT = "shared"


class StateBackendStack(NamedStack):
    """The bucket for the state of every environment.

    The stack's own state is the local file `state_file`, because the bucket does not exist yet. It can move into the
    bucket afterwards (`state_in_bucket`).
    """

    def __init__(self, scope: Construct, config: Config, state_file: str) -> None:
        super().__init__(scope, STACK_ID)
        if config.state_in_bucket:
            add_s3_backend(self, config, STATE_KEY)
        else:
            LocalBackend(self, path=PROJECT_FROM_STACK + state_file)
        add_provider(self, config, environment=SHARED_ENVIRONMENT, region=config.state_bucket_region)
        if config.state_kms_key:
            demand_key(self, "state_kms_key", config.state_kms_key)
        state = PrivateBucket(
            self,
            "state",
            name=config.state_bucket_name,
            versioned=True,
            force_destroy=config.state_force_destroy,
            guards=BucketGuards(config.state_kms_key or AWS_KEY),
        )
        S3BucketLifecycleConfiguration(
            self,
            "lifecycle",
            bucket=state.bucket.id,
            rule=[
                Rule(
                    id="ExpireOldStates",
                    status="Enabled",
                    filter=[Filter(prefix="")],
                    noncurrent_version_expiration=[OldVersions(noncurrent_days=OLD_STATE_DAYS)],
                    abort_incomplete_multipart_upload=[AbortUpload(days_after_initiation=ABORT_UPLOAD_DAYS)],
                )
            ],
            depends_on=[state.versioning],
        )
        TerraformOutput(self, "StateBucket", value=state.bucket.bucket).override_logical_id("StateBucket")
        protect_data(self, protect=False, force_destroy=config.state_force_destroy)
