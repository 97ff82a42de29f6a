"""Choose where a stack's state is kept: in an S3 bucket with a lock file, in Terraform Cloud, or in a local file."""

from cdktf import CloudBackend, LocalBackend, NamedCloudWorkspace, S3Backend, TerraformStack

from stacks.config import Config
from stacks.state import PROJECT_FROM_STACK, build_state_file_name, build_state_key


def add_backend(stack: TerraformStack, config: Config, stack_id: str) -> None:
    """Give `stack` the backend that the configuration chooses."""
    if config.backend == "cloud":
        workspace = config.cloud_workspace or config.prefix
        CloudBackend(stack, organization=config.cloud_organization, workspaces=NamedCloudWorkspace(workspace))
    elif config.backend == "local":
        LocalBackend(stack, path=PROJECT_FROM_STACK + build_state_file_name(stack_id))
    else:
        add_s3_backend(stack, config, build_state_key(config, stack_id))


def add_s3_backend(stack: TerraformStack, config: Config, key: str) -> None:
    """Keep the state of `stack` under `key` of the state bucket, with a lock file beside it."""
    S3Backend(
        stack,
        bucket=config.state_bucket_name,
        key=key,
        region=config.state_bucket_region,
        encrypt=True,
        kms_key_id=config.state_kms_key or None,
    )
    stack.add_override("terraform.backend.s3.use_lockfile", value=True)
    if config.assume_role:
        stack.add_override("terraform.backend.s3.assume_role", {"role_arn": config.assume_role})
