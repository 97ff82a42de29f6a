"""Run the demo's steps, side by side if they can be."""

import os
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from rich.console import Console

from emulator.aws.local_aws import LocalAws
from emulator.demo.ingest import Ingest
from emulator.demo.logs import LogFile, find_logs, fit_keys, write_samples
from emulator.demo.preview import show_preview
from emulator.demo.price import price_files
from emulator.demo.result import DemoResult
from emulator.demo.screen import announce
from emulator.deploy.progress import Steps
from emulator.deploy.stacks import DEMO, Stacks, Terraform, synthesize
from emulator.deploy.terraform import build_cli_environment
from emulator.stay import claim
from toolchain.terraform import find_terraform

WAITS = (
    "The AWS provider now watches each queue for 25 s and each lifecycle rule for 55 s, here as on AWS. "
    "The upload begins as soon as all that it needs stands."
)


@dataclass(frozen=True)
class DemoPlan:
    """What to run: the user's logs (None: the samples), the folder for all output, and the local AWS's port.

    If it `stays`, the local AWS is not ended after the last screen.
    """

    logs: Path | None
    build_dir: Path
    port: int = 0
    stays: bool = False


@dataclass(frozen=True)
class Demo:
    """The running demo: its result, and the variables that point tools at its environment in the local AWS."""

    result: DemoResult
    variables: Mapping[str, str]


@contextmanager
def run(plan: DemoPlan, console: Console) -> Iterator[Demo]:
    """Run all steps and yield the demo with its local AWS; on exit, everything that was started has ended."""
    logs = find_logs(plan.logs) if plan.logs else []  # what is wrong with them is said at once
    with claim(plan.build_dir), ExitStack() as started:
        with Steps(console) as steps:
            demo = _take_steps(plan, logs, steps, started, console)
        yield demo


def _take_steps(plan: DemoPlan, logs: list[LogFile], steps: Steps, started: ExitStack, console: Console) -> Demo:
    """Take the steps one after the other; what they start ends with `started`."""
    seconds: dict[str, float] = {}
    begun_s = time.monotonic()
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
        result = ingest.compare(seconds)
    with steps.show("Price the records"):
        result = replace(result, prices=price_files(logs))
    return Demo(result, aws.build_environment() | DEMO)


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
