"""Run the deployed pipeline under faults: `python -m emulator.chaos --seed N`.

The exit code is 0 if nothing was lost or stored twice, else 1.
"""

import argparse
import os
import random
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from emulator.chaos.broken import BREAKS, deploy_broken
from emulator.chaos.deployed import DeployedPipeline, deploy_pipeline
from emulator.chaos.report import build_report, show, write
from emulator.chaos.run import Run, RunPlan
from emulator.deploy.errors import DemoError
from emulator.deploy.progress import Steps
from emulator.interrupt import INTERRUPTED, STOPPED, end_in_order
from emulator.terminal import escape_controls, open_console, open_error_console
from toolchain.terraform import TerraformNotFoundError

RECORDS = 330_000
STORAGE = "STORAGE"
"""The variable that chooses how the environment stores, as in every other deployment."""
RECORDS_ALONE = {"packs": ("PutObject.killed", "PutObject.trickled")}
"""The faults that strike rejects most of all: the table refuses no record that is in a pack, so that there are few."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Deploy, run, check and report; return the exit code, which is 130 after Ctrl-C."""
    options = _parse_options(arguments)
    console, errors = open_console(os.environ), open_error_console()
    end_in_order()
    plan = RunPlan(options.seed, options.records, is_packed=options.storage == "packs")
    console.print(f"seed {plan.seed}, stored as {options.storage} (run it again with SEED={plan.seed})")
    try:
        with Steps(console) as steps, deploy_pipeline(options.build_dir / "chaos", steps) as pipeline:
            return _run(pipeline, plan, options, steps, console)
    except (DemoError, TerraformNotFoundError) as error:
        errors.print(f"error: {escape_controls(str(error))}")
        return 1
    except KeyboardInterrupt:
        errors.print(STOPPED)
        return INTERRUPTED


def _run(pipeline: DeployedPipeline, plan: RunPlan, options: argparse.Namespace, steps: Steps, console: Console) -> int:
    if options.broken:
        pipeline = deploy_broken(pipeline, options.broken)
    started_s = time.monotonic()
    with tempfile.TemporaryDirectory() as folder, steps.show(f"Store about {plan.records:,} records under faults"):
        run = Run(pipeline, plan, Path(folder))
        verdict = run.execute()
    with steps.show("Audit what is stored, and repair what deployments left"):
        verdict.problems += run.audit()
    missing = [
        kind for kind in run.faults.list_missing() if not kind.startswith(RECORDS_ALONE.get(options.storage, ()))
    ]
    verdict.problems += [f"the fault {kind} never occurred: run more records" for kind in missing]
    seconds = time.monotonic() - started_s
    report = {"storage": options.storage} | build_report(
        plan, verdict, run.faults, len(pipeline.aws.invocations), seconds
    )
    write(report, options.build_dir / "chaos.json")
    show(report, console)
    return 0 if verdict.is_good else 1


def _parse_options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m emulator.chaos", description=__doc__)
    parser.add_argument("--seed", type=int, default=None, help="repeats a run's draws (default: a new one)")
    parser.add_argument("--records", type=int, default=RECORDS, help=f"about how many records (default: {RECORDS})")
    parser.add_argument("--storage", choices=("records", "packs"), default=os.environ.get(STORAGE) or "records")
    parser.add_argument("--broken", choices=sorted(BREAKS), help="break the function first: the run has to notice")
    parser.add_argument("--build-dir", type=Path, default=Path("build"), help="where everything is written")
    options = parser.parse_args(arguments)
    options.build_dir = options.build_dir.resolve()
    os.environ[STORAGE] = options.storage
    if options.seed is None:
        options.seed = random.randrange(1_000_000)  # noqa: S311 - any number does
    return options


if __name__ == "__main__":
    sys.exit(main())
