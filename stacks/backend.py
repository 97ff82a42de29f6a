"""Where a stack's state lives: an S3 bucket with a lock file, Terraform Cloud, or a local file."""

from cdktf import CloudBackend, LocalBackend, NamedCloudWorkspace, S3Backend, TerraformStack

from stacks.config import Config
from stacks.state import BETWEEN, state_file, state_key


def add_backend(stack: TerraformStack, config: Config, stack_id: str) -> None:
    """Give `stack` the backend that the configuration chooses."""
    if config.backend == "cloud":
        workspace = config.cloud_workspace or config.prefix
        CloudBackend(stack, organization=config.cloud_organization, workspaces=NamedCloudWorkspace(workspace))
    elif config.backend == "local":
        LocalBackend(stack, path=BETWEEN + state_file(stack_id))
    else:
        key = state_key(config, stack_id)
        S3Backend(stack, bucket=config.state_bucket_name, key=key, region=config.region, encrypt=True)
        stack.add_override("terraform.backend.s3.use_lockfile", True)
