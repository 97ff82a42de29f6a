"""How the environment is at this moment: `ops status` as a page."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from functools import partial

from ops.day_totals import has_ended, is_work
from ops.failing import MENDED_BY, FailureGroup
from ops.level_lines import LevelLines, divide_levels
from ops.overview import (
    LOOK_BACK,
    build_overview,
    describe_lag,
    describe_letters,
    describe_work,
    list_begun,
    read_day,
)
from ops.reading.ledger_days import RangeRow
from ops.reading.span import Span
from ops.view.lib.page import Facts, Visit
from ops.view.pages.first import SINCE, name_command

__all__ = ["load", "name_command"]

MAX_NAMES = 5
"""So many objects whose counts do not add up are named."""


def load(visit: Visit) -> Facts:
    """Read the queues, the alarms and the ledger's index by day."""
    environment, clock = visit.environment, visit.clock
    table, begin = environment.config.ledger_table_name, _read_begin(visit)
    ranges = read_day(environment, table, begin, clock, visit.budget)
    overview = build_overview(environment, table, begin, clock, ranges)
    begun, day_ago = list(list_begun(ranges, begin)), clock.now - LOOK_BACK
    return {
        "overview": overview,
        "backlog": describe_work(overview.work),
        "lag": describe_lag(overview.lag),
        "letters": describe_letters(overview.dead_letters),
        "mending": _describe_mending(overview.failing),
        "alarms": overview.alarms.describe(),
        "account": describe_account(begun),
        "lines": divide_levels(ranges, Span.between(min(begin, day_ago), clock.now)),
        "lines_title": "Since then" if begin < day_ago else "The last 24 hours",
        "describe_chart": partial(describe_chart, visit.zone),
        "mended_by": MENDED_BY,
        "since": visit.get("since", SINCE),
    }


def _read_begin(visit: Visit) -> datetime:
    return visit.clock.parse("since", visit.get("since", SINCE))


def _describe_mending(groups: Sequence[FailureGroup]) -> str:
    """Return a sentence on what failed: how many objects time mends, and how many somebody has to."""
    counts: Counter[str] = Counter()
    for group in groups:
        counts[group.mending] += group.objects
    return ", ".join(f"{count:,} {mending}" for mending, count in counts.items()) or "none"


def describe_account(ranges: Sequence[RangeRow]) -> str:
    """Return a sentence that says whether all that was read is stored, filtered or rejected."""
    ended = [one for one in ranges if is_work(one) and has_ended(one)]
    open_ones = [one for one in ended if one.row.read != one.row.stored + one.row.filtered + one.row.rejected]
    if not open_ones:
        return f"closes: read = stored + filtered + rejected in each of {len(ended):,} ranges"
    names = list(dict.fromkeys(one.object for one in open_ones))
    more = f" and {len(names) - MAX_NAMES:,} more" if len(names) > MAX_NAMES else ""
    return f"does not close: {', '.join(names[:MAX_NAMES])}{more}"


def describe_chart(zone: str, lines: LevelLines) -> Facts:
    """Return what the script of the page draws beside a source and format."""
    series = [{"name": level, "values": counts} for level, counts in sorted(lines.levels.items())]
    return {"kind": "line", "times": lines.times, "tz": zone, "series": series}
