"""Try the project as a new user does, and print what each command took and answered (`make strangers`).

The clone holds what is committed. What each block of commands writes goes to `build/strangers/`.
"""

import argparse
import json
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from emulator.aws.local_aws import LocalAws
from tests.docs.pages import PROJECT
from tests.docs.running import Outcome, Ran, run
from tests.strangers.machine import Machine, MachineError, build
from tests.strangers.steps import Step, find_unknown, steps

REPORT = PROJECT / "build" / "strangers"
STEP_S = 3600


def main(arguments: Sequence[str] | None = None) -> int:
    """Run every step, whatever became of those before it; 0 if each did what its page says."""
    parser = argparse.ArgumentParser(prog="python -m tests.strangers", description=__doc__)
    parser.add_argument("--without", default="", metavar="COMMANDS", help="leave out what begins like one of these")
    left_out = [one.strip() for one in parser.parse_args(arguments).without.split(",") if one.strip()]
    if unknown := find_unknown(left_out):
        parser.error(
            f"argument --without: no command begins with {unknown!r}: write one of README or docs, as 'make test'"
        )
    shutil.rmtree(REPORT, ignore_errors=True)
    REPORT.mkdir(parents=True)
    with tempfile.TemporaryDirectory(prefix="strangers-") as place, LocalAws() as aws:
        try:
            machine = build(Path(place), aws=aws)
        except MachineError as error:
            sys.stderr.write(f"error: {error}\n")
            return 2
        faults = list(take(machine, list(steps(left_out)), Path(place), REPORT))
    for fault in faults:
        print(f"FAULT {fault}")
    print(f"{'Something is' if faults else 'Nothing is'} in a new user's way; all output is in {REPORT}")
    return int(bool(faults))


def take(machine: Machine, todo: Sequence[Step], notes: Path, report: Path) -> Iterator[str]:
    """Take every step, print its commands, write what they said to `report`, and yield what is wrong with it."""
    rows = []
    print(f"{'seconds':>8} {'exit':>4}  command", flush=True)
    for number, step in enumerate(todo, 1):
        outcome = run([*step.exports, *step.commands], machine.checkout, machine.environ, notes, timeout_s=STEP_S)
        (report / f"{number:02d}.log").write_text(outcome.output, encoding="utf-8")
        for one in outcome.ran[len(step.exports) :]:
            print(_row(one), flush=True)
            rows.append({"command": one.command, "seconds": round(one.seconds, 1), "exit_code": one.exit_code})
        if fault := outcome.fault(step.exit_code):
            yield f"{step.place}: {fault} ({number:02d}.log ends: {_end(outcome)})"
    (report / "report.json").write_text(json.dumps(rows, indent=2) + "\n", encoding="utf-8")


def _row(one: Ran) -> str:
    code = "-" if one.exit_code is None else str(one.exit_code)
    return f"{one.seconds:>8.1f} {code:>4}  {one.command}"


def _end(outcome: Outcome) -> str:
    return " ".join(outcome.output.split()[-40:])


if __name__ == "__main__":
    sys.exit(main())
