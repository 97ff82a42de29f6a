"""Show what a deployment of the environment would change, and say whether anything that holds data would go.

`make diff ENV=prod` runs it: `cdktf diff` for people, then `terraform plan` for the exit code. It is 0 if nothing is to
be changed, 2 if something is, and 1 if there is no plan; make itself answers 2 for any but 0. With a folder, as in
`make diff ENV=prod REPORT=build/plans`, both are written there too, for `make review`.
"""

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from log_processor.escaping import escape

from ops.configuration import load_configuration
from ops.made import run_made
from ops.outputs import PROJECT
from ops.terraform_plan import NO_PLAN, make_plan
from stacks.state import build_stack_id


def run(report: Path | None) -> int:
    """Show the changes and write the line about data; return Terraform's exit code, or 1 if there is no plan."""
    config = load_configuration()
    stack = build_stack_id(config)
    if subprocess.run(["cdktf", "synth"], cwd=PROJECT, check=False).returncode:
        return NO_PLAN
    said = _show_changes(stack, keep=report is not None)
    plan = make_plan(PROJECT / "cdktf.out" / "stacks" / stack)
    lines = [escape(line) for line in plan.describe(config)]
    sys.stdout.writelines(f"{line}\n" for line in lines)
    if report:
        report.mkdir(parents=True, exist_ok=True)
        body = {"environment": config.environment_suffix, "plan": asdict(plan), "lines": lines, "diff": said}
        (report / f"{config.environment_suffix}.json").write_text(json.dumps(body), "utf-8")
    return plan.exit_code


def _show_changes(stack: str, *, keep: bool) -> str:
    """Print what `cdktf diff` says; return it if it is to be kept, in which case a terminal shows no colours.

    A plan that is refused is summed up afterwards.
    """
    command = ["cdktf", "diff", stack, "--skip-synth", "--skip-provider-lock"]
    if not keep:
        subprocess.run(command, cwd=PROJECT, check=False)
        return ""
    said = []
    with subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, text=True, errors="replace") as process:
        for line in process.stdout or ():
            sys.stdout.write(line)
            sys.stdout.flush()
            said.append(line)
    return "".join(said)


def main(arguments: Sequence[str]) -> int:
    """Run the command."""
    return run_made(lambda: run(Path(arguments[0]) if arguments else None))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
