"""Add up the ledger's rows of some days: what came in by source and format, how late it was, what is unfinished."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from statistics import median

from log_processor.storing.ledger_row import Row

from ops.reading.ledger_days import RangeRow

UNKNOWN = "unknown"
RECENT_RANGES = 1_000
"""How many of the ranges that finished last tell the lag."""


@dataclass(slots=True)
class SourceTotals:
    """What came in of one source in one format.

    - `objects`: how many object versions; one that is read in several formats counts in each.
    - `bytes`: decompressed ones.
    - `levels`: the stored records of each level. Ranges of versions that did not count them are `uncounted_ranges`:
      their levels and fallbacks are unknown, not zero.
    """

    source: str
    format: str
    objects: int = 0
    ranges: int = 0
    read: int = 0
    stored: int = 0
    filtered: int = 0
    rejected: int = 0
    bytes: int = 0
    text_fallbacks: int = 0
    uncounted_ranges: int = 0
    levels: dict[str, int] = field(default_factory=dict)

    def add(self, row: Row) -> None:
        """Add one range that has ended."""
        self.ranges += 1
        self.read += row.read
        self.stored += row.stored
        self.filtered += row.filtered
        self.rejected += row.rejected
        self.bytes += row.bytes
        for level, count in row.levels.items():
            self.levels[level] = self.levels.get(level, 0) + count
        self.text_fallbacks += row.text_fallbacks or 0
        self.uncounted_ranges += row.text_fallbacks is None


@dataclass(frozen=True, slots=True)
class Lag:
    """How many milliseconds passed from S3's event to the end of a range, of those that finished last.

    - `median_ms`, `max_ms`: None if no range says when its event was.
    - `oldest_ms`: the age of the oldest event whose range has not ended; None if all have.
    - `unknown`: how many of those that finished last do not say when their event was.
    """

    ranges: int
    median_ms: int | None
    max_ms: int | None
    oldest_ms: int | None
    unknown: int


def get_version(one: RangeRow) -> tuple[str, str]:
    """Return the object version that a range is of; the version is what its label begins with."""
    return one.object, one.label.rpartition("#")[0]


def is_work(one: RangeRow) -> bool:
    """Tell whether a row is of a range; that of a split object only counts its ranges."""
    return one.row.ranges is None


def has_ended(one: RangeRow) -> bool:
    """Tell whether an attempt at the range has ended, in whatever way."""
    return bool(one.row.finished_at)


def sum_sources(ranges: Iterable[RangeRow]) -> list[SourceTotals]:
    """Return the totals of each source and format, those with the most records first."""
    totals: dict[tuple[str, str], SourceTotals] = {}
    versions: defaultdict[tuple[str, str], set[tuple[str, str]]] = defaultdict(set)
    for one in filter(has_ended, filter(is_work, ranges)):
        key = one.row.source or UNKNOWN, one.row.format or UNKNOWN
        totals.setdefault(key, SourceTotals(*key)).add(one.row)
        versions[key].add(get_version(one))
    for key, total in totals.items():
        total.objects = len(versions[key])
    return sorted(totals.values(), key=lambda total: (-total.read, total.source, total.format))


def measure_lag(ranges: Sequence[RangeRow], now: datetime) -> Lag:
    """Return the lag of the ranges that finished last, and the age of the oldest that has not ended."""
    work = list(filter(is_work, ranges))
    done = sorted((one.row for one in work if one.row.status in ("done", "continued")), key=lambda row: row.finished_at)
    recent = done[-RECENT_RANGES:]
    spans = [_to_ms(row.finished_at) - row.event_time for row in recent if row.event_time is not None]
    now_ms = int(now.timestamp() * 1000)
    begun = [one.row.event_time or _to_ms(one.row.processed_at) for one in work if one.row.status == "running"]
    return Lag(
        ranges=len(recent),
        median_ms=int(median(spans)) if spans else None,
        max_ms=max(spans, default=None),
        oldest_ms=now_ms - min(begun) if begun else None,
        unknown=len(recent) - len(spans),
    )


def _to_ms(moment: str) -> int:
    return int(datetime.fromisoformat(moment).timestamp() * 1000)
