"""Run the demo as a process of its own, read what it prints, and see what it leaves running."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

PROJECT_DIR = Path(__file__).resolve().parents[2]
LOOK = "Or look at it in a browser: "
"""How its last line begins."""


def started(build_dir: Path, *arguments: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "emulator.demo", "--build-dir", str(build_dir), *arguments]
    env, pipe = os.environ | {"COLUMNS": "200"}, subprocess.PIPE
    return subprocess.Popen(command, cwd=PROJECT_DIR, env=env, stdout=pipe, stderr=pipe, text=True)


@contextmanager
def ended(process: "subprocess.Popen[str]") -> Iterator["subprocess.Popen[str]"]:
    """End the demo with the test, whatever happens, by the signal that lets it end what it started."""
    with process:
        try:
            yield process
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)


def descendants(pid: int) -> set[tuple[int, str]]:
    """Return the processes below `pid`, each with its start time, so that a reused number is not taken for it."""
    rows = [fields for entry in Path("/proc").iterdir() if entry.name.isdigit() and (fields := stat_of(entry))]
    found: set[tuple[int, str]] = set()
    wanted = {pid}
    while wanted:
        below = {(number, start) for number, parent, start in rows if parent in wanted} - found
        found |= below
        wanted = {number for number, _ in below}
    return found


def stat_of(entry: Path) -> tuple[int, int, str] | None:
    """Return number, parent and start time from `/proc/<pid>/stat`; None for a process that has just ended."""
    try:
        name, _, rest = (entry / "stat").read_text().rpartition(")")
    except OSError:
        return None
    fields = rest.split()
    if fields[0] == "Z":  # it has ended, and waits for its parent to ask
        return None
    return int(name.partition(" ")[0]), int(fields[1]), fields[19]


def still_there(process: tuple[int, str]) -> bool:
    found = stat_of(Path(f"/proc/{process[0]}"))
    return found is not None and found[2] == process[1]


def lines_until(stream: IO[str] | None, start: str) -> str:
    """Read up to a line that begins with `start`, and return what was read."""
    assert stream is not None
    lines = []
    for line in stream:
        lines.append(line)
        if line.startswith(start):
            return "".join(lines)
    raise AssertionError(f"no line begins with {start!r}: {lines}")
