"""Hear Ctrl-C between two steps, so that no step is left half done; a second Ctrl-C is heard at once."""

import signal
import threading
import time
from types import FrameType, TracebackType
from typing import Self


class Interrupts:
    """Ctrl-C within a block; where the process ignores it, as in the background of a shell, it stays ignored."""

    def __init__(self) -> None:
        self._heard = threading.Event()
        self._before: signal.Handlers | None = None

    def __enter__(self) -> Self:
        usual = signal.getsignal(signal.SIGINT)
        if usual == signal.default_int_handler and threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGINT, self._hear)
            self._before = usual  # type: ignore[assignment]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._before is not None:
            signal.signal(signal.SIGINT, self._before)

    def _hear(self, _signal: int, _frame: FrameType | None) -> None:
        if self._heard.is_set():
            raise KeyboardInterrupt
        self._heard.set()

    def check(self) -> None:
        """Raise `KeyboardInterrupt` if Ctrl-C was heard."""
        if self._heard.is_set():
            raise KeyboardInterrupt

    def wait_until(self, moment_s: float) -> None:
        """Wait until `time.monotonic()` is `moment_s`; raise `KeyboardInterrupt` at Ctrl-C."""
        self._heard.wait(max(0.0, moment_s - time.monotonic()))
        self.check()
