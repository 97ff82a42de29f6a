"""Show the steps of a command: bars on a terminal, else one line for each step that has ended."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Column

BAR_COLUMNS = 12
WIDE_COLUMNS = 80
"""Consoles that are narrower have counts and times, and no bars."""


class Step:
    """One running step; `update` moves its bar and names what it waits for."""

    def __init__(self, progress: Progress, title: str) -> None:
        self._progress = progress
        self._title = title
        self._started_s = time.monotonic()
        self._task = progress.add_task(title, total=None, note="")

    def update(self, completed: int, total: int, note: str = "") -> None:
        """Show that `completed` of `total` are done, with `note` beside it."""
        self._progress.update(self._task, completed=min(completed, total), total=total, note=note)

    def finish(self) -> None:
        """Show the step as done; without a terminal, print a line with its time."""
        total = next(task.total for task in self._progress.tasks if task.id == self._task) or 1
        self._progress.update(self._task, completed=total, total=total, note="")
        if not self._progress.console.is_terminal:
            self._progress.console.print(f"{self._title}: {time.monotonic() - self._started_s:.1f} s")


class Steps:
    """The list of steps; a context manager, because the terminal must be restored."""

    def __init__(self, console: Console) -> None:
        self._progress = Progress(
            SpinnerColumn(finished_text="[green]✓[/]"),
            TextColumn("{task.description}"),
            *([BarColumn(bar_width=BAR_COLUMNS)] if console.width >= WIDE_COLUMNS else []),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("[dim]{task.fields[note]}", table_column=Column(no_wrap=True, overflow="ellipsis", ratio=1)),
            expand=True,
            console=console,
            disable=not console.is_terminal,
        )

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    def begin(self, title: str) -> Step:
        """Show `title` as running, beside other steps, until `finish` is called."""
        return Step(self._progress, title)

    @contextmanager
    def show(self, title: str) -> Iterator[Step]:
        """Show `title` as running until the block ends; a step that fails stays unfinished."""
        step = self.begin(title)
        yield step
        step.finish()
