"""Print the result of the demo: the table of objects, a record, totals, the verdict, and what to do next."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from rich.console import Console, RenderableType
from rich.text import Text

from emulator.demo.example import render_example
from emulator.demo.logs import LogFile
from emulator.demo.price import name_storage, render_prices
from emulator.demo.result import DemoResult, build_report
from emulator.demo.table import render_table
from emulator.demo.verdict import MAX_NAMES, render_verdict
from emulator.stay import shorten
from emulator.terminal import escape_controls, indent, render_commands

SAMPLE = "api/requests.jsonl"


def announce(logs: Sequence[LogFile], console: Console) -> None:
    """Print before the upload which samples are damaged on purpose."""
    damaged = [log for log in logs if log.damage]
    if damaged:
        console.print(f"{len(damaged)} of the {len(logs)} samples are damaged on purpose, to show what happens then:")
    for log in damaged:
        console.print(indent(f"{log.key} ({log.damage})", 2))


def show(result: DemoResult, console: Console) -> None:
    """Print the objects, a record, the totals and the verdict."""
    for line in render_table(result, console.width):
        console.print(line, soft_wrap=True)
    parts = (_render_renamed(result), _render_example(result), _render_totals(result), render_verdict(result))
    for part in map(list, parts):
        if part:
            console.print("", *part, sep="\n")


def _render_renamed(result: DemoResult) -> Iterator[RenderableType]:
    renamed = [file.log for file in result.objects if file.log.renamed]
    if renamed:
        count = "1 file" if len(renamed) == 1 else f"{len(renamed):,} files"
        yield Text(f"{count} got another suffix, since the notification passes over the own one:")
    for log in renamed[:MAX_NAMES]:
        yield indent(f"{log.path.name} as {log.key}", 2)
    if len(renamed) > MAX_NAMES:
        yield indent(f"and {len(renamed) - MAX_NAMES:,} more", 2)


def _render_example(result: DemoResult) -> Iterator[RenderableType]:
    if result.example is not None:
        yield from render_example(result.example, is_packed=name_storage() == "packs")


def _render_totals(result: DemoResult) -> Iterator[RenderableType]:
    """Yield the number of records at each level, their pace, and where failures went."""
    totals, seconds = build_report(result), result.seconds
    levels = sorted(result.levels.items(), key=lambda count: -count[1])
    if levels:
        yield Text("Levels  ", "bold") + Text(
            "  ".join(f"{escape_controls(level)} {count:,}" for level, count in levels)
        )
    pace = f"{totals['stored'] / seconds['ingest']:,.0f} records a second"
    yield Text("Pace    ", "bold") + Text(f"{totals['stored']:,} records in {seconds['ingest']:.1f} s: {pace}")
    failed = f"dead-letter queue {totals['dead_letters']:,}, error archive {totals['archived']:,}"
    yield Text("Failed  ", "bold") + Text(failed)
    yield from render_prices(result.prices)


def show_next_steps(build_dir: Path, logs: Path | None, console: Console) -> None:
    """Print what to do after the local AWS has ended; `logs` is the user's own path, None if samples were uploaded."""
    console.print("", Text("What to do next", "bold"), *render_commands(list_next_steps(build_dir, logs)), sep="\n")


def list_next_steps(build_dir: Path, logs: Path | None) -> Iterator[tuple[str, str]]:
    """Yield commands that work at once in the project's folder, each with its purpose."""
    path = shorten(logs or build_dir / "logs" / SAMPLE)
    yield f".venv/bin/ops parse {path}", "what the function makes of a file, without AWS"
    if logs is None:
        yield f"make demo LOGS={shorten(build_dir / 'logs' / 'api')}", "the same with a file or folder of your own"
    else:
        yield "make demo", "the same with samples, two of which are damaged on purpose"
    yield f"cat {shorten(build_dir / 'report.json')}", "these totals, for programs"
    yield (
        f"ls {shorten(build_dir)}",
        "the function's logs, Terraform's output, and the JSON and state of the stacks",
    )
    yield "cat README.md", "how to deploy these stacks to an AWS account, and what operators do then"
