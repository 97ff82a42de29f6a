"""Read what a selection says: the span of time, and the condition."""

from log_processor.formats.lib.levels import BY_RANK, normalise_level

from ops.errors import CommandError
from ops.frame.times import ZonedClock, check_order
from ops.reading.combined import join_all
from ops.reading.conditions import Comparison, Condition, Contains, IsError
from ops.reading.selection import RecordFilter, Selection
from ops.reading.span import Span, count_ms
from ops.reading.where import parse_where


def build_span(selection: Selection, clock: ZonedClock) -> Span:
    """Return the span that is asked for; raises `CommandError` if it is empty or no time."""
    begin, end = clock.parse("--from", selection.begin), clock.parse("--to", selection.end)
    check_order((f"--from {selection.begin}", begin), (f"--to {selection.end}", end))
    return Span(count_ms(begin), max(count_ms(begin), count_ms(end) - 1))


def build_condition(selection: RecordFilter) -> Condition | None:
    """Return what has to hold of each record; None if nothing has to. Raises `CommandError` if it makes no sense."""
    parts: list[Condition] = [parse_where(text) for text in selection.where]
    parts += [Contains(text) for text in selection.contains]
    if selection.level is not None:
        parts.append(Comparison("level", ">=", _check_level(selection.level)))
    if selection.errors:
        parts.append(IsError())
    return join_all(parts)


def _check_level(level: str) -> str:
    known = normalise_level(level)
    if known is None:
        raise CommandError(f"--level {level}: there is no such level: write one of {', '.join(BY_RANK)}")
    return known
