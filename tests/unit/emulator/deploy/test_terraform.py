"""Terraform and its provider are found without a place being named."""

import subprocess
from pathlib import Path

import pytest

from emulator.deploy import terraform
from emulator.deploy.terraform import MIRROR_VARIABLE, PROVIDER, cli_environment, find_terraform


def test_terraform_on_path_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the machine already has is used, and nothing is written."""
    own = tmp_path / "bin" / "terraform"
    own.parent.mkdir()
    own.write_text("#!/bin/sh\n")
    own.chmod(0o755)
    monkeypatch.setenv("PATH", str(own.parent))
    assert find_terraform(tmp_path / "build") == own
    assert not (tmp_path / "build").exists()


def test_the_packaged_terraform_runs_where_path_has_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The written executable answers and passes its exit code on."""
    monkeypatch.setenv("PATH", str(tmp_path))
    packaged = find_terraform(tmp_path / "build")
    run = subprocess.run([packaged, "version"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    assert run.stdout.startswith("Terraform v")
    assert subprocess.run([packaged, "no-such"], cwd=tmp_path, capture_output=True, check=False).returncode != 0


def test_the_named_mirror_is_configured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The variable wins over every place that is searched."""
    mirror = tmp_path / "mirror"
    (mirror / PROVIDER).mkdir(parents=True)
    monkeypatch.setenv(MIRROR_VARIABLE, str(mirror))
    environment = cli_environment(tmp_path / "build")
    assert f'path = "{mirror}"' in Path(environment["TF_CLI_CONFIG_FILE"]).read_text()
    assert environment["CHECKPOINT_DISABLE"] == "1"


def test_without_a_mirror_the_configuration_is_empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A configuration named by the caller's environment is overruled either way."""
    monkeypatch.delenv(MIRROR_VARIABLE, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr(terraform, "ROOTS", ())
    assert Path(cli_environment(tmp_path / "build")["TF_CLI_CONFIG_FILE"]).read_text() == ""
