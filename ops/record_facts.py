"""Add up what the ledger rows of an object version say of the object and of its records."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from log_processor.storing.ledger_row import Row

from ops.frame.times import ZonedClock
from ops.summary import format_time


@dataclass(frozen=True, slots=True)
class RecordFacts:
    """What is known of an object version and its records; what no row says is None, and times are ISO 8601.

    - `source`, `size`, `event_time`: the source, the bytes in S3, and when S3's event was.
    - `levels`, `text_fallbacks`: how many records have each level, and how many fell back to text; None if a range was
      ended by a version that did not count.
    - `first_time`, `last_time`: the first and the last time that records have of their own.
    """

    source: str | None
    size: int | None
    event_time: str | None
    levels: dict[str, int] | None
    text_fallbacks: int | None
    first_time: str | None
    last_time: str | None


def add_facts(rows: Sequence[Row]) -> RecordFacts:
    """Return what the rows of one object version say together."""
    levels: Counter[str] = Counter()
    for row in rows:
        levels.update(row.levels)
    is_counted = all(row.text_fallbacks is not None for row in rows if row.finished_at)
    events = [row.event_time for row in rows if row.event_time is not None]
    firsts = [row.first_time for row in rows if row.first_time is not None]
    lasts = [row.last_time for row in rows if row.last_time is not None]
    return RecordFacts(
        source=next((row.source for row in rows if row.source), None),
        size=next((row.size for row in rows if row.size is not None), None),
        event_time=format_time(min(events)) if events else None,
        levels=dict(levels.most_common()) if is_counted else None,
        text_fallbacks=sum(row.text_fallbacks or 0 for row in rows) if is_counted else None,
        first_time=format_time(min(firsts)) if is_counted and firsts else None,
        last_time=format_time(max(lasts)) if is_counted and lasts else None,
    )


def describe_facts(facts: RecordFacts, clock: ZonedClock) -> Iterator[tuple[str, str]]:
    """Yield a title and a text for each line that the page has of the facts."""
    size = "of unknown size" if facts.size is None else f"{facts.size:,} bytes in S3"
    event = f", event at {clock.format(facts.event_time)}" if facts.event_time else ""
    yield "object", f"{size}, source {facts.source or 'unknown'}{event}"
    if facts.levels is None:
        yield "levels", "unknown: a range was ended by a version that did not count them"
        return
    levels = ", ".join(f"{count:,} {level}" for level, count in facts.levels.items()) or "none"
    yield "levels", f"{levels}; {facts.text_fallbacks:,} records fell back to text"
    if facts.first_time:
        yield "times", f"{clock.format(facts.first_time)} to {clock.format(facts.last_time)}"
