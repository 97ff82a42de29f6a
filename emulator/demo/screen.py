"""Print how the demo went: the account for each object, a record, totals, the verdict, and what to do next."""

import shlex
from collections.abc import Iterator, Sequence
from pathlib import Path

from rich.console import Console, RenderableType
from rich.text import Text

from emulator.demo.example import example_lines
from emulator.demo.logs import LogFile
from emulator.demo.outcome import Outcome, report
from emulator.demo.table import objects_table
from emulator.demo.verdict import MOST_NAMES, verdict
from emulator.deploy.stacks import PROJECT_DIR
from emulator.terminal import indented, printable

SAMPLE = "api/requests.jsonl"


def announce(logs: Sequence[LogFile], console: Console) -> None:
    """Say before the upload which samples are damaged on purpose."""
    damaged = [log for log in logs if log.damage]
    if damaged:
        console.print(f"{len(damaged)} of the {len(logs)} samples are damaged on purpose, to show what happens then:")
    for log in damaged:
        console.print(indented(f"{log.key} ({log.damage})", 2))


def show(outcome: Outcome, console: Console, build_dir: Path, logs: Path | None = None) -> None:
    """Print the account; `logs` is the user's own path, or None where the samples were uploaded."""
    for line in objects_table(outcome, console.width):
        console.print(line, soft_wrap=True)
    parts = (_renamed(outcome), _example(outcome), _totals(outcome), verdict(outcome), _next(build_dir, logs))
    for part in map(list, parts):
        if part:
            console.print("", *part, sep="\n")


def _renamed(outcome: Outcome) -> Iterator[RenderableType]:
    renamed = [entry.log for entry in outcome.objects if entry.log.renamed]
    if renamed:
        count = "1 file" if len(renamed) == 1 else f"{len(renamed):,} files"
        yield Text(f"{count} got another suffix, since the notification passes over the own one:")
    for log in renamed[:MOST_NAMES]:
        yield indented(f"{log.path.name} as {log.key}", 2)
    if len(renamed) > MOST_NAMES:
        yield indented(f"and {len(renamed) - MOST_NAMES:,} more", 2)


def _example(outcome: Outcome) -> Iterator[RenderableType]:
    if outcome.example is not None:
        yield from example_lines(outcome.example)


def _totals(outcome: Outcome) -> Iterator[RenderableType]:
    """Yield the records of each level, their pace, and where failures went."""
    totals, seconds = report(outcome), outcome.seconds
    levels = sorted(outcome.levels.items(), key=lambda entry: -entry[1])
    if levels:
        yield Text("Levels  ", "bold") + Text("  ".join(f"{printable(level)} {count:,}" for level, count in levels))
    pace = f"{totals['stored'] / seconds['ingest']:,.0f} records a second"
    yield Text("Pace    ", "bold") + Text(f"{totals['stored']:,} records in {seconds['ingest']:.1f} s: {pace}")
    failed = f"dead-letter queue {totals['dead_letters']:,}, error archive {totals['archived']:,}"
    yield Text("Failed  ", "bold") + Text(failed)


def _next(build_dir: Path, logs: Path | None) -> Iterator[RenderableType]:
    yield Text("What to do next", "bold")
    for command, purpose in next_steps(build_dir, logs):
        yield indented(command, 2, "bold")
        yield indented(purpose, 4)


def next_steps(build_dir: Path, logs: Path | None) -> Iterator[tuple[str, str]]:
    """Yield commands, each of which works at once in the project's folder, and what each is for."""
    path = _quoted(logs or build_dir / "logs" / SAMPLE)
    yield f".venv/bin/ops parse {path}", "what the function makes of a file, without AWS"
    if logs is None:
        yield f"make demo LOGS={_quoted(build_dir / 'logs' / 'api')}", "the same with a file or folder of your own"
    else:
        yield "make demo", "the same with samples, two of which are damaged on purpose"
    yield f"cat {_quoted(build_dir / 'report.json')}", "these totals, for programs"
    yield f"ls {_quoted(build_dir)}", "the function's logs, Terraform's output, and the JSON and state of the stacks"
    yield "less README.md", "how to deploy these stacks to an AWS account, and what operators do then"


def _quoted(path: Path) -> str:
    """Return the path for a shell, and relative to the project's folder if it is below it."""
    return shlex.quote(str(path.relative_to(PROJECT_DIR) if path.is_relative_to(PROJECT_DIR) else path))
