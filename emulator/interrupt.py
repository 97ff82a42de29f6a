"""End a command that runs a local AWS in order: what it started is shut down before it exits."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType

INTERRUPTED = 130
"""The exit code after Ctrl-C, as shells have it."""
STOPPED = "Stopped: the local AWS and everything that ran in it are shut down."
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
"""Ctrl-C, the end of the session, and the end of the terminal."""


@dataclass
class _Interrupt:
    """Whether an interrupt waits until it may be raised, and whether one has come."""

    is_deferred: bool = False
    is_pending: bool = False

    def release(self) -> None:
        """Raise the interrupt that has come, if any, and let those that come be raised at once."""
        self.is_deferred = False
        if self.is_pending:
            self.is_pending = False
            raise KeyboardInterrupt


_interrupt = _Interrupt()


def end_in_order() -> None:
    """Make the first of `SIGNALS` raise `KeyboardInterrupt`; those that follow are ignored while all is shut down."""
    for number in SIGNALS:
        signal.signal(number, _handle)


@contextmanager
def defer_interrupt() -> Iterator[_Interrupt]:
    """Keep an interrupt back until `release` is called.

    A process that is being started is nobody's yet: an interrupt within `Popen` would leave it running. For example,
    start it, enter the `try` whose `finally` ends it, and call `release` there.
    """
    _interrupt.is_deferred = True
    try:
        yield _interrupt
    finally:
        _interrupt.is_deferred = False


def _handle(_number: int, _frame: FrameType | None) -> None:
    for number in SIGNALS:
        signal.signal(number, signal.SIG_IGN)
    if _interrupt.is_deferred:
        _interrupt.is_pending = True
    else:
        raise KeyboardInterrupt
