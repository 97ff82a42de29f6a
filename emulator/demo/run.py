"""The sequence of the demo; what can go on side by side does."""

import os
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from emulator.aws.local_aws import LocalAws
from emulator.demo.ingest import Ingest
from emulator.demo.logs import LogFile, find_logs, fit_keys, write_samples
from emulator.demo.outcome import Outcome
from emulator.demo.preview import preview
from emulator.demo.screen import announce
from emulator.deploy.progress import Steps
from emulator.deploy.stacks import Stacks, Terraform, synthesize
from emulator.deploy.terraform import cli_environment
from toolchain.terraform import find_terraform

WAITS = (
    "The AWS provider now watches each queue for 25 s and each lifecycle rule for 55 s, here as on AWS. "
    "The upload begins as soon as all that it needs stands."
)


@dataclass(frozen=True)
class Plan:
    """What to run: the user's own logs (None: the samples), where everything is written, the port of the local AWS."""

    logs: Path | None
    build_dir: Path
    port: int = 0


def run(plan: Plan, console: Console) -> Outcome:
    """Do the whole sequence and return what it found; everything that was started has ended by then."""
    seconds: dict[str, float] = {}
    begun_s = time.monotonic()
    logs = find_logs(plan.logs) if plan.logs else []  # what is wrong with them is said at once
    with Steps(console) as steps, ExitStack() as started:
        with steps.step("Synthesize the stacks"):
            stacks = synthesize(plan.build_dir)
        with steps.step("Start the local AWS"):
            aws = started.enter_context(LocalAws(port=plan.port, log_dir=plan.build_dir / "function-logs"))
            terraform = _terraform(plan, stacks, aws)
        seconds["setup"], begun_s = time.monotonic() - begun_s, time.monotonic()
        state_backend = started.enter_context(terraform.begin(stacks.state_backend, steps))
        state_backend.usable()
        main = started.enter_context(terraform.begin(stacks.main, steps))
        main.planned()
        logs = fit_keys(logs or write_samples(plan.build_dir / "logs"), stacks.notification_suffixes())
        announce(logs, console)
        console.print(WAITS)
        with preview(logs, console):
            outputs = main.usable()
        ingest = Ingest(aws, outputs, logs)
        ingest_s = _store(ingest, logs, steps)
        seconds["apply"] = max(state_backend.finished_s(), main.finished_s()) - begun_s
        seconds["ingest"] = ingest_s
        with steps.step("Compare table and files"):
            return ingest.outcome(seconds)


def _terraform(plan: Plan, stacks: Stacks, aws: LocalAws) -> Terraform:
    env = os.environ | cli_environment(plan.build_dir) | aws.environment()
    return Terraform(find_terraform(), env, stacks.log)


def _store(ingest: Ingest, logs: list[LogFile], steps: Steps) -> float:
    """Upload the files, wait until all work on them is done, and return how many seconds that took."""
    begun_s = time.monotonic()
    with steps.step(f"Upload {len(logs)} {'file' if len(logs) == 1 else 'files'}") as step:
        ingest.upload(step)
    with steps.step("Store the records") as step:
        ingest.follow(step)
    return time.monotonic() - begun_s
