"""Make Terraform's plan of an environment's stack, and say what becomes of what holds data."""

import json
import subprocess
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from stacks.config import Config
from stacks.kinds import HOLDS_DATA

NOTHING_CHANGES = 0
NO_PLAN = 1
CHANGES = 2
STORAGE = "Storage"
"""The output that says how objects are stored."""
LOST = {"delete": "destroyed", "replace": "replaced"}
REFUSED = "Instance cannot be destroyed"
PLAN = ("plan", "-detailed-exitcode", "-input=false", "-json")

Event = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class TerraformPlan:
    """What a deployment would do.

    - `exit_code`: `NOTHING_CHANGES`, `CHANGES`, or `NO_PLAN` if Terraform made none.
    - `actions`: how many resources would be created, updated, replaced or deleted, by Terraform's word for it.
    - `losses`: what holds data and would go, for example `aws_dynamodb_table.logs_table would be replaced`.
    - `refused`: addresses that hold data, and that Terraform refuses to destroy.
    - `errors`: why there is no plan, but for the refusals.
    - `storage`: what would become of how objects are stored, if that changes.
    """

    exit_code: int
    actions: Mapping[str, int]
    losses: Sequence[str]
    refused: Sequence[str]
    errors: Sequence[str]
    storage: str = ""

    @property
    def loses_data(self) -> bool:
        """Tell whether what holds data would be destroyed or replaced, were it not refused."""
        return bool(self.losses or self.refused)

    def describe(self, config: Config) -> Iterator[str]:
        """Yield the lines that sum the plan up: its errors, and what becomes of what holds data."""
        for error in self.errors:
            yield f"error: {error}"
        if self.refused:
            protection = "protect is true" if config.protect else "force_destroy is false"
            suffix = config.environment_suffix
            yield f"data: {', '.join(self.refused)} would be lost, which is refused because {protection} for '{suffix}'"
        elif self.errors:
            yield "data: unknown, because there is no plan"
        else:
            yield f"data: {', '.join(self.losses) or 'nothing that holds data would be destroyed or replaced'}"
        if self.storage:
            yield f"storage: {self.storage}"


def make_plan(folder: Path, *options: str) -> TerraformPlan:
    """Return Terraform's plan of the stack that is synthesized and initialised in `folder`."""
    command = ["terraform", f"-chdir={folder}", *PLAN, *options]
    finished = subprocess.run(command, capture_output=True, text=True, check=False)
    events = [json.loads(line) for line in finished.stdout.splitlines() if line.startswith("{")]
    plan = read_plan(finished.returncode, events)
    return replace(plan, storage=_read_storage(folder)) if _changes_storage(events) else plan


def _changes_storage(events: Sequence[Event]) -> bool:
    """Tell whether the output that says how objects are stored has another value; a first deployment changes none."""
    outputs = [event["outputs"] for event in events if event.get("type") == "outputs"]
    return any(one.get(STORAGE, {}).get("action") == "update" for one in outputs)


def _read_storage(folder: Path) -> str:
    stack = json.loads((folder / "cdk.tf.json").read_text("utf-8"))
    return str(stack["output"][STORAGE]["value"])


def read_plan(exit_code: int, events: Sequence[Event]) -> TerraformPlan:
    """Return the plan of which Terraform's lines of JSON tell."""
    diagnostics = [event["diagnostic"] for event in events if event.get("type") == "diagnostic"]
    errors = [one for one in diagnostics if one["severity"] == "error"]
    changes = [event["change"] for event in events if event.get("type") == "planned_change"]
    return TerraformPlan(
        exit_code,
        dict(Counter(one["action"] for one in changes)),
        [
            f"{one['resource']['addr']} would be {LOST[one['action']]}"
            for one in changes
            if one["action"] in LOST and one["resource"]["resource_type"] in HOLDS_DATA
        ],
        [one["detail"].split()[1] for one in errors if one["summary"] == REFUSED],
        [f"{one['summary']}: {' '.join(one.get('detail', '').split())}" for one in errors if one["summary"] != REFUSED],
    )
