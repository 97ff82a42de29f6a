"""The errors of the operator's commands."""

from pathlib import Path

from ops.exit_codes import ExitCode


class CommandError(Exception):
    """A command cannot run; the message names the input and the remedy, and `exit_code` is how the command ends."""

    def __init__(self, message: str, exit_code: ExitCode = ExitCode.CANNOT_RUN) -> None:
        super().__init__(message)
        self.exit_code = exit_code


class TooMuchError(CommandError):
    """More would be read than is allowed; `wanted_bytes` is how much has to be."""

    def __init__(self, message: str, wanted_bytes: int) -> None:
        super().__init__(message, ExitCode.NOT_CONFIRMED)
        self.wanted_bytes = wanted_bytes


class UnreadableError(CommandError):
    """A file cannot be read, or not to its end; the message names it and the reason."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.reason = reason
