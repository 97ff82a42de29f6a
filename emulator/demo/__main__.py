"""The demo: synthesize, start a local AWS, apply both stacks, upload logs, follow the work, account for each record."""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from emulator.aws.local_aws import PortInUseError
from emulator.demo.outcome import Outcome, write_report
from emulator.demo.run import Plan, run
from emulator.demo.screen import show
from emulator.deploy.errors import DemoError
from emulator.interrupt import INTERRUPTED, end_in_order
from emulator.terminal import error_console, output_console, printable
from toolchain.terraform import TerraformNotFoundError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the demo; 0 where every record was stored once, 1 where not or where it cannot run, 130 after Ctrl-C."""
    plan = _plan(arguments)
    console, errors = output_console(os.environ), error_console()
    end_in_order()
    try:
        outcome = run(plan, console)
    except (DemoError, PortInUseError, TerraformNotFoundError) as error:
        errors.print(f"error: {printable(str(error))}")
        return 1
    except KeyboardInterrupt:
        errors.print("Stopped: the local AWS and everything that ran in it are shut down.")
        return INTERRUPTED
    return tell(outcome, plan, console)


def tell(outcome: Outcome, plan: Plan, console: Console) -> int:
    """Write and show what the demo found, and return the exit code."""
    write_report(outcome, plan.build_dir / "report.json")
    show(outcome, console, plan.build_dir, plan.logs)
    return 0 if outcome.good else 1


def _plan(arguments: Sequence[str] | None) -> Plan:
    parser = argparse.ArgumentParser(prog="python -m emulator.demo", description=__doc__)
    parser.add_argument("--logs", type=Path, metavar="PATH", help="your own log file or folder (default: made samples)")
    parser.add_argument("--build-dir", type=Path, default=Path("build/demo"), help="where everything is written")
    parser.add_argument("--port", type=int, default=0, help="port of the local AWS (default: a free one)")
    options = parser.parse_args(arguments)
    return Plan(options.logs, options.build_dir.resolve(), options.port)


if __name__ == "__main__":
    sys.exit(main())
