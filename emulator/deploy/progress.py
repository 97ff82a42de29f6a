"""Show the demo's steps: bars on a terminal, one line a finished step where the output is a file or a pipe."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn


class Step:
    """One running step; `update` moves its bar."""

    def __init__(self, progress: Progress, task: TaskID) -> None:
        self._progress = progress
        self._task = task

    def update(self, completed: int, total: int) -> None:
        """Show that `completed` of `total` are done."""
        self._progress.update(self._task, completed=min(completed, total), total=total)


class Steps:
    """The list of steps; a context, because the terminal has to be restored."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._progress = Progress(
            SpinnerColumn(finished_text="[green]✓[/]"),
            TextColumn("{task.description}"),
            BarColumn(bar_width=30),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
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

    @contextmanager
    def step(self, title: str) -> Iterator[Step]:
        """Show `title` as running until the block ends; a step that fails stays unfinished."""
        started_s = time.monotonic()
        task = self._progress.add_task(title, total=None)
        yield Step(self._progress, task)
        total = self._progress.tasks[-1].total or 1
        self._progress.update(task, completed=total, total=total)
        if not self._console.is_terminal:
            self._console.print(f"{title}: {time.monotonic() - started_s:.1f} s", highlight=False)
