"""Run the demo: deploy both stacks to a local AWS, upload logs, and account for each record."""

import argparse
import os
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console

from emulator.aws.local_aws import PortInUseError
from emulator.demo.pages import REPORT, open_view, write_page
from emulator.demo.result import write_report
from emulator.demo.run import Demo, DemoPlan, run
from emulator.demo.screen import show, show_next_steps
from emulator.demo.trials import find_last_hour, show_address, show_trials
from emulator.deploy.errors import DemoError
from emulator.interrupt import INTERRUPTED, STOPPED, end_in_order
from emulator.stay import offer, shorten, wait_for_interrupt
from emulator.terminal import escape_controls, is_attended, open_console, open_error_console
from toolchain.terraform import TerraformNotFoundError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the demo and return the exit code: 0 if every record was stored once, 130 after Ctrl-C, else 1."""
    plan = _parse_plan(arguments)
    console, errors = open_console(os.environ), open_error_console()
    end_in_order()
    try:
        with run(plan, console) as demo:
            code = finish(demo, plan, console)
    except (DemoError, PortInUseError, TerraformNotFoundError) as error:
        errors.print(f"error: {escape_controls(str(error))}")
        return 1
    except KeyboardInterrupt:
        errors.print(STOPPED)
        return INTERRUPTED
    if plan.stays:
        console.print(STOPPED)
    return code


def finish(demo: Demo, plan: DemoPlan, console: Console) -> int:
    """Write and show the result, let the local AWS stay if the plan says so, and return the exit code."""
    write_report(demo.result, plan.build_dir / "report.json")
    failure = write_page(plan.build_dir, demo.variables, find_last_hour(demo.result.last_ms, datetime.now(UTC)))
    show(demo.result, console)
    page = shorten(plan.build_dir / REPORT)
    console.print("", escape_controls(failure or f"Its pages as one file, which any browser opens: {page}"), sep="\n")
    if plan.stays:
        with offer(plan.build_dir, demo.variables) as shell_file, open_view(demo.variables) as address:
            show_trials(demo.result, demo.variables["AWS_ENDPOINT_URL"], shell_file, console)
            show_address(address, console)
            wait_for_interrupt()
    else:
        show_next_steps(plan.build_dir, plan.logs, console)
    return 0 if demo.result.is_good else 1


def _parse_plan(arguments: Sequence[str] | None) -> DemoPlan:
    parser = argparse.ArgumentParser(prog="python -m emulator.demo", description=__doc__)
    parser.add_argument("--logs", type=Path, metavar="PATH", help="your own log file or folder (default: made samples)")
    parser.add_argument("--build-dir", type=Path, default=Path("build/demo"), help="where everything is written")
    parser.add_argument("--port", type=int, default=0, help="port of the local AWS (default: a free one)")
    parser.add_argument(
        "--keep",
        choices=("0", "1"),
        help="1: the local AWS stays until Ctrl-C, 0: it ends (default: 1 on a terminal, unless CI is set)",
    )
    options = parser.parse_args(arguments)
    stays = options.keep == "1" if options.keep else is_attended(os.environ)
    return DemoPlan(options.logs, options.build_dir.resolve(), options.port, stays)


if __name__ == "__main__":
    sys.exit(main())
