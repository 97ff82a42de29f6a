"""Print what a reader should know beside the answer, or collect it for the page."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from log_processor.escaping import escape

_collected: ContextVar[list[str] | None] = ContextVar("collected", default=None)


def print_note(words: str) -> None:
    """Print a note on standard error, behind what is printed so far."""
    notes = _collected.get()
    if notes is not None:
        notes.append(words)
        return
    sys.stdout.flush()
    sys.stderr.write(f"note: {escape(words)}\n")


@contextmanager
def collect_notes() -> Iterator[list[str]]:
    """Yield a list that gets the notes of the block, which are not printed."""
    notes: list[str] = []
    before = _collected.set(notes)
    try:
        yield notes
    finally:
        _collected.reset(before)
