"""Terraform itself accepts the JSON of every backend."""

import os
import subprocess
from pathlib import Path

import pytest

from emulator.deploy.terraform import build_cli_environment
from tests.infrastructure.conftest import Synthesized, run_main, synthesize
from toolchain.terraform import MIN_VERSION, find_terraform

BACKENDS = {
    "s3": {},
    "cloud": {"STATE_BACKEND": "cloud", "TF_CLOUD_ORGANIZATION": "example"},
    "local": {"STATE_BACKEND": "local"},
}


@pytest.mark.parametrize("backend", BACKENDS)
def test_terraform_validates_every_stack(backend: str, tmp_path: Path) -> None:
    """`init -backend=false` and `validate` pass offline, with the provider that the bindings pin."""
    synthesized = synthesize(tmp_path / "out", BACKENDS[backend])
    terraform = str(find_terraform())
    environ = os.environ | build_cli_environment(tmp_path)
    stacks = sorted(path.name for path in (synthesized.folder / "stacks").iterdir())
    assert stacks == [*([] if backend == "cloud" else ["StateBackend"]), "TapStackdev"]
    for stack_id in stacks:
        for arguments in (["init", "-backend=false", "-input=false"], ["validate"]):
            finished = subprocess.run(
                [terraform, *arguments, "-no-color"],
                cwd=synthesized.folder / "stacks" / stack_id,
                env=environ,
                capture_output=True,
                text=True,
                check=False,
            )
            assert finished.returncode == 0, finished.stderr
    assert backend in synthesized.stack("TapStackdev")["terraform"].get("backend", {"cloud": ""})


def test_a_cloud_synth_needs_no_terraform_on_path(tmp_path: Path) -> None:
    """The framework runs `terraform version`, and finds the program of the virtual environment."""
    assert find_terraform().exists()
    finished = run_main(tmp_path / "out", {**BACKENDS["cloud"], "PATH": str(tmp_path)})
    assert finished.returncode == 0, finished.stderr


@pytest.mark.parametrize(
    ("named", "says"),
    [
        ({}, "{folder}/terraform is Terraform 1.9.8"),
        (
            {"TERRAFORM_BINARY_NAME": "{folder}/terraform"},
            "TERRAFORM_BINARY_NAME is {folder}/terraform, which is Terraform 1.9.8",
        ),
    ],
)
def test_an_old_terraform_is_one_sentence(named: dict[str, str], says: str, tmp_path: Path) -> None:
    """It names the program, its version and the remedy, before anything is synthesized."""
    program = tmp_path / "terraform"
    program.write_text('#!/bin/sh\necho \'{"terraform_version": "1.9.8"}\'\n')
    program.chmod(0o755)
    variables = {name: value.format(folder=tmp_path) for name, value in named.items()}
    finished = run_main(tmp_path / "out", {"PATH": f"{tmp_path}:{os.environ['PATH']}", **variables})
    assert finished.returncode == 1
    assert finished.stderr == (
        f"error: {says.format(folder=tmp_path)}, and the stacks need 1.10 or newer: run 'make install', and put "
        ".venv/bin first on PATH or name its terraform in TERRAFORM_BINARY_NAME\n"
    )
    assert not (tmp_path / "out").exists()


def test_the_stacks_require_the_installed_terraform(synthesized: Synthesized) -> None:
    """`make install` skips exactly those versions that an apply would refuse."""
    for stack_id in ("StateBackend", "TapStackdev"):
        required = synthesized.stack(stack_id)["terraform"]["required_version"]
        assert required == f">= {'.'.join(map(str, MIN_VERSION))}"
