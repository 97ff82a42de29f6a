"""Divide the records of each source by day and format, for a drawing."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from ops.day_totals import UNKNOWN, has_ended, is_work
from ops.frame.times import ZonedClock
from ops.reading.ledger_days import RangeRow


@dataclass(frozen=True, slots=True)
class FormatPart:
    """The records of one day in one format: how many, what share of the day, and the share of those before it.

    `colour` is the number of the format within its source.
    """

    format: str
    records: int
    share: float
    begin: float
    colour: int


@dataclass(frozen=True, slots=True)
class SourceDay:
    """What came in of a source on a day, by format."""

    day: str
    records: int
    parts: Sequence[FormatPart]


@dataclass(frozen=True, slots=True)
class SourceDays:
    """The days of a source, the newest first, and its formats by their colours."""

    source: str
    formats: Sequence[str]
    days: Sequence[SourceDay]


def divide_days(ranges: Iterable[RangeRow], clock: ZonedClock) -> list[SourceDays]:
    """Return the sources by name; a range counts on the day on which it was begun, in the zone of the clock."""
    counts: defaultdict[str, defaultdict[str, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
    for one in ranges:
        if is_work(one) and has_ended(one) and one.row.read:
            day = datetime.fromisoformat(one.row.processed_at).astimezone(clock.now.tzinfo).date().isoformat()
            counts[one.row.source or UNKNOWN][day][one.row.format or UNKNOWN] += one.row.read
    return [_build_source(source, days) for source, days in sorted(counts.items())]


def _build_source(source: str, days: dict[str, Counter[str]]) -> SourceDays:
    totals: Counter[str] = Counter()
    for counted in days.values():
        totals.update(counted)
    formats = [name for name, _ in totals.most_common()]
    return SourceDays(source, formats, [_build_day(day, days[day], formats) for day in sorted(days, reverse=True)])


def _build_day(day: str, counted: Counter[str], formats: Sequence[str]) -> SourceDay:
    total, begin, parts = counted.total(), 0.0, []
    for colour, name in enumerate(formats):
        if counted[name]:
            share = counted[name] / total
            parts.append(FormatPart(name, counted[name], share, begin, colour))
            begin += share
    return SourceDay(day, total, parts)
