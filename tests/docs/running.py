"""Run the commands of a block as a reader types them: one shell, and only the variables that the page exports."""

import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from shlex import quote

TRACEBACK = "Traceback (most recent call last)"
SHELL = ["bash", "--noprofile", "--norc", "-eu"]


@dataclass(frozen=True, slots=True)
class Ran:
    """One command: how it was typed, how long it took, and what it answered; `exit_code` is None if it never began."""

    command: str
    seconds: float
    exit_code: int | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the commands of a block did, all they wrote, and the environment that they leave to the next block."""

    ran: list[Ran]
    output: str
    environ: dict[str, str]

    def fault(self, exit_code: int = 0) -> str | None:
        """Return what is wrong with it, None if the last command answered `exit_code` and nothing broke."""
        if TRACEBACK in self.output:
            return "a traceback was shown"
        wanted = [0] * (len(self.ran) - 1) + [exit_code]
        for one, expected in zip(self.ran, wanted, strict=True):
            if one.exit_code != expected:
                return f"`{one.command}` answered {one.exit_code} in place of {expected}"
        return None


def run(
    commands: Sequence[str], folder: Path, environ: Mapping[str, str], marks: Path, *, timeout_s: float = 60
) -> Outcome:
    """Run `commands` in one shell in `folder`; the first that fails ends it. `marks` is a folder for its notes."""
    times, left = marks / "times", marks / "environment"
    times.write_text("")
    left.write_text("")
    noted = [f"echo begun $EPOCHREALTIME >> {quote(str(times))}\n{command}" for command in commands]
    ends = f"code=$?; echo $code $EPOCHREALTIME >> {quote(str(times))}; env -0 > {quote(str(left))}"
    script = "\n".join([f"trap {quote(ends)} EXIT", *noted])
    process = subprocess.Popen(
        [*SHELL, "-c", script],
        cwd=folder,
        env=dict(environ),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        start_new_session=True,
    )
    try:
        output, _ = process.communicate(timeout=timeout_s)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        output = f"{process.communicate()[0]}\n(ended after {timeout_s:.0f} s)"
    return Outcome(_ran(commands, times.read_text()), output, _environment(left.read_bytes()))


def _ran(commands: Sequence[str], times: str) -> list[Ran]:
    """Read the notes: when each command began, and at last with which code the shell ended, and when."""
    notes = [line.split() for line in times.splitlines()]
    moments = [float(when) for _, when in notes]
    begun = sum(word == "begun" for word, _ in notes)
    code = int(notes[-1][0]) if len(notes) > begun else None
    ran = []
    for number, command in enumerate(commands):
        seconds = moments[number + 1] - moments[number] if number + 1 < len(moments) else 0.0
        last = code if number + 1 == begun else None
        ran.append(Ran(command, seconds, 0 if number + 1 < begun else last))
    return ran


def _environment(written: bytes) -> dict[str, str]:
    pairs = (entry.partition("=") for entry in written.decode("utf-8", "replace").split("\0") if entry)
    return {name: value for name, _, value in pairs if name not in {"_", "SHLVL", "PWD", "OLDPWD"}}
