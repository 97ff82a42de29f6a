"""Deploy an environment by the very plan that was judged; `make deploy ENV=prod` runs it, as CI does after a merge.

What holds data is neither destroyed nor replaced, unless `DATA_LOSS=allowed` says so. `cdktf deploy` is for people: it
shows its plan and asks.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from log_processor.escaping import escape

from ops.configuration import load_configuration
from ops.made import run_made
from ops.outputs import PROJECT
from ops.terraform_plan import NO_PLAN, NOTHING_CHANGES, make_plan
from stacks.state import build_stack_id

DATA_LOSS = "DATA_LOSS"
ALLOWED = "allowed"
REMEDY = f"if that is meant, say {DATA_LOSS}={ALLOWED} (in a pull request: its label 'data-loss')"


def run(environ: Mapping[str, str]) -> int:
    """Plan, judge and apply; return 0 if the environment is as the checkout says, and 1 if nothing was applied."""
    config = load_configuration()
    if subprocess.run(["cdktf", "synth"], cwd=PROJECT, check=False).returncode:
        return NO_PLAN
    folder = PROJECT / "cdktf.out" / "stacks" / build_stack_id(config)
    terraform = ["terraform", f"-chdir={folder}"]
    if subprocess.run([*terraform, "init", "-input=false"], check=False).returncode:
        return NO_PLAN
    with tempfile.TemporaryDirectory() as scratch:  # a plan holds secrets in the clear
        path = Path(scratch) / "plan"
        plan = make_plan(folder, f"-out={path}")
        sys.stdout.writelines(f"{escape(line)}\n" for line in plan.describe(config))
        if plan.exit_code in {NO_PLAN, NOTHING_CHANGES}:
            return plan.exit_code
        if plan.loses_data and environ.get(DATA_LOSS) != ALLOWED:
            sys.stderr.write(f"error: nothing was deployed, because data would be lost: {REMEDY}\n")
            return NO_PLAN
        return subprocess.run([*terraform, "apply", "-input=false", str(path)], check=False).returncode


def main() -> int:
    """Run the command."""
    return run_made(lambda: run(os.environ))


if __name__ == "__main__":
    sys.exit(main())
