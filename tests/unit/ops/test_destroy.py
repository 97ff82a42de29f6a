"""`make destroy` says which setting keeps an environment, before Terraform is asked."""

import sys
from pathlib import Path

import pytest

from ops import destroy

REMEDY = (
    ": to destroy it with all that it holds, set protect to false and force_destroy to true in 'environments.{}' of "
    "cdktf.json's context, deploy, and then destroy\n"
)


@pytest.fixture
def cdktf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Put a `cdktf` on PATH that writes its arguments to a file, and answers 3."""
    program, called = tmp_path / "cdktf", tmp_path / "called"
    program.write_text(f"#!/bin/sh\necho \"$@\" > '{called}'\nexit 3\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    monkeypatch.setattr(sys, "argv", ["ops.destroy", "--auto-approve"])
    return called


@pytest.mark.parametrize(
    ("suffix", "sentence"),
    [
        ("prod", "error: protect is true for 'prod'"),
        ("staging", "error: force_destroy is false for 'staging', so that what its buckets hold is kept"),
    ],
)
def test_what_is_kept_is_one_sentence(
    cdktf: Path, suffix: str, sentence: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It names the setting, its value and the remedy; cdktf is not run."""
    monkeypatch.setenv("STACK_NAME_SUFFIX", suffix)
    assert destroy.main() == 1
    assert capsys.readouterr().err == sentence + REMEDY.format(suffix)
    assert not cdktf.exists()


def test_what_is_thrown_away_is_destroyed(cdktf: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The exit code is that of cdktf, which is given the other arguments."""
    monkeypatch.setenv("STACK_NAME_SUFFIX", "pr7")
    assert destroy.main() == 3
    assert cdktf.read_text() == "destroy TapStackpr7 --auto-approve\n"


def test_a_bad_setting_is_one_sentence(
    cdktf: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing is run."""
    monkeypatch.setenv("STATE_BACKEND", "ftp")
    assert destroy.main() == 1
    assert capsys.readouterr().err == "error: backend in STATE_BACKEND is 'ftp': choose one of s3, cloud, local\n"
    assert not cdktf.exists()
