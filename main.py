"""Load the configuration, create the stacks, and synthesize them."""

import os
import sys
from importlib import import_module
from pathlib import Path

from stacks.bindings import DEFAULT_OUTPUT, OUTPUT, BindingsError, prepare
from stacks.bucket_state import find_bucket_state
from stacks.config import ConfigError, load, read_context
from stacks.config.region import find_overlooked_region
from stacks.config.routes import find_route_needs
from stacks.packaging import PackagingError
from stacks.role_policy import check_role_policy
from stacks.source_policy import check_policy_size
from stacks.terraform_version import TerraformVersionError, check_terraform


def main() -> None:
    """Write `cdktf.out/`; if the configuration cannot be used, exit with one sentence and code 1.

    The framework starts a Node.js process, so it is imported after all settings and routes were checked.
    """
    output = Path(os.environ.get(OUTPUT) or DEFAULT_OUTPUT)
    try:
        config = load(read_context(os.environ), os.environ)
        check_policy_size(config)
        check_role_policy(config)
        if config.backend != "cloud":  # there the workspace chooses its version
            check_terraform(os.environ)
        bucket_state = find_bucket_state(config, output.resolve().parent)
        needs = find_route_needs()
        prepare(output)
        import_module("stacks.synthesis").synthesize(config, output, needs=needs, bucket_state=bucket_state)
    except (ConfigError, TerraformVersionError, BindingsError, PackagingError) as error:
        sys.exit(f"error: {error}")
    if overlooked := find_overlooked_region(config.region, os.environ):
        sys.stderr.write(f"note: {overlooked}\n")
    if config.function_version:
        held = f"function_version is {config.function_version}, so a deploy publishes a version that does not serve"
        sys.stderr.write(f"note: {held}: 'ops rollback --newest' ends that\n")


if __name__ == "__main__":
    main()
