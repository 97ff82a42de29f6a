"""Create the stacks and write their Terraform JSON, each with the lock of the provider beside it."""

import shutil
from pathlib import Path

from cdktf import App

from stacks import PROJECT
from stacks.config import Config
from stacks.config.routes import RouteNeeds
from stacks.state_backend_stack import StateBackendStack
from stacks.tap_stack import TapStack

LOCK_FILE = ".terraform.lock.hcl"


def synthesize(config: Config, output: Path, *, needs: RouteNeeds, bucket_state: str) -> None:
    """Write the stacks of one environment to the folder `output`; `needs` is what the routes need.

    `bucket_state` is the file of the state bucket's own state. Terraform Cloud keeps states itself: there is no bucket.
    """
    app = App(outdir=str(output))
    if config.backend != "cloud":
        StateBackendStack(app, config, bucket_state)
    TapStack(app, config, needs)
    app.synth()
    _lock_provider(output / "stacks")


def _lock_provider(stacks: Path) -> None:
    """Give each stack the checked hashes of the provider, so that Terraform installs no other package of it."""
    lock = PROJECT / LOCK_FILE
    if lock.is_file():  # a copy of the project may do without it: Terraform then trusts what it first installs
        for stack in stacks.iterdir():
            shutil.copyfile(lock, stack / LOCK_FILE)
