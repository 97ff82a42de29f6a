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
        key = build_state_key(config, stack_id)
        S3Backend(stack, bucket=config.state_bucket_name, key=key, region=config.region, encrypt=True)
        stack.add_override("terraform.backend.s3.use_lockfile", True)
