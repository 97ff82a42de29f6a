"""Run the demo's steps, side by side if they can be."""

import os
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from emulator.aws.local_aws import LocalAws
from emulator.demo.ingest import Ingest
from emulator.demo.logs import LogFile, find_logs, fit_keys, write_samples
from emulator.demo.preview import show_preview
from emulator.demo.result import DemoResult
from emulator.demo.screen import announce
from emulator.deploy.progress import Steps
from emulator.deploy.stacks import Stacks, Terraform, synthesize
from emulator.deploy.terraform import build_cli_environment
from toolchain.terraform import find_terraform

WAITS = (
    "The AWS provider now watches each queue for 25 s and each lifecycle rule for 55 s, here as on AWS. "
    "The upload begins as soon as all that it needs stands."
)


@dataclass(frozen=True)
class DemoPlan:
    """What to run: the user's logs (None: the samples), the folder for all output, and the local AWS's port."""

    logs: Path | None
    build_dir: Path
    port: int = 0


def run(plan: DemoPlan, console: Console) -> DemoResult:
    """Run all steps and return the result; everything that was started has ended by then."""
    seconds: dict[str, float] = {}
    begun_s = time.monotonic()
    logs = find_logs(plan.logs) if plan.logs else []  # what is wrong with them is said at once
    with Steps(console) as steps, ExitStack() as started:
        with steps.show("Synthesize the stacks"):
            stacks = synthesize(plan.build_dir)
        with steps.show("Start the local AWS"):
            aws = started.enter_context(LocalAws(port=plan.port, log_dir=plan.build_dir / "function-logs"))
            terraform = _build_terraform(plan, stacks, aws)
        seconds["setup"], begun_s = time.monotonic() - begun_s, time.monotonic()
        state_backend = started.enter_context(terraform.begin(stacks.state_backend, steps))
        state_backend.wait_until_usable()
        main = started.enter_context(terraform.begin(stacks.main, steps))
        main.wait_until_planned()
        logs = fit_keys(logs or write_samples(plan.build_dir / "logs"), stacks.read_notification_suffixes())
        announce(logs, console)
        console.print(WAITS)
        with show_preview(logs, console):
            outputs = main.wait_until_usable()
        ingest = Ingest(aws, outputs, logs)
        ingest_s = _store(ingest, logs, steps)
        seconds["apply"] = max(state_backend.wait_for_end_s(), main.wait_for_end_s()) - begun_s
        seconds["ingest"] = ingest_s
        with steps.show("Compare table and files"):
            return ingest.compare(seconds)


def _build_terraform(plan: DemoPlan, stacks: Stacks, aws: LocalAws) -> Terraform:
    env = os.environ | build_cli_environment(plan.build_dir) | aws.build_environment()
    return Terraform(find_terraform(), env, stacks.log)


def _store(ingest: Ingest, logs: list[LogFile], steps: Steps) -> float:
    """Upload the files, wait until all work on them has ended, and return how many seconds that took."""
    begun_s = time.monotonic()
    with steps.show(f"Upload {len(logs)} {'file' if len(logs) == 1 else 'files'}") as step:
        ingest.upload(step)
    with steps.show("Store the records") as step:
        ingest.follow(step)
    return time.monotonic() - begun_s
