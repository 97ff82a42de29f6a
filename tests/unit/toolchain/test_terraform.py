"""One `terraform` is put beside the checkout's Python: PATH's own if it is new enough, else the packaged one."""

import json
import sys
from pathlib import Path

import pytest

from toolchain import terraform
from toolchain.terraform import TerraformNotFoundError, place_terraform


def write_terraform(folder: Path, version: str) -> Path:
    """Write a program that prints `version` as Terraform does."""
    folder.mkdir()
    program = folder / "terraform"
    program.write_text(f"#!/bin/sh\necho '{json.dumps({'terraform_version': version})}'\n")
    program.chmod(0o755)
    return program


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    """Create the folder of an environment's programs."""
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "python").symlink_to(sys.executable)
    return folder


@pytest.mark.parametrize("version", ["1.10.0", "1.11.4", "2.0.0", "1.12.0-beta1"])
def test_a_new_enough_terraform_is_linked(programs: Path, tmp_path: Path, version: str) -> None:
    """The machine's own one is used, and only a change is reported."""
    program = write_terraform(tmp_path / "own", version)
    placed = place_terraform(programs, str(program.parent))
    assert placed.program.readlink() == program
    assert (placed.changed, placed.why) == (True, f"Terraform is {program}")
    assert not place_terraform(programs, str(program.parent)).changed


@pytest.mark.parametrize(
    ("version", "why"),
    [("1.9.8", "is 1.9.8, which is older than 1.10"), ("none", "does not tell its version")],
)
def test_an_unusable_terraform_is_passed_over(programs: Path, tmp_path: Path, version: str, why: str) -> None:
    """The reason names it, and the packaged one is used instead."""
    program = write_terraform(tmp_path / "own", version)
    placed = place_terraform(programs, str(program.parent))
    assert placed.why == f"{program} {why}: the packaged one is used"
    assert not placed.program.is_symlink()
    assert placed.changed
    assert not place_terraform(programs, str(program.parent)).changed


def test_the_environment_does_not_find_itself(programs: Path) -> None:
    """Its folder stands first on PATH, and a launcher that starts itself would never end."""
    assert place_terraform(programs, str(programs)).why == "Terraform is not on PATH: the packaged one is used"
    assert not place_terraform(programs, f"{programs}/../bin").changed


def test_a_link_to_a_removed_terraform_is_replaced(programs: Path, tmp_path: Path) -> None:
    """The machine's own one may be removed at any time."""
    program = write_terraform(tmp_path / "own", "1.11.4")
    place_terraform(programs, str(program.parent))
    program.unlink()
    assert place_terraform(programs, str(program.parent)).changed
    assert (programs / "terraform").exists()


def test_no_terraform_at_all_is_one_sentence(programs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The sentence ends with the remedy."""
    monkeypatch.setattr(terraform, "PACKAGE", "no_such_package")
    with pytest.raises(TerraformNotFoundError, match=r"^Terraform is not on PATH, and .* run 'make install'$"):
        place_terraform(programs, "")
