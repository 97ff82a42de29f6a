"""The stack of the bucket that keeps Terraform's state; it is deployed once, before everything else."""

from cdktf import LocalBackend, TerraformOutput
from cdktf_cdktf_provider_aws.s3_bucket_lifecycle_configuration import (
    S3BucketLifecycleConfiguration,
)
from cdktf_cdktf_provider_aws.s3_bucket_lifecycle_configuration import (
    S3BucketLifecycleConfigurationRule as Rule,
)
from cdktf_cdktf_provider_aws.s3_bucket_lifecycle_configuration import (
    S3BucketLifecycleConfigurationRuleFilter as Filter,
)
from cdktf_cdktf_provider_aws.s3_bucket_lifecycle_configuration import (
    S3BucketLifecycleConfigurationRuleNoncurrentVersionExpiration as OldVersions,
)
from constructs import Construct

from stacks.config import Config
from stacks.named_stack import NamedStack
from stacks.private_bucket import PrivateBucket
from stacks.protection import protect_data
from stacks.provider import add_provider
from stacks.state import PROJECT_FROM_STACK, build_state_file_name

STACK_ID = "StateBackend"
OLD_STATE_DAYS = 90
SHARED_ENVIRONMENT = "shared"


class StateBackendStack(NamedStack):
    """The bucket for the state of every environment.

    The stack's own state is a local file, because the bucket does not exist yet; migrate it as the README shows.
    """

    def __init__(self, scope: Construct, config: Config) -> None:
        super().__init__(scope, STACK_ID)
        LocalBackend(self, path=PROJECT_FROM_STACK + build_state_file_name(STACK_ID))
        add_provider(self, config, environment=SHARED_ENVIRONMENT)
        state = PrivateBucket(
            self,
            "state",
            name=config.state_bucket_name,
            versioned=True,
            force_destroy=config.state_force_destroy,
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
                )
            ],
            depends_on=[state.versioning],
        )
        TerraformOutput(self, "StateBucket", value=state.bucket.bucket).override_logical_id("StateBucket")
        protect_data(self, protect=False, force_destroy=config.state_force_destroy)
