"""A command is read line by line, and ends with its use."""

import os
import sys
from pathlib import Path

import pytest

from emulator.deploy.process import CommandFailedError, run_command


def read_lines(code: str, log: Path) -> list[str]:
    return list(run_command([sys.executable, "-c", code], cwd=log.parent, env=os.environ, log=log))


def test_both_streams_are_read_and_logged(tmp_path: Path) -> None:
    """Lines of both streams are yielded, and written to the log."""
    log = tmp_path / "log"
    code = "import sys; print('out', flush=True); print('err', file=sys.stderr)"
    assert read_lines(code, log) == ["out", "err"]
    assert log.read_text() == "out\nerr\n"


def test_a_failed_command_raises_with_its_lines(tmp_path: Path) -> None:
    """The error holds the command's output, which has the reason."""
    with pytest.raises(CommandFailedError) as caught:
        read_lines("print('why'); raise SystemExit(3)", tmp_path / "log")
    assert caught.value.lines == ["why"]
    assert "exit code 3" in str(caught.value)


def test_an_abandoned_command_ends_with_its_children(tmp_path: Path) -> None:
    """If the loop is left early, as by Ctrl-C, the whole group ends, also a child that ignores SIGINT."""
    alive = tmp_path / "alive"
    os.mkfifo(alive)
    child = (
        "import signal, time; signal.signal(signal.SIGINT, signal.SIG_IGN)\n"
        "with open('alive', 'w') as alive: print('x', file=alive, flush=True); time.sleep(60)\n"
    )
    code = f"import subprocess, sys; print('up', flush=True); subprocess.run([sys.executable, '-c', {child!r}])"
    lines = run_command([sys.executable, "-c", code], cwd=tmp_path, env=os.environ, log=tmp_path / "log")
    assert next(lines) == "up"
    with alive.open() as reader:
        assert reader.readline() == "x\n"
        lines.close()
        assert reader.read() == "", "the last writer is gone"
