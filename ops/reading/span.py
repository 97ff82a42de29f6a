"""A span of time, and the days that it touches."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from log_processor.storing.items import DAY_MS


@dataclass(frozen=True, slots=True)
class Span:
    """The time from `first_ms` to `last_ms`, both of them in it, in epoch milliseconds."""

    first_ms: int
    last_ms: int

    @classmethod
    def between(cls, begin: datetime, end: datetime) -> "Span":
        """Return the span from a time up to another one, which is not in it."""
        return cls(count_ms(begin), count_ms(end) - 1)

    def days(self) -> Iterator[date]:
        """Yield the days (UTC) that the span touches, the first one first."""
        for number in range(self.first_ms // DAY_MS, self.last_ms // DAY_MS + 1):
            yield EPOCH + timedelta(days=number)

    def overlaps(self, first_ms: int, last_ms: int) -> bool:
        """Tell whether the span has a moment in common with another one."""
        return first_ms <= self.last_ms and last_ms >= self.first_ms


EPOCH = date(1970, 1, 1)


def count_ms(moment: datetime) -> int:
    """Return a time in epoch milliseconds; one without a zone is taken for UTC."""
    known = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return round(known.timestamp() * 1000)
