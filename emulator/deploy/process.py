"""Run a command line by line, in a process group of its own that ends with its use."""

import os
import signal
import subprocess
import time
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from emulator.interrupt import defer_interrupt

GRACE_S = 3.0
CHECK_S = 0.01
BY_LINE = 1
"""Commands that run side by side write to one log: a line is never broken by another's."""


class CommandFailedError(Exception):
    """A command ended with an exit code other than 0; `lines` is its output."""

    def __init__(self, exit_code: int, lines: list[str]) -> None:
        super().__init__(f"it ended with exit code {exit_code}")
        self.lines = lines


def run_command(command: Sequence[str], *, cwd: Path, env: Mapping[str, str], log: Path) -> Generator[str, None, None]:
    """Run `command` and yield its output, as `read_lines` does; closing the generator ends the whole group."""
    with start_command(command, cwd=cwd, env=env) as process:
        yield from read_lines(process, log)


def read_lines(process: subprocess.Popen[str], log: Path) -> Iterator[str]:
    """Yield what a started command writes to either stream, line by line, and append it to the file `log`.

    Raise `CommandFailedError` at the end if the exit code is not 0.
    """
    lines = []
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("a", encoding="utf-8", buffering=BY_LINE) as file:
        for line in process.stdout or ():
            file.write(line)
            lines.append(line.rstrip("\n"))
            yield lines[-1]
    exit_code = process.wait()
    if exit_code:
        raise CommandFailedError(exit_code, lines)


@contextmanager
def start_command(command: Sequence[str], *, cwd: Path, env: Mapping[str, str]) -> Iterator[subprocess.Popen[str]]:
    """Start the command outside the terminal's group, so that Ctrl-C reaches only this process; end it on exit."""
    with defer_interrupt() as interrupt:
        process = subprocess.Popen(
            command,
            cwd=cwd,
            env=dict(env),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
        )
        with process:
            try:
                interrupt.release()
                yield process
            finally:
                end_command(process)


def end_command(process: subprocess.Popen[str]) -> None:
    """End the whole group of a command, if the command has not ended by itself."""
    if process.poll() is None:
        _end_group(process)


def _end_group(process: subprocess.Popen[str]) -> None:
    """Interrupt the group and, after three seconds, kill what is left: the AWS that it works on ends, too."""
    os.killpg(process.pid, signal.SIGINT)
    with suppress(subprocess.TimeoutExpired):
        process.wait(GRACE_S)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
        _await_end(process)


def _await_end(process: subprocess.Popen[str]) -> None:
    """Wait until the whole group is gone, and raise `ProcessLookupError` then; return after three seconds."""
    deadline_s = time.monotonic() + GRACE_S
    while time.monotonic() < deadline_s:
        process.poll()
        os.killpg(process.pid, 0)
        time.sleep(CHECK_S)
