"""The demo: synthesize, start a local AWS, apply both stacks, upload logs, follow the work, account for each record."""

import argparse
import os
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from rich.console import Console

from emulator.aws.local_aws import LocalAws, PortInUseError
from emulator.demo.ingest import Ingest
from emulator.demo.logs import find_logs, fit_keys, write_samples
from emulator.demo.report import Outcome, show, write_report
from emulator.deploy.errors import DemoError
from emulator.deploy.progress import Steps
from emulator.deploy.stacks import Terraform, synthesize
from emulator.deploy.terraform import TerraformNotFoundError, cli_environment, find_terraform
from emulator.interrupt import INTERRUPTED, end_in_order

FILE_WIDTH = 120


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the demo; 0 where every record was stored once, 1 where not or where it cannot run, 130 after Ctrl-C."""
    options = _options(arguments)
    console = Console(width=None if sys.stdout.isatty() else FILE_WIDTH)
    errors = Console(stderr=True, highlight=False, markup=False, soft_wrap=True)
    end_in_order()
    try:
        outcome = run(options, console)
    except (DemoError, PortInUseError, TerraformNotFoundError) as error:
        errors.print(f"error: {error}")
        return 1
    except KeyboardInterrupt:
        errors.print("Stopped: the local AWS and everything that ran in it are shut down.")
        return INTERRUPTED
    write_report(outcome, options.build_dir / "report.json")
    show(outcome, console, options.build_dir)
    return 0 if outcome.good else 1


def run(options: argparse.Namespace, console: Console) -> Outcome:
    """Do the whole sequence and return what it found; everything that was started has ended by then."""
    seconds: dict[str, float] = {}
    with ExitStack() as started, Steps(console) as steps:
        clock_s = time.monotonic()
        logs = find_logs(options.logs) if options.logs else write_samples(options.build_dir / "logs")
        with steps.step("Synthesize the stacks"):
            stacks = synthesize(options.build_dir)
            logs = fit_keys(logs, stacks.notification_suffixes())
        with steps.step("Start the local AWS"):
            aws = started.enter_context(LocalAws(port=options.port, log_dir=options.build_dir / "function-logs"))
            env = os.environ | cli_environment(options.build_dir) | aws.environment()
            terraform = Terraform(find_terraform(options.build_dir), env, stacks.log)
        seconds["setup"], clock_s = time.monotonic() - clock_s, time.monotonic()
        for stack in (stacks.state_backend, stacks.main):
            with steps.step(f"Apply {stack.name}") as step:
                outputs = terraform.apply(stack, step)
        seconds["apply"], clock_s = time.monotonic() - clock_s, time.monotonic()
        ingest = Ingest(aws, outputs, logs)
        with steps.step(f"Upload {len(logs)} objects") as step:
            ingest.upload(step)
        with steps.step("Store the records") as step:
            ingest.follow(step)
        with steps.step("Compare the table with the files"):
            outcome = ingest.outcome(seconds)
        seconds["ingest"] = time.monotonic() - clock_s
        return outcome


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m emulator.demo", description=__doc__)
    parser.add_argument("--logs", type=Path, metavar="PATH", help="your own log file or folder (default: made samples)")
    parser.add_argument("--build-dir", type=Path, default=Path("build/demo"), help="where everything is written")
    parser.add_argument("--port", type=int, default=0, help="port of the local AWS (default: a free one)")
    options = parser.parse_args(arguments)
    options.build_dir = options.build_dir.resolve()
    return options


if __name__ == "__main__":
    sys.exit(main())
