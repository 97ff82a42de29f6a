"""Count records by an attribute, a field or a unit of time, and draw how many there were over time."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from ops.frame.times import ZonedClock
from ops.reading.conditions import ENTRY_NAMES
from ops.reading.span import Span
from ops.reading.store import Record

SECOND, MINUTE, HOUR, DAY = 1_000, 60_000, 3_600_000, 86_400_000
STEPS_MS = (
    *(count * unit for unit in (SECOND, MINUTE) for count in (1, 5, 15, 30)),
    *(count * HOUR for count in (1, 3, 6, 12)),
    *(DAY, 7 * DAY),
)
TIME_UNITS = {"minute": MINUTE, "hour": HOUR, "day": DAY}
MAX_BARS = 40
NO_VALUE = "(none)"


def needs_whole(by: str | None) -> bool:
    """Tell whether counting by a name needs whole records: the index holds few attributes."""
    return by is not None and by not in ENTRY_NAMES and by not in TIME_UNITS


def count_records(records: Iterable[Record], by: str | None, clock: ZonedClock) -> Counter[str]:
    """Return how many records there are of each value of `by`; of all under `records` if that is None."""
    return Counter(_read_value(record, by, clock) for record in records)


def _read_value(record: Record, by: str | None, clock: ZonedClock) -> str:
    if by is None:
        return "records"
    if unit_ms := TIME_UNITS.get(by):
        return clock.format(record.timestamp // unit_ms * unit_ms)
    value: Any = record.get(by)
    return NO_VALUE if value is None else str(value)


def order_counts(counts: Counter[str], by: str | None) -> list[tuple[str, int]]:
    """Return times in their order, other values by how frequent they are, equal ones by name."""
    if by in TIME_UNITS:
        return sorted(counts.items())
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))


def choose_step(span: Span) -> int:
    """Return the milliseconds of one bar, so that there are forty at most."""
    length_ms = span.last_ms - span.first_ms + 1
    return next((step for step in STEPS_MS if length_ms / step <= MAX_BARS), -(-length_ms // MAX_BARS))


def plot_records(records: Iterable[Record], span: Span, clock: ZonedClock) -> list[tuple[str, int]]:
    """Return each step of the span, by its time, with how many records it has."""
    step_ms = choose_step(span)
    counts = Counter(record.timestamp // step_ms for record in records)
    steps = range(span.first_ms // step_ms, span.last_ms // step_ms + 1)
    return [(clock.format(step * step_ms), counts[step]) for step in steps]


def draw_bars(rows: Sequence[tuple[str, int]], width: int, encoding: str | None) -> Iterator[str]:
    """Yield a line for each row, as wide as `width` at most: its time, its count, and a bar in proportion."""
    bar = "\N{FULL BLOCK}" if (encoding or "").lower().startswith("utf") else "#"
    highest = max((count for _, count in rows), default=0)
    digits = len(f"{highest:,}")
    for time, count in rows:
        room = max(1, width - len(time) - digits - 2)
        length = -(-count * room // highest) if highest else 0
        yield f"{time} {count:>{digits},} {bar * length}".rstrip()
