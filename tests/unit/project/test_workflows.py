"""The workflows run the Makefile's commands and nothing of their own, on Python 3.11, with no right too many."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

PROJECT = Path(__file__).resolve().parents[3]
COMMANDS = {
    "ci": ["make pr"],
    "nightly": ["make strangers", "make second-opinion", "make deployments", "make policy"],
    "diff": ["make diff ENV=prod CHANGES=allowed"],
    "terraform-cloud": ["make branch ENV=prod"],
}
READS = {"contents": "read"}
PERMISSIONS = {"diff": READS | {"id-token": "write"}, "terraform-cloud": {"contents": "write"}}
"""What a workflow may do beside reading: ask AWS for a role, push a branch."""


def workflow(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((PROJECT / ".github" / "workflows" / f"{name}.yml").read_text("utf-8"))
    return loaded


@pytest.mark.parametrize("name", COMMANDS)
def test_a_workflow_runs_what_a_developer_runs(name: str) -> None:
    """What fails there fails on any machine, by the same command."""
    steps = [step for job in workflow(name)["jobs"].values() for step in job["steps"]]
    assert [step["run"] for step in steps if "run" in step] == COMMANDS[name]
    targets = re.findall(r"^([a-z-]+):", (PROJECT / "Makefile").read_text("utf-8"), re.MULTILINE)
    assert {command.split()[1] for command in COMMANDS[name]} <= set(targets)
    assert {step["with"]["python-version"] for step in steps if "python" in step.get("uses", "")} == {"3.11"}


@pytest.mark.parametrize("name", COMMANDS)
def test_a_workflow_may_do_what_it_needs(name: str) -> None:
    """Only the one that pushes has a token that can, and no job runs for ever."""
    assert workflow(name)["permissions"] == PERMISSIONS.get(name, READS)
    assert all(job["timeout-minutes"] for job in workflow(name)["jobs"].values())
