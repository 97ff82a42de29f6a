"""Show what a deployment of the environment would change, and say whether anything that holds data would go.

`make diff ENV=prod` runs it: `cdktf diff` for people, then `terraform plan` for the exit code. It is 0 if nothing is to
be changed, 2 if something is, and 1 if there is no plan; make itself answers 2 for any but 0.
"""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from log_processor.escaping import escape

from ops.configuration import load_configuration
from ops.outputs import PROJECT
from stacks.config import Config, ConfigError
from stacks.kinds import HOLDS_DATA
from stacks.state import build_stack_id

LOST = {"delete": "destroyed", "replace": "replaced"}
REFUSED = "Instance cannot be destroyed"
PLAN = ("plan", "-detailed-exitcode", "-input=false", "-json")

Event = Mapping[str, Any]


def run() -> int:
    """Show the changes and write the line about data; return Terraform's exit code, or 1 if there is no plan."""
    config = load_configuration()
    stack = build_stack_id(config)
    if subprocess.run(["cdktf", "synth"], cwd=PROJECT, check=False).returncode:
        return 1
    diff = ["cdktf", "diff", stack, "--skip-synth", "--skip-provider-lock"]
    subprocess.run(diff, cwd=PROJECT, check=False)  # a plan that is refused is summed up below
    plan = ["terraform", f"-chdir={PROJECT / 'cdktf.out' / 'stacks' / stack}", *PLAN]
    finished = subprocess.run(plan, capture_output=True, text=True, check=False)
    events = [json.loads(line) for line in finished.stdout.splitlines() if line.startswith("{")]
    for line in describe(events, config):
        sys.stdout.write(f"{escape(line)}\n")
    return finished.returncode


def describe(events: Sequence[Event], config: Config) -> Iterator[str]:
    """Yield the lines that sum up a plan: its errors, and what becomes of what holds data."""
    errors = [event["diagnostic"] for event in events if event.get("type") == "diagnostic"]
    errors = [one for one in errors if one["severity"] == "error"]
    for error in errors:
        if error["summary"] != REFUSED:
            yield f"error: {error['summary']}: {' '.join(error.get('detail', '').split())}"
    changes = [event["change"] for event in events if event.get("type") == "planned_change"]
    losses = [
        f"{one['resource']['addr']} would be {LOST[one['action']]}"
        for one in changes
        if one["action"] in LOST and one["resource"]["resource_type"] in HOLDS_DATA
    ]
    if refused := [one["detail"].split()[1] for one in errors if one["summary"] == REFUSED]:
        protection = "protect is true" if config.protect else "force_destroy is false"
        suffix = config.environment_suffix
        yield f"data: {', '.join(refused)} would be lost, which is refused because {protection} for '{suffix}'"
    elif errors:
        yield "data: unknown, because there is no plan"
    else:
        yield f"data: {', '.join(losses) or 'nothing that holds data would be destroyed or replaced'}"


def main() -> int:
    """Run the command; write one sentence to standard error if the configuration cannot be used."""
    try:
        return run()
    except ConfigError as error:
        sys.stderr.write(f"error: {escape(str(error))}\n")
        return 1


if __name__ == "__main__":
    sys.exit(main())
