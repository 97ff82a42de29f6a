"""Load the configuration, instantiate the stacks, synthesize."""

import os
import sys

import stacks.bindings  # noqa: F401 - before the framework and any provider import

# isort: split
from cdktf import App

from stacks.config import ConfigError, load, read_context
from stacks.packaging import PackagingError
from stacks.state_backend_stack import StateBackendStack
from stacks.tap_stack import TapStack


def main() -> None:
    """Write `cdktf.out/`; a configuration that cannot be used is one sentence and exit code 1."""
    try:
        config = load(read_context(os.environ), os.environ)
        app = App()
        StateBackendStack(app, config)
        TapStack(app, config)
        app.synth()
    except (ConfigError, PackagingError) as error:
        sys.exit(f"error: {error}")


if __name__ == "__main__":
    main()
