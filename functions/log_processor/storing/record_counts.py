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
        if not self._uncounted:
            return self._counts
        counts = self._counts
        levels, fallbacks = dict(counts.levels), counts.text_fallbacks
        first_ms, last_ms = counts.first_ms, counts.last_ms
        for record in self._uncounted:  # in one loop, because this is done for every record
            if record.level:
                levels[record.level] = levels.get(record.level, 0) + 1
            if record.timestamp_from is None:
                time_ms = record.timestamp_ms
                if first_ms is None or time_ms < first_ms:
                    first_ms = time_ms
                if last_ms is None or time_ms > last_ms:
                    last_ms = time_ms
            if record.format == FALLBACK and not counts.is_text:
                fallbacks += 1
        self._uncounted.clear()
        self._counts = RecordCounts(levels, fallbacks, first_ms, last_ms, counts.is_text)
        return self._counts
