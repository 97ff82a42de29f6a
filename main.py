"""Load the configuration, instantiate the stacks, synthesize."""

import os
import sys
from importlib import import_module

from stacks.bindings import BindingsError, prepare
from stacks.config import ConfigError, load, read_context
from stacks.config.region import overlooked_region
from stacks.config.routes import hashes_values
from stacks.packaging import PackagingError


def main() -> None:
    """Write `cdktf.out/`; a configuration that cannot be used is one sentence and exit code 1.

    The framework starts a Node.js process, so it is imported once all settings and routes are known to be good.
    """
    try:
        config = load(read_context(os.environ), os.environ)
        hashed = hashes_values()
        prepare()
        import_module("stacks.synthesis").synthesize(config, hashed=hashed)
    except (ConfigError, BindingsError, PackagingError) as error:
        sys.exit(f"error: {error}")
    if overlooked := overlooked_region(config.region, os.environ):
        sys.stderr.write(f"note: {overlooked}\n")


if __name__ == "__main__":
    main()
