"""Count the levels of a range's records and those that no format understood, and find their first and last time."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from log_processor.record import LogRecord

FALLBACK = "text"
"""The format of what no other format understood."""


class RefusedRecord(NamedTuple):
    """The format and the level of a record that the table refused, which is stored as text without a level."""

    format: str
    level: str | None


@dataclass(frozen=True, slots=True)
class RecordCounts:
    """What the stored records of a range say, the rejects among them.

    - `levels`: how many have each level; those without one are in none.
    - `text_fallbacks`: how many are stored as text, although the object is of another format.
    - `is_text`: whether the object itself is of the format text, in which nothing is a fallback.
    - `first_ms`, `last_ms`: the earliest and the latest time that records have of their own, in epoch milliseconds;
      None if none has one.
    """

    levels: Mapping[str, int] = field(default_factory=dict)
    text_fallbacks: int = 0
    first_ms: int | None = None
    last_ms: int | None = None
    is_text: bool = False

    def correct(self, refused: Sequence[RefusedRecord]) -> "RecordCounts":
        """Return the counts after the table refused some of the records, which are stored as text instead."""
        levels = Counter(self.levels)
        levels.subtract(one.level for one in refused if one.level)
        fallbacks = 0 if self.is_text else sum(one.format != FALLBACK for one in refused)
        kept = {level: count for level, count in levels.items() if count}
        return replace(self, levels=kept, text_fallbacks=self.text_fallbacks + fallbacks)


class RecordCounter:
    """A counter of the records of one range; `is_text` says that the object's own format is text."""

    def __init__(self, *, is_text: bool = False) -> None:
        self._uncounted: list[LogRecord] = []
        self._counts = RecordCounts(is_text=is_text)
        self.add = self._uncounted.append

    def count(self) -> RecordCounts:
        """Return the counts of all records that were added."""
        records = self._uncounted
        if not records:
            return self._counts
        counts = self._counts
        levels = Counter(counts.levels)
        levels.update(record.level for record in records if record.level)
        times_ms = [record.timestamp_ms for record in records if record.timestamp_from is None]
        known_ms = [ms for ms in (counts.first_ms, counts.last_ms) if ms is not None]
        fallbacks = 0 if counts.is_text else sum(record.format == FALLBACK for record in records)
        self._counts = RecordCounts(
            levels,
            counts.text_fallbacks + fallbacks,
            min((*times_ms, *known_ms), default=None),
            max((*times_ms, *known_ms), default=None),
            counts.is_text,
        )
        records.clear()
        return self._counts
