"""Say what is stored of what was uploaded: how many files, which could not be read, and where those are kept."""

from collections.abc import Iterable, Iterator

from rich.console import RenderableType
from rich.text import Text

from emulator.demo.outcome import ObjectOutcome, Outcome, kept_as
from emulator.terminal import indented, printable

MOST_NAMES = 20


def verdict(outcome: Outcome) -> Iterator[RenderableType]:
    """Yield the verdict in one sentence, green where all is as it should be, else red, and what belongs to it."""
    yield Text(" ".join(_sentences(outcome)), "bold green" if outcome.good else "bold red")
    for entry in outcome.unreadable[:MOST_NAMES]:
        yield from _unreadable(outcome, entry)
    if len(outcome.unreadable) > MOST_NAMES:
        yield indented(f"and {len(outcome.unreadable) - MOST_NAMES:,} more, each in report.json", 2)
    if outcome.unreadable:
        yield Text("(The archive ends with this local AWS; the files that were uploaded are as they were.)", "dim")


def _sentences(outcome: Outcome) -> Iterator[str]:
    objects, stored = len(outcome.objects), len(outcome.stored)
    once = ": each of their records stands in the table exactly once" if stored else ""
    yield f"{stored:,} of {objects:,} files {'is' if stored == 1 else 'are'} stored{once}."
    yield from _differences(outcome)
    if outcome.unsettled:
        yield f"Not finished: {_names(outcome.unsettled)}."
    if outcome.unreadable:
        yield _not_stored(outcome)
    if read := [entry.log.key for entry in outcome.surprising if not entry.unreadable]:
        yield f"Damaged on purpose, and yet not refused: {_names(read)}."


def _not_stored(outcome: Outcome) -> str:
    count = len(outcome.unreadable)
    meant = sum(bool(entry.log.damage) for entry in outcome.unreadable)
    some = "" if meant == count else f"{meant:,} of them "
    why = f" ({some}damaged on purpose)" if meant else ""
    return f"{count:,} could not be read{why}: {'its' if count == 1 else 'their'} lines are NOT in the table."


def _differences(outcome: Outcome) -> Iterator[str]:
    tally = outcome.tally
    if tally.lost or tally.duplicates:
        where = [entry.log.key for entry in outcome.objects if entry.differs]
        names = f" in {_names(where)}" if where else ""
        yield f"{tally.lost:,} records are lost, {tally.duplicates:,} are there more than once{names}."


def _unreadable(outcome: Outcome, entry: ObjectOutcome) -> Iterator[RenderableType]:
    """Yield the name of a file that could not be read, the reason, and where its bytes are kept."""
    damage = f" ({entry.log.damage})" if entry.log.damage else ""
    yield indented(f"{entry.log.key}{damage}", 2, "bold")
    yield indented(entry.account.reason or "no reason is given: see the function's log", 4)
    if entry.account.stored:
        yield indented(f"except its first {entry.account.stored:,} records, which are in the table", 4)
    kept = kept_as(outcome, entry)
    yield indented(f"kept as {kept}" if kept else "no copy of it is kept: your file is the only one", 4, "dim")


def _names(keys: Iterable[str]) -> str:
    names = [printable(key) for key in keys]
    more = f" and {len(names) - MOST_NAMES:,} more" if len(names) > MOST_NAMES else ""
    return ", ".join(names[:MOST_NAMES]) + more
