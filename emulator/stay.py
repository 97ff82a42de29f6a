"""Let a local AWS stay until it is interrupted: one a folder, with a shell file that points every tool at it."""

import fcntl
import os
import shutil
import signal
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from shlex import quote
from typing import TextIO

from rich.console import Console
from rich.text import Text

from emulator.deploy.errors import DemoError
from emulator.deploy.stacks import CONFIGURING, PROJECT_DIR
from emulator.terminal import render_commands

LOCK, SCRATCH, SHELL_FILE = "lock", "scratch", "aws.sh"
OVERRIDING = (
    *("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"),
    *("STACK_NAME_SUFFIX", "STATE_BACKEND", *CONFIGURING),
)
"""The variables of a shell that would lead a tool elsewhere, or to another environment."""
PROGRAMS = (".venv/bin", "node_modules/.bin")


@contextmanager
def claim(folder: Path) -> Iterator[None]:
    """Hold the folder, and keep temporary files in it, while the block runs.

    Raise `DemoError` if another process holds it, or it cannot be written to. The lock ends with the process, however
    that ends; what a killed one has left is removed.
    """
    with _open_lock(folder) as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise DemoError(_describe_holder(folder, lock.read().strip())) from error
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        (folder / SHELL_FILE).unlink(missing_ok=True)
        with _keep_temporary_files(folder / SCRATCH):
            yield


def _open_lock(folder: Path) -> TextIO:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / LOCK).touch()
        return (folder / LOCK).open("r+", encoding="utf-8")
    except OSError as error:
        reason = f"{folder}: the folder cannot be written to ({error.strerror}); name another one as --build-dir."
        raise DemoError(reason) from error


@contextmanager
def _keep_temporary_files(folder: Path) -> Iterator[None]:
    before = tempfile.tempdir
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    tempfile.tempdir = str(folder)
    try:
        yield
    finally:
        tempfile.tempdir = before
        shutil.rmtree(folder, ignore_errors=True)


def _describe_holder(folder: Path, process: str) -> str:
    return (
        f"a local AWS runs already in {shorten(folder)}, as process {process}: use it, "
        f"or end it with Ctrl-C in its terminal or with 'kill {process}'."
    )


@contextmanager
def offer(folder: Path, variables: Mapping[str, str]) -> Iterator[Path]:
    """Write a file for the shell's `source` that sets the variables, yield its path, and remove it with the block."""
    path = folder / SHELL_FILE
    path.write_text(build_shell_text(variables), encoding="utf-8")
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)


def build_shell_text(variables: Mapping[str, str]) -> str:
    """Return the lines that set the variables, unset those that would override them, and find this checkout's tools."""
    programs = ":".join(quote(str(PROJECT_DIR / folder)) for folder in PROGRAMS)
    exports = [f"export {name}={quote(value)}" for name, value in variables.items()]
    return "\n".join([f"unset {' '.join(OVERRIDING)}", *exports, f'export PATH={programs}:"$PATH"', ""])


def show_stay(title: str, shell_file: Path, commands: Iterable[tuple[str, str]], console: Console) -> None:
    """Print that a local AWS stays, how it ends, and commands for another terminal, each with its purpose."""
    console.print(Text(f"{title}, until Ctrl-C (or kill {os.getpid()}).", "bold green"))
    console.print("Try it in another terminal, in this folder:")
    first = (
        f"source {shorten(shell_file)}",
        "points ops, the AWS CLI, boto3, Terraform and cdktf at it, in that terminal",
    )
    console.print(*render_commands([first, *commands]), sep="\n")


def wait_for_interrupt() -> None:
    """Wait until the process is interrupted; `end_in_order` says by which signals."""
    try:
        while True:
            signal.pause()
    except KeyboardInterrupt:
        return


def shorten(path: Path) -> str:
    """Return a path quoted for a shell, relative to the project's folder if it is below it."""
    return quote(str(path.relative_to(PROJECT_DIR) if path.is_relative_to(PROJECT_DIR) else path))
