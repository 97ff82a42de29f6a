"""Command lines run at the same time; their outputs are not mixed, and one that fails is named."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[3]


def run(*lines: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "toolchain.side_by_side", *lines]
    return subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False, timeout=60)


def test_each_waits_for_the_other(tmp_path: Path) -> None:
    """Two that open the same pipe, one to read and one to write, both end: neither could before the other began."""
    os.mkfifo(tmp_path / "pipe")
    finished = run(f"cat {tmp_path / 'pipe'}; echo read", f"echo written >{tmp_path / 'pipe'}; echo done")
    assert finished.returncode == 0, finished.stderr
    assert finished.stdout == f"written\nread\n\n$ echo written >{tmp_path / 'pipe'}; echo done\ndone\n"


@pytest.mark.parametrize("lines", [("exit 3", "echo well"), ("echo well", "exit 3")])
def test_one_that_fails_is_named_and_ends_no_other(lines: tuple[str, str]) -> None:
    """The exit code is 1; the other's output is there."""
    finished = run(*lines)
    assert (finished.returncode, finished.stderr) == (1, "failed: exit 3\n")
    assert "well\n" in finished.stdout


def test_an_interruption_ends_all(tmp_path: Path) -> None:
    """A terminal sends it to the whole group: each line is interrupted, and none is left running."""
    os.mkfifo(tmp_path / "pipe")
    lines = [f"read -r _ <{tmp_path / 'pipe'}; echo begun; exec sleep 60", f"echo >{tmp_path / 'pipe'}; exec sleep 60"]
    command = [sys.executable, "-m", "toolchain.side_by_side", *lines]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=PROJECT, stdout=pipe, stderr=pipe, text=True, start_new_session=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "begun\n"
        os.killpg(process.pid, signal.SIGINT)
        _, errors = process.communicate(timeout=50)
    assert (process.returncode, errors) == (1, "".join(f"failed: {line}\n" for line in lines))
