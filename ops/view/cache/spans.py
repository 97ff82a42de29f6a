"""Remember of which sources and times the cache has all records."""

from collections.abc import Collection
from dataclasses import dataclass

from ops.reading.conditions import Condition
from ops.reading.span import Span


@dataclass(frozen=True, slots=True)
class HeldSpan:
    """A span of time of which the records of some sources, or of all if none are named, were read at `read_ms`.

    They are those of which all `conditions` hold: all of them if there are none. `is_open` tells that it goes on until
    now, because what is finished since then is added.
    """

    sources: frozenset[str]
    span: Span
    read_ms: int
    is_open: bool
    conditions: frozenset[Condition] = frozenset()

    def covers(self, sources: Collection[str], span: Span, conditions: Collection[Condition] = ()) -> bool:
        """Tell whether it has all records of these sources, or of all if none are named, in a span, with conditions."""
        has_sources = not self.sources or (bool(sources) and self.sources.issuperset(sources))
        has_end = self.is_open or span.last_ms <= self.span.last_ms
        has_conditions = self.conditions.issubset(conditions)
        return has_sources and has_conditions and self.span.first_ms <= span.first_ms and has_end
