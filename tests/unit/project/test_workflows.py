"""The workflows run the Makefile's commands and nothing of their own, on Python 3.11, with no right to write."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

PROJECT = Path(__file__).resolve().parents[3]
COMMANDS = {"ci": ["make pr"], "nightly": ["make strangers", "make second-opinion"]}


def workflow(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((PROJECT / ".github" / "workflows" / f"{name}.yml").read_text("utf-8"))
    return loaded


@pytest.mark.parametrize("name", COMMANDS)
def test_a_workflow_runs_what_a_developer_runs(name: str) -> None:
    """What fails there fails on any machine, by the same command."""
    steps = [step for job in workflow(name)["jobs"].values() for step in job["steps"]]
    assert [step["run"] for step in steps if "run" in step] == COMMANDS[name]
    targets = re.findall(r"^([a-z-]+):", (PROJECT / "Makefile").read_text("utf-8"), re.MULTILINE)
    assert {command.removeprefix("make ") for command in COMMANDS[name]} <= set(targets)
    assert {step["with"]["python-version"] for step in steps if "python" in step.get("uses", "")} == {"3.11"}


@pytest.mark.parametrize("name", COMMANDS)
def test_a_workflow_may_only_read(name: str) -> None:
    """Its token cannot push, and no job runs for ever."""
    assert workflow(name)["permissions"] == {"contents": "read"}
    assert all(job["timeout-minutes"] for job in workflow(name)["jobs"].values())
