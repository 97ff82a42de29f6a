"""Destroy an environment by `cdktf destroy`, unless its settings keep it; `make destroy ENV=pr7` runs it.

Terraform itself refuses what is kept, and names each resource. This says first which setting keeps it, and what to do.
"""

import subprocess
import sys

from log_processor.escaping import escape

from ops.configuration import load_configuration
from ops.made import run_made
from ops.outputs import PROJECT
from stacks.config import Config
from stacks.state import build_stack_id


def find_refusal(config: Config) -> str | None:
    """Return the sentence that says why the environment is not destroyed; None if it is."""
    suffix = config.environment_suffix
    if config.protect:
        kept = f"protect is true for {suffix!r}"
    elif not config.force_destroy:
        kept = f"force_destroy is false for {suffix!r}, so that what its buckets hold is kept"
    else:
        return None
    return (
        f"{kept}: to destroy it with all that it holds, set protect to false and force_destroy to true in "
        f"'environments.{suffix}' of cdktf.json's context, deploy, and then destroy"
    )


def run(arguments: list[str]) -> int:
    """Destroy the environment's stack, and return cdktf's exit code; 1 if its settings keep it."""
    config = load_configuration()
    if refusal := find_refusal(config):
        sys.stderr.write(f"error: {escape(refusal)}\n")
        return 1
    return subprocess.run(["cdktf", "destroy", build_stack_id(config), *arguments], cwd=PROJECT, check=False).returncode


def main() -> int:
    """Run the command."""
    return run_made(lambda: run(sys.argv[1:]))


if __name__ == "__main__":
    sys.exit(main())
