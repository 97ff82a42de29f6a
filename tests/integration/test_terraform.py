"""The packaged Terraform behaves as its own executable does: stream, prompts, exit codes, signals, any path."""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import toolchain.terraform
from toolchain.terraform import place_terraform

pytestmark = pytest.mark.integration

RESOURCE = """
variable "word" {}
variable "command" { default = "true" }
resource "terraform_data" "one" {
  input = var.word
  provisioner "local-exec" { command = var.command }
}
"""
DEEP = "a folder with blanks in its name, and so long that no kernel takes it as the path of an interpreter " * 2

Started = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def terraform(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Started:
    """Start the packaged Terraform in a checkout with a long path, in a folder that is initialised."""
    programs, work = tmp_path / DEEP / "bin", tmp_path / "work"
    programs.mkdir(parents=True)
    work.mkdir()
    (programs / "python").symlink_to(Path(sys.executable).resolve())
    for name in ("pyvenv.cfg", "lib"):
        (programs.parent / name).symlink_to(Path(sys.prefix) / name)
    run_packaged = shutil.copy(toolchain.terraform.RUN_PACKAGED, programs.parent)
    monkeypatch.setattr(toolchain.terraform, "RUN_PACKAGED", Path(run_packaged))
    program = place_terraform(programs, "").program
    (work / "main.tf").write_text(RESOURCE)
    environ = {name: value for name, value in os.environ.items() if not name.startswith("TF_")}

    def start(*arguments: str) -> "subprocess.Popen[str]":
        pipe = subprocess.PIPE
        command = [str(program), *arguments]
        return subprocess.Popen(command, cwd=work, env=environ, stdin=pipe, stdout=pipe, stderr=pipe, text=True)

    with start("init", "-input=false") as init:
        assert init.communicate()[1] == ""
    return start


def test_lines_arrive_as_they_happen(terraform: Started, tmp_path: Path) -> None:
    """A resource that waits for the reader of an earlier line is created: nothing is kept back until the end."""
    gate = tmp_path / "gate"
    os.mkfifo(gate)
    with terraform("apply", "-auto-approve", "-json", "-var=word=a", f"-var=command=cat {gate}") as process:
        assert process.stdout is not None
        kinds = (json.loads(line)["type"] for line in process.stdout)
        assert "provision_start" in kinds
        gate.write_text("go\n")
        assert "apply_complete" in kinds
        assert "outputs" in kinds
    assert process.returncode == 0


def test_prompts_are_answered(terraform: Started) -> None:
    """A value comes from the standard input, after the prompt for it is shown."""
    with terraform("apply", "-auto-approve", "-no-color") as process:
        said, _ = process.communicate("a word\n")
    assert process.returncode == 0
    assert "Enter a value:" in said
    assert '+ input  = "a word"' in said


@pytest.mark.parametrize(
    ("arguments", "code"),
    [(["plan", "-detailed-exitcode", "-var=word=a"], 2), (["validate"], 0), (["plan", "-nosuch"], 1)],
)
def test_exit_codes_are_terraforms(terraform: Started, arguments: list[str], code: int) -> None:
    """2 tells of changes, 1 of an error."""
    with terraform(*arguments) as process:
        _, errors = process.communicate()
    assert process.returncode == code
    assert bool(errors) == (code == 1)


def test_an_interrupt_ends_in_order(terraform: Started, tmp_path: Path) -> None:
    """Terraform stops what runs, writes the state, removes its lock, and no traceback is shown."""
    gate = tmp_path / "gate"
    os.mkfifo(gate)
    apply = terraform("apply", "-no-color", "-auto-approve", "-var=word=a", f"-var=command=cat {gate}")
    with apply as process, gate.open("w"):  # which opens as soon as the provisioner reads
        process.send_signal(signal.SIGINT)
        said, errors = process.communicate()
    assert process.returncode == 1
    assert "Interrupt received" in said
    assert "Traceback" not in errors
    work = tmp_path / "work"
    assert json.loads((work / "terraform.tfstate").read_text())["resources"][0]["name"] == "one"
    assert not list(work.glob(".*.lock.info"))
