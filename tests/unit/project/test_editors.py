"""The hooks before a commit are the checks of `make lint` and `make types`, by the tools that are installed."""

import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

PROJECT = Path(__file__).resolve().parents[3]
REPOSITORIES: list[dict[str, Any]] = yaml.safe_load((PROJECT / ".pre-commit-config.yaml").read_text("utf-8"))["repos"]
HOOKS = [hook for repository in REPOSITORIES for hook in repository["hooks"]]


def test_nothing_is_fetched_for_a_hook() -> None:
    """Every repository of hooks is `local`, every hook runs a program that lies here."""
    assert {repository["repo"] for repository in REPOSITORIES} == {"local"}
    assert {hook["language"] for hook in HOOKS} == {"system"}


@pytest.mark.parametrize("hook", HOOKS, ids=lambda hook: str(hook["id"]))
def test_a_hook_runs_what_make_runs(hook: dict[str, Any]) -> None:
    """Its program is of the virtual environment, and its command line is one of the Makefile's."""
    program, *options = hook["entry"].split()
    assert (PROJECT / program).is_file(), f"{program} is missing: run 'make install'"
    command = " ".join([Path(program).name, *options])
    lines = (PROJECT / "Makefile").read_text("utf-8").splitlines()
    assert any(line.strip().removesuffix(" .") == command for line in lines), command


def test_editors_break_lines_where_ruff_does() -> None:
    """`.editorconfig` and ruff agree on the length of a line of Python."""
    ruff = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))["tool"]["ruff"]
    python = (PROJECT / ".editorconfig").read_text("utf-8").partition("[*.py]")[2].partition("[")[0]
    assert f"max_line_length = {ruff['line-length']}" in python
