"""Where a stack's state lies, for the stack that names the place and for the tools that read it."""

from stacks.config import Config

BETWEEN = "../../../"
"""From the folder in which Terraform runs, `cdktf.out/stacks/<stack>`, to the checkout."""


def stack_id(config: Config) -> str:
    """Return the name of the environment's stack."""
    return f"TapStack{config.environment_suffix}"


def state_key(config: Config, stack: str) -> str:
    """Return the key of a stack's state in the bucket of the S3 backend."""
    return f"{config.app_name}/{stack}.tfstate"


def state_file(stack: str) -> str:
    """Return the name of a stack's state in the checkout, where the backend is a local file."""
    return f"terraform.{stack}.tfstate"
