"""Say how many of the uploaded files are stored, which could not be read, and where those are kept."""

from collections.abc import Iterable, Iterator

from rich.console import RenderableType
from rich.text import Text

from emulator.demo.result import DemoResult, ObjectResult, find_copy
from emulator.terminal import escape_controls, indent

MAX_NAMES = 20


def render_verdict(result: DemoResult) -> Iterator[RenderableType]:
    """Yield the verdict, green if all is as it should be, else red, and the details below it."""
    yield Text(" ".join(_list_sentences(result)), "bold green" if result.is_good else "bold red")
    for file in result.unreadable[:MAX_NAMES]:
        yield from _render_unreadable(result, file)
    if len(result.unreadable) > MAX_NAMES:
        yield indent(f"and {len(result.unreadable) - MAX_NAMES:,} more, each in report.json", 2)
    if result.alarms:
        yield Text(f"Alarms rang: {', '.join(result.alarms)}. docs/operations.md says of each what to do.", "yellow")
    if result.unreadable:
        yield Text("(The archive ends with this local AWS; the files that were uploaded are as they were.)", "dim")


def _list_sentences(result: DemoResult) -> Iterator[str]:
    objects, stored = len(result.objects), len(result.stored)
    once = ": each of their records stands in the table exactly once" if stored else ""
    yield f"{stored:,} of {objects:,} files {'is' if stored == 1 else 'are'} stored{once}."
    yield from _describe_differences(result)
    if result.unsettled:
        yield f"Not finished: {_join_names(result.unsettled)}."
    if result.unreadable:
        yield _describe_unreadable(result)
    if read := [file.log.key for file in result.surprising if not file.is_unreadable]:
        yield f"Damaged on purpose, and yet not refused: {_join_names(read)}."


def _describe_unreadable(result: DemoResult) -> str:
    count = len(result.unreadable)
    meant = sum(bool(file.log.damage) for file in result.unreadable)
    some = "" if meant == count else f"{meant:,} of them "
    why = f" ({some}damaged on purpose)" if meant else ""
    return f"{count:,} could not be read{why}: {'its' if count == 1 else 'their'} lines are NOT in the table."


def _describe_differences(result: DemoResult) -> Iterator[str]:
    tally = result.tally
    if tally.lost or tally.duplicates:
        where = [file.log.key for file in result.objects if file.has_differences]
        names = f" in {_join_names(where)}" if where else ""
        yield f"{tally.lost:,} records are lost, {tally.duplicates:,} are there more than once{names}."


def _render_unreadable(result: DemoResult, file: ObjectResult) -> Iterator[RenderableType]:
    """Yield the name of a file that could not be read, the reason, and where its bytes are kept."""
    damage = f" ({file.log.damage})" if file.log.damage else ""
    yield indent(f"{file.log.key}{damage}", 2, "bold")
    yield indent(file.account.reason or "no reason is given: see the function's log", 4)
    if file.account.stored:
        yield indent(f"except its first {file.account.stored:,} records, which are in the table", 4)
    kept = find_copy(result, file)
    yield indent(f"kept as {kept}" if kept else "no copy of it is kept: your file is the only one", 4, "dim")


def _join_names(keys: Iterable[str]) -> str:
    names = [escape_controls(key) for key in keys]
    more = f" and {len(names) - MAX_NAMES:,} more" if len(names) > MAX_NAMES else ""
    return ", ".join(names[:MAX_NAMES]) + more
