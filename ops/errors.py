"""The errors of the operator's commands."""

from pathlib import Path


class CommandError(Exception):
    """A command cannot run; the message names the input and the remedy, and the exit code is 2."""


class UnreadableError(CommandError):
    """A file cannot be read, or not to its end; the message names it and the reason."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.reason = reason
