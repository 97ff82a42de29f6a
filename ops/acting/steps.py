"""Walk through the steps of an act: at a rate, until Ctrl-C, and count what becomes of them."""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TypeVar

from ops.acting.interrupts import Interrupts

Step = TypeVar("Step")
SAVE_S = 10.0
"""How often the log of acts is told how far a long act is."""


class ActSteps:
    """The steps of an act that runs.

    - `counts`: how many were worked on, by what became of them.
    - `resume`: what to add to the command to go on after an interruption; empty if the same command goes on.
    """

    def __init__(
        self, interrupts: Interrupts, rate: float | None, advance: Callable[[int], None], save: Callable[[], None]
    ) -> None:
        self.counts: Counter[str] = Counter()
        self.resume = ""
        self._interrupts = interrupts
        self._rate = rate
        self._advance = advance
        self._save = save
        self._saved_s = time.monotonic()

    def pace(self, steps: Iterable[Step], size: Callable[[Step], int] = lambda _: 1) -> Iterator[Step]:
        """Yield each step, at most as many a second as the rate; one step counts as `size` says.

        Raise `KeyboardInterrupt` between two steps if Ctrl-C was pressed.
        """
        due_s = time.monotonic()
        self._interrupts.check()
        for step in steps:
            self._interrupts.wait_until(due_s)
            begun_s = time.monotonic()
            yield step
            amount = size(step)
            self._advance(amount)
            due_s = begun_s + amount / self._rate if self._rate else begun_s
            if time.monotonic() - self._saved_s >= SAVE_S:
                self._saved_s = time.monotonic()
                self._save()
            self._interrupts.check()

    def count(self, **counts: int) -> None:
        """Add to the counts: `count(sent=10, left=1)`."""
        self.counts.update(counts)

    def describe(self) -> str:
        """Return the counts in words: `10 sent, 1 left`."""
        return describe_counts(self.counts) or "nothing done"


def describe_counts(counts: Mapping[str, int]) -> str:
    """Return the counts of an act in words, without what is none; empty if it did nothing."""
    return ", ".join(f"{count:,} {name}" for name, count in counts.items() if count)
