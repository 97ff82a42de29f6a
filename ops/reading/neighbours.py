"""Keep with each match the records that stand before and after it in the same object, as `grep -C` does with lines."""

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from ops.reading.store import Position, Record

MAX_OBJECTS = 10_000
"""Of how many objects the last records are remembered."""
MAX_WAIT = 2_000
"""How many further records are read for the last neighbours, once there are enough matches."""


@dataclass(slots=True)
class Group:
    """Records of one object that stand together: matches, and their neighbours."""

    records: list[Record]
    matches: set[str]
    missing: int


@dataclass(slots=True)
class _Neighbourhood:
    """The last records of an object, and the group that is not complete yet."""

    before: deque[Record]
    group: Group | None = None


@dataclass(slots=True)
class NeighbourFinder:
    """Groups matches with up to `count` neighbours on each side; ends after `limit` matches if that is not None."""

    matches: Callable[[Record], bool]
    count: int
    limit: int | None = None
    matched: int = 0
    last_match: Position | None = None
    _objects: dict[str, _Neighbourhood] = field(default_factory=dict)
    _left: int = MAX_WAIT

    def read(self, records: Iterator[Record]) -> Iterator[Group]:
        """Yield each group as soon as it is complete, those that the end cuts off last."""
        for record in records:
            group = self._add(record)
            if group is not None:
                yield group
            if self._has_enough and not self._wait():
                break
        for neighbourhood in self._objects.values():
            if neighbourhood.group is not None:
                yield neighbourhood.group

    @property
    def _has_enough(self) -> bool:
        return self.limit is not None and self.matched >= self.limit

    def _wait(self) -> bool:
        """Tell whether a neighbour of a match is still to be waited for."""
        self._left -= 1
        return self._left > 0 and any(one.group is not None for one in self._objects.values())

    def _add(self, record: Record) -> Group | None:
        """Add a record to its object; return the group that it is not part of any more."""
        near_records = self._open(record.version_digest)
        is_match = not self._has_enough and self.matches(record)
        if is_match:
            self.matched, self.last_match = self.matched + 1, record.position
            if near_records.group is None:
                near_records.group = Group([*near_records.before], set(), 0)
            near_records.group.matches.add(record.log_id)
            near_records.group.missing = self.count + 1
        near_records.before.append(record)
        group = near_records.group
        if group is None:
            return None
        group.records.append(record)
        group.missing -= 1
        if group.missing > 0:
            return None
        near_records.group = None
        near_records.before.clear()
        return group

    def _open(self, digest: str) -> _Neighbourhood:
        near_records = self._objects.pop(digest, None) or _Neighbourhood(deque(maxlen=self.count))
        self._objects[digest] = near_records  # the last one used stands at the end
        if len(self._objects) > MAX_OBJECTS:
            oldest = next(name for name, one in self._objects.items() if one.group is None or name == digest)
            if oldest != digest:
                del self._objects[oldest]
        return near_records
