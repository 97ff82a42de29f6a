"""End a command that runs a local AWS in order: shut down what it started, and then exit."""

import signal
from types import FrameType

INTERRUPTED = 130
"""The exit code after Ctrl-C, as shells define it."""


def end_in_order() -> None:
    """Make SIGINT and SIGTERM raise `KeyboardInterrupt` once; ignore further ones while everything is shut down."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _interrupt)


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt
