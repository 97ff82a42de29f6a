"""Run the demo: deploy both stacks to a local AWS, upload logs, and account for each record."""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from emulator.aws.local_aws import PortInUseError
from emulator.demo.result import DemoResult, write_report
from emulator.demo.run import DemoPlan, run
from emulator.demo.screen import show
from emulator.deploy.errors import DemoError
from emulator.interrupt import INTERRUPTED, end_in_order
from emulator.terminal import escape_controls, open_console, open_error_console
from toolchain.terraform import TerraformNotFoundError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the demo and return the exit code: 0 if every record was stored once, 130 after Ctrl-C, else 1."""
    plan = _parse_plan(arguments)
    console, errors = open_console(os.environ), open_error_console()
    end_in_order()
    try:
        result = run(plan, console)
    except (DemoError, PortInUseError, TerraformNotFoundError) as error:
        errors.print(f"error: {escape_controls(str(error))}")
        return 1
    except KeyboardInterrupt:
        errors.print("Stopped: the local AWS and everything that ran in it are shut down.")
        return INTERRUPTED
    return finish(result, plan, console)


def finish(result: DemoResult, plan: DemoPlan, console: Console) -> int:
    """Write and show the result, and return the exit code."""
    write_report(result, plan.build_dir / "report.json")
    show(result, console, plan.build_dir, plan.logs)
    return 0 if result.is_good else 1


def _parse_plan(arguments: Sequence[str] | None) -> DemoPlan:
    parser = argparse.ArgumentParser(prog="python -m emulator.demo", description=__doc__)
    parser.add_argument("--logs", type=Path, metavar="PATH", help="your own log file or folder (default: made samples)")
    parser.add_argument("--build-dir", type=Path, default=Path("build/demo"), help="where everything is written")
    parser.add_argument("--port", type=int, default=0, help="port of the local AWS (default: a free one)")
    options = parser.parse_args(arguments)
    return DemoPlan(options.logs, options.build_dir.resolve(), options.port)


if __name__ == "__main__":
    sys.exit(main())
