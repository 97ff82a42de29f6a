"""Load the configuration of the environment that a command is about, as the stacks do."""

import os

from ops.notes import print_note
from stacks.config import Config, load, read_context
from stacks.config.region import find_overlooked_region


def load_configuration() -> Config:
    """Return the environment's configuration; raises `ConfigError` if it is malformed.

    Print a note if a region is set where Terraform does not look. Give boto3 `Config.region`: by itself it would ignore
    AWS_REGION and the context.
    """
    config = load(read_context(os.environ), os.environ)
    if overlooked := find_overlooked_region(config.region, os.environ):
        print_note(overlooked)
    return config


def name_credentials(config: Config) -> str:
    """Return what to check of the credentials: whose they have to be, if `allowed_account_ids` says it."""
    allowed = ", ".join(config.allowed_account_ids)
    return f"the credentials (allowed_account_ids is {allowed})" if allowed else "the credentials"
