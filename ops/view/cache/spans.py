"""Remember of which sources and times the cache has all records."""

from collections.abc import Collection
from dataclasses import dataclass

from ops.reading.span import Span


@dataclass(frozen=True, slots=True)
class HeldSpan:
    """A span of time of which all records of some sources, or of all if none are named, were read at `read_ms`.

    `is_open` tells that it goes on until now, because what is finished since then is added.
    """

    sources: frozenset[str]
    span: Span
    read_ms: int
    is_open: bool

    def covers(self, sources: Collection[str], span: Span) -> bool:
        """Tell whether it has all records of these sources, or of all if none are named, in a span."""
        has_sources = not self.sources or (bool(sources) and self.sources.issuperset(sources))
        has_end = self.is_open or span.last_ms <= self.span.last_ms
        return has_sources and self.span.first_ms <= span.first_ms and has_end
