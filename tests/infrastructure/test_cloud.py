"""Terraform Cloud gets one folder, by an upload or by a branch: it is complete, and needs nothing beside it."""

import json
import os
import re
import subprocess
from pathlib import Path

import pytest

from emulator.deploy.terraform import build_cli_environment
from tests.infrastructure.conftest import PROJECT, Synthesized, synthesize
from toolchain.terraform import find_terraform

CLOUD = {"STATE_BACKEND": "cloud", "TF_CLOUD_ORGANIZATION": "example", "STACK_NAME_SUFFIX": "prod"}
STACK, BRANCH = "TapStackprod", "terraform/TapStackprod"
AUTHOR = {f"GIT_{who}_{what}": "ci@example.org" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Synthesized:
    """Synthesize production for Terraform Cloud."""
    return synthesize(tmp_path_factory.mktemp("cloud") / "out", CLOUD)


def git(folder: Path, *arguments: str) -> str:
    command = ["git", "-C", str(folder), *arguments]
    return subprocess.run(command, env=os.environ | AUTHOR, capture_output=True, text=True, check=True).stdout.strip()


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Make a repository with a commit, whose remote is empty."""
    git(tmp_path, "init", "--quiet", "--bare", "remote")
    git(tmp_path, "init", "--quiet", "checkout")
    git(tmp_path / "checkout", "remote", "add", "origin", str(tmp_path / "remote"))
    git(tmp_path / "checkout", "commit", "--quiet", "--allow-empty", "--message", "First")
    return tmp_path / "checkout"


def push(checkout: Path, folder: Path) -> str:
    command = [str(PROJECT / ".ci" / "push_stack"), str(folder), BRANCH]
    return subprocess.run(
        command, cwd=checkout, env=os.environ | AUTHOR, capture_output=True, text=True, check=True
    ).stdout


def list_files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_what_a_run_uploads_is_complete(cloud: Synthesized) -> None:
    """The folder holds the JSON, the lock, and each zip that the JSON names, and nothing else."""
    folder = cloud.folder / "stacks" / STACK
    text = json.dumps(cloud.stack(STACK))
    zips = set(re.findall(r"assets/[\w./-]+\.zip", text))
    assert len(zips) == 2
    assert list_files(folder) == {"cdk.tf.json", ".terraform.lock.hcl", *zips}
    assert "../" not in text
    assert (folder / ".terraform.lock.hcl").read_bytes() == (PROJECT / ".terraform.lock.hcl").read_bytes()


def test_a_branch_holds_the_stack_alone(cloud: Synthesized, checkout: Path, tmp_path: Path) -> None:
    """A clone of the branch has the folder's files in its root, and Terraform accepts them there."""
    folder = cloud.folder / "stacks" / STACK
    assert push(checkout, folder).startswith(f"{BRANCH} is ")
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "--quiet", "--branch", BRANCH, str(tmp_path / "remote"), str(clone))
    uploaded = {path for path in list_files(clone) if not path.startswith(".git/")}
    assert uploaded == {path for path in list_files(folder) if not path.startswith(".terraform/")}
    environ = os.environ | build_cli_environment(tmp_path / "cli")
    for arguments in (["init", "-backend=false", "-input=false", "-lockfile=readonly"], ["validate"]):
        command = [str(find_terraform()), *arguments, "-no-color"]
        finished = subprocess.run(command, cwd=clone, env=environ, capture_output=True, text=True, check=False)
        assert finished.returncode == 0, finished.stderr


def test_a_branch_grows_by_what_is_new(cloud: Synthesized, checkout: Path, tmp_path: Path) -> None:
    """The same stack is not pushed again, so that no run is started; another one follows the first."""
    folder = cloud.folder / "stacks" / STACK
    push(checkout, folder)
    assert push(checkout, folder) == f"{BRANCH} has this stack already\n"
    other = synthesize(tmp_path / "other", CLOUD | {"CDKTF_CONTEXT_JSON": json.dumps({"error_log_days": 7})})
    push(checkout, other.folder / "stacks" / STACK)
    assert git(tmp_path / "remote", "rev-list", "--count", BRANCH) == "2"
    assert git(checkout, "status", "--porcelain") == ""


def test_no_stack_is_no_branch(checkout: Path, tmp_path: Path) -> None:
    """A folder that was not synthesized is one sentence, and nothing is pushed."""
    command = [str(PROJECT / ".ci" / "push_stack"), "cdktf.out/stacks/TapStackprod", BRANCH]
    finished = subprocess.run(command, cwd=checkout, capture_output=True, text=True, check=False)
    assert finished.returncode == 1
    assert finished.stderr.startswith("cdktf.out/stacks/TapStackprod holds no cdk.tf.json: ")
    assert git(tmp_path / "remote", "branch", "--list") == ""
