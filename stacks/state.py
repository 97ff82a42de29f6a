"""Name a stack, its state and its alias, both for the stack itself and for the tools that read the state."""

from stacks.config import Config

PROJECT_FROM_STACK = "../../../"
"""The path from the folder in which Terraform runs, `cdktf.out/stacks/<stack>`, to the checkout."""

ALIAS = "live"
"""The alias that every trigger starts: it names the version of the function that serves."""


def build_stack_id(config: Config) -> str:
    """Return the name of the environment's stack."""
    return f"TapStack{config.environment_suffix}"


def build_state_key(config: Config, stack: str) -> str:
    """Return the key of a stack's state in the S3 backend's bucket."""
    return f"{config.app_name}/{stack}.tfstate"


def build_state_file_name(stack: str) -> str:
    """Return the file name of a stack's state in the checkout, if the backend is a local file."""
    return f"terraform.{stack}.tfstate"
