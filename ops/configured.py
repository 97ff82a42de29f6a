"""The environment that a command is about, as the stacks were deployed from it."""

import os
import sys

from log_processor.escaping import escaped

from stacks.config import Config, load, read_context
from stacks.config.region import overlooked_region


def configured() -> Config:
    """Return the environment's configuration; a region that is set where Terraform does not look is said.

    AWS is asked in `Config.region`: boto3 by itself would ignore AWS_REGION and the context. Raises `ConfigError`.
    """
    config = load(read_context(os.environ), os.environ)
    if overlooked := overlooked_region(config.region, os.environ):
        sys.stderr.write(f"note: {escaped(overlooked)}\n")
    return config
