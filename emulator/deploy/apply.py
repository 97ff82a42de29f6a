"""Follow a running `terraform apply` in a thread, so that other work begins as soon as its resources exist."""

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from emulator.deploy.changes import Changes, parse_event
from emulator.deploy.errors import DemoError
from emulator.deploy.process import CommandFailedError
from emulator.deploy.progress import Step


class Apply:
    """One running apply; `references` maps an output's name to the resource whose id it is."""

    def __init__(self, name: str, references: Mapping[str, str], step: Step) -> None:
        self._name = name
        self._references = references
        self._step = step
        self._changes = Changes()
        self._changed = threading.Condition()
        self._failure: DemoError | None = None
        self._ended_s: float | None = None

    def read(self, lines: Iterator[str], log: Path) -> None:
        """Read every line until Terraform ends."""
        try:
            for line in lines:
                self._take(line)
        except CommandFailedError as error:
            reason = f"Terraform could not apply {self._name}: {_find_first_error(error.lines)} (all of it in {log})."
            self._failure = DemoError(reason)
        else:
            self._step.finish()
        with self._changed:
            self._ended_s = time.monotonic()
            self._changed.notify_all()

    def wait_until_planned(self) -> None:
        """Wait until the plan is made; after that Terraform mostly waits for AWS, and the machine is idle."""
        self._wait(lambda: self._changes.is_planned)

    def wait_until_usable(self) -> dict[str, Any]:
        """Wait until all resources exist that something depends on; return the outputs that are known by then."""
        self._wait(lambda: self._changes.is_usable)
        with self._changed:
            made = self._changes.made
            known = {name: made[address] for name, address in self._references.items() if address in made}
            return known | self._changes.outputs

    def wait_until_finished(self) -> dict[str, Any]:
        """Wait until Terraform has ended; return all outputs."""
        self._wait(lambda: False)
        return self._changes.outputs

    def wait_for_end_s(self) -> float:
        """Wait until Terraform has ended; return the time of its end by the monotonic clock."""
        self.wait_until_finished()
        return self._ended_s or 0.0

    def _wait(self, reached: Callable[[], bool]) -> None:
        """Wait until `reached` returns true or Terraform has ended; raise `DemoError` if it has failed."""
        with self._changed:
            self._changed.wait_for(lambda: self._ended_s is not None or reached())
            if self._failure:
                raise self._failure

    def _take(self, line: str) -> None:
        with self._changed:
            self._changes.take(parse_event(line))
            planned, made, waits_for = len(self._changes.planned), len(self._changes.made), self._changes.pending
            self._changed.notify_all()
        if planned:
            self._step.update(made, planned, f"waits for {waits_for}" if waits_for else "")


def _find_first_error(lines: list[str]) -> str:
    for event in map(parse_event, lines):
        match event:
            case {"type": "diagnostic", "diagnostic": {"severity": "error", "summary": str(summary), **rest}}:
                detail = str(rest.get("detail", "")).strip().partition("\n")[0]
                return f"{summary}: {detail}" if detail else summary
    return find_last_line(lines)


def find_last_line(lines: list[str]) -> str:
    """Return the last line that is not blank, without the frame that Terraform draws around it."""
    return next((text for line in reversed(lines) if (text := line.strip(" │╵╷\t"))), "it wrote nothing").rstrip(".")
