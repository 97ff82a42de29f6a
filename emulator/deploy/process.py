"""Run a child command line by line, in a process group of its own that never outlives its use."""

import os
import signal
import subprocess
import time
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

GRACE_S = 3.0
LOOK_S = 0.01


class CommandFailedError(Exception):
    """A command ended with an exit code that is not 0; `lines` is what it wrote."""

    def __init__(self, command: Sequence[str], exit_code: int, lines: list[str]) -> None:
        super().__init__(f"{' '.join(command[:2])} ended with exit code {exit_code}")
        self.lines = lines


def output_lines(command: Sequence[str], *, cwd: Path, env: Mapping[str, str], log: Path) -> Generator[str, None, None]:
    """Yield what `command` writes to either stream, line by line, and append it to the file `log`.

    Raises `CommandFailedError` at the end where the exit code is not 0; an interruption ends the whole group.
    """
    lines = []
    with log.open("a", encoding="utf-8") as file, _group(command, cwd, env) as process:
        assert process.stdout is not None  # noqa: S101 - it is a pipe; said for the type checker
        for line in process.stdout:
            file.write(line)
            lines.append(line.rstrip("\n"))
            yield lines[-1]
        exit_code = process.wait()
    if exit_code:
        raise CommandFailedError(command, exit_code, lines)


@contextmanager
def _group(command: Sequence[str], cwd: Path, env: Mapping[str, str]) -> Iterator[subprocess.Popen[str]]:
    """Start the command outside the terminal's group, so that Ctrl-C reaches it once, through here."""
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
            yield process
        finally:
            if process.poll() is None:
                _end(process)


def _end(process: subprocess.Popen[str]) -> None:
    """Ask the group to stop and, after a short grace, kill what is left: the AWS it works on ends too."""
    os.killpg(process.pid, signal.SIGINT)
    with suppress(subprocess.TimeoutExpired):
        process.wait(GRACE_S)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
        _await_end(process)


def _await_end(process: subprocess.Popen[str]) -> None:
    """Wait until the kernel has removed the whole group; raises `ProcessLookupError` then, returns after the grace."""
    deadline_s = time.monotonic() + GRACE_S
    while time.monotonic() < deadline_s:
        process.poll()
        os.killpg(process.pid, 0)
        time.sleep(LOOK_S)
