"""The workflows run the Makefile's commands and nothing of their own, on Python 3.11, with no right too many."""

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

PROJECT = Path(__file__).resolve().parents[3]
COMMANDS = {
    "ci": ["make pr"],
    "nightly": ["make strangers", "make second-opinion", "make deployments", "make policy"],
    "plan": [
        "make affected BASE=${{ github.event.pull_request.base.sha }}",
        "make diff ENV=${{ matrix.environment }} CHANGES=allowed REPORT=build/plans",
        "make review PR=${{ github.event.number }}",
    ],
    "deploy": [
        "make affected",
        "make allowances COMMIT=${{ github.sha }}",
        "make deploy ENV=${{ matrix.environment }} DATA_LOSS=${{ needs.environments.outputs.data_loss }}",
    ],
    "drift": ["make affected", "make diff ENV=${{ matrix.environment }}"],
    "preview": ["make deploy ENV=pr${{ github.event.number }}", "make destroy ENV=pr${{ github.event.number }}"],
    "terraform-cloud": ["make branch ENV=prod"],
}
READS = {"contents": "read"}
ASKS_AWS = READS | {"id-token": "write"}
PERMISSIONS = {"preview": ASKS_AWS, "terraform-cloud": {"contents": "write"}}
JOBS = {
    ("plan", "plan"): ASKS_AWS,
    ("plan", "review"): READS | {"pull-requests": "write"},
    ("deploy", "environments"): READS | {"pull-requests": "read"},
    ("deploy", "deploy"): ASKS_AWS,
    ("drift", "drift"): ASKS_AWS,
}
"""What a workflow, or one of its jobs, may do beside reading: ask AWS for a role, write a comment, push a branch."""


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
    jobs = workflow(name)["jobs"]
    assert workflow(name)["permissions"] == PERMISSIONS.get(name, READS)
    asked = {(name, job): settings["permissions"] for job, settings in jobs.items() if "permissions" in settings}
    assert asked == {job: rights for job, rights in JOBS.items() if job[0] == name}
    assert all(job["timeout-minutes"] for job in jobs.values())


@pytest.mark.parametrize("name", COMMANDS)
def test_a_list_without_environments_needs_no_job(name: str) -> None:
    """GitHub fails a matrix without values: of roles for pull requests alone, say."""
    for job in workflow(name)["jobs"].values():
        if "environment" in job.get("strategy", {}).get("matrix", {}):
            assert job["if"] == "needs.environments.outputs.environments != '[]'"


def test_every_workflow_is_known() -> None:
    """None runs what is not listed here."""
    assert {path.stem for path in (PROJECT / ".github" / "workflows").iterdir()} == COMMANDS.keys()


@pytest.mark.parametrize("name", COMMANDS)
def test_roles_are_asked_for_where_the_repository_names_some(name: str) -> None:
    """No keys are stored; and whoever writes a pull request from outside gets none."""
    text = (PROJECT / ".github" / "workflows" / f"{name}.yml").read_text("utf-8")
    assert "aws-access-key-id" not in text
    assert "pull_request_target" not in text
    if "role-to-assume" in text:
        assert "vars.AWS_ROLES != ''" in text
    if "role-to-assume" in text and "pull_request:" in text:
        assert "github.event.pull_request.head.repo.full_name == github.repository" in text


@pytest.mark.slow
def test_the_linter_finds_faults(tmp_path: Path) -> None:
    """A misspelt event and a variable that does not exist; `make lint` ends with 1."""
    broken = tmp_path / "broken.yml"
    steps = "[{run: 'echo ${{ githu.ref }}'}]"
    broken.write_text(f"on: pull_reques\njobs: {{a: {{runs-on: ubuntu-24.04, steps: {steps}}}}}\n")
    command = ["node", "toolchain/lint_workflows.cjs", str(broken)]
    finished = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert finished.returncode == 1
    assert [line.split(" ")[1] for line in finished.stderr.splitlines()] == ["unknown", "undefined"]
