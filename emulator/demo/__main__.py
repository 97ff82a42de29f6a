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
from emulator.demo.outcome import Outcome, write_report
from emulator.demo.screen import announce, show
from emulator.deploy.errors import DemoError
from emulator.deploy.progress import Steps
from emulator.deploy.stacks import Terraform, synthesize
from emulator.deploy.terraform import cli_environment
from emulator.interrupt import INTERRUPTED, end_in_order
from emulator.terminal import error_console, output_console, printable
from toolchain.terraform import TerraformNotFoundError, find_terraform


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the demo; 0 where every record was stored once, 1 where not or where it cannot run, 130 after Ctrl-C."""
    options = _options(arguments)
    console, errors = output_console(os.environ), error_console()
    end_in_order()
    try:
        outcome = run(options, console)
    except (DemoError, PortInUseError, TerraformNotFoundError) as error:
        errors.print(f"error: {printable(str(error))}")
        return 1
    except KeyboardInterrupt:
        errors.print("Stopped: the local AWS and everything that ran in it are shut down.")
        return INTERRUPTED
    write_report(outcome, options.build_dir / "report.json")
    show(outcome, console, options.build_dir, options.logs)
    return 0 if outcome.good else 1


def run(options: argparse.Namespace, console: Console) -> Outcome:
    """Do the whole sequence and return what it found; everything that was started has ended by then."""
    seconds: dict[str, float] = {}
    with ExitStack() as started, Steps(console) as steps:
        clock_s = time.monotonic()
        logs = find_logs(options.logs) if options.logs else []
        with steps.step("Synthesize the stacks"):
            stacks = synthesize(options.build_dir)
            logs = fit_keys(logs or write_samples(options.build_dir / "logs"), stacks.notification_suffixes())
        announce(logs, console)
        with steps.step("Start the local AWS"):
            aws = started.enter_context(LocalAws(port=options.port, log_dir=options.build_dir / "function-logs"))
            env = os.environ | cli_environment(options.build_dir) | aws.environment()
            terraform = Terraform(find_terraform(), env, stacks.log)
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
        seconds["ingest"] = time.monotonic() - clock_s
        with steps.step("Compare the table with the files"):
            return ingest.outcome(seconds)


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
