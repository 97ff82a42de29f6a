"""Ctrl-C ends a command in order, and leaves nothing running that was being started."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from emulator.deploy.process import start_command
from emulator.interrupt import defer_interrupt, end_in_order


@pytest.fixture(autouse=True)
def handlers() -> Iterator[None]:
    """Install the handlers of the command, and afterwards those of the tests."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    end_in_order()
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def test_an_interrupt_waits_until_it_is_released() -> None:
    """It is raised where everything that was started is somebody's to end."""
    with defer_interrupt() as interrupt:
        os.kill(os.getpid(), signal.SIGINT)
        with pytest.raises(KeyboardInterrupt):
            interrupt.release()


def test_a_command_interrupted_at_its_start_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The signal comes while the process is made: it has ended when the interrupt is raised."""
    started = []

    class Interrupted(subprocess.Popen[str]):
        def __init__(self, *arguments: object, **options: object) -> None:
            super().__init__(*arguments, **options)  # type: ignore[call-overload]
            started.append(self)
            os.kill(os.getpid(), signal.SIGINT)

    monkeypatch.setattr(subprocess, "Popen", Interrupted)
    command = [sys.executable, "-c", "import time; time.sleep(60)"]
    with pytest.raises(KeyboardInterrupt), start_command(command, cwd=tmp_path, env=os.environ):
        pytest.fail("the block is not entered")
    (process,) = started
    assert process.poll() is not None


def test_the_second_interrupt_is_ignored() -> None:
    """What is being shut down is not interrupted."""
    with pytest.raises(KeyboardInterrupt):
        os.kill(os.getpid(), signal.SIGTERM)
    os.kill(os.getpid(), signal.SIGINT)
