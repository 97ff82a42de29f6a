"""Divide what came in by time and level, of each source and format."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from ops.day_totals import UNKNOWN, has_ended, is_work
from ops.reading.counts import choose_step
from ops.reading.ledger_days import RangeRow
from ops.reading.span import Span, count_ms

NO_LEVEL = "none"
"""What records without a level are counted as."""


@dataclass(frozen=True, slots=True)
class LevelLines:
    """How many records were stored in each step of a span, by level; `times` are the steps' begins in epoch seconds."""

    times: list[int]
    levels: dict[str, list[int]]


def divide_levels(ranges: Iterable[RangeRow], span: Span) -> dict[tuple[str, str], LevelLines]:
    """Return the lines of each source and format; a range counts when it was begun, forty steps there are at most."""
    step_ms = choose_step(span)
    first, last = span.first_ms // step_ms, span.last_ms // step_ms
    times = [step * step_ms // 1_000 for step in range(first, last + 1)]
    lines: defaultdict[tuple[str, str], dict[str, list[int]]] = defaultdict(dict)
    for one in filter(has_ended, filter(is_work, ranges)):
        step = count_ms(datetime.fromisoformat(one.row.processed_at)) // step_ms - first
        levels = lines[one.row.source or UNKNOWN, one.row.format or UNKNOWN]
        if 0 <= step < len(times):
            for level, count in _count_levels(one).items():
                levels.setdefault(level, [0] * len(times))[step] += count
    return {kind: LevelLines(times, levels) for kind, levels in lines.items()}


def _count_levels(one: RangeRow) -> dict[str, int]:
    without = one.row.stored - sum(one.row.levels.values())
    return dict(one.row.levels) | ({NO_LEVEL: without} if without > 0 else {})
