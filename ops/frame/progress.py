"""Show on a terminal how far long work is."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Advance = Callable[[int], None]
"""Called with each further amount of work that is done."""


def ignore_progress(_: int) -> None:
    """Show nothing: the `Advance` of work that is not watched."""


@contextmanager
def show_progress(title: str, total: int | None = None) -> Iterator[Advance]:
    """Yield a function that is called with each further amount of work that is done.

    A bar is on standard error while the block runs, and is gone after it; of an unknown total it shows what is done.
    If standard error is no terminal, nothing is shown.
    """
    if not sys.stderr.isatty():
        yield ignore_progress
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    console = Console(stderr=True)
    above = sys.stdout.isatty()  # what is printed to the same terminal goes above the bar; a pipe gets it as it is
    with Progress(*columns, console=console, transient=True, redirect_stdout=above, redirect_stderr=above) as progress:
        task = progress.add_task(title, total=total)
        yield lambda done: progress.advance(task, done)
