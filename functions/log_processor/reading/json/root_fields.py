"""The members of a document that are repeated in its records: those before the array, in a small document all."""

import json
from collections.abc import Collection
from typing import Any

from log_processor.reading.json.expansion import Expansions, Path, RootField

HELD_BYTES = 256 * 1024
"""A document up to this size repeats also the root fields that stand behind its array."""
MEMBER_BYTES = 8 * 1024
"""The largest member that is looked into."""


class RootFields:
    """The root fields of the document under way; `around` is what its records share, by field name."""

    def __init__(self, expansions: Expansions) -> None:
        self._expansions = expansions
        self._wanted = {field.path for one in expansions.values() for field in one.root_fields}
        self._seen: dict[Path, Any] = {}
        self._fields: tuple[RootField, ...] = ()
        self.around: dict[str, Any] = {}

    def begin(self) -> None:
        """Forget the document before."""
        self._seen, self._fields, self.around = {}, (), {}

    def enter(self, path: Path) -> None:
        """The records of the array at `path` come next; what was seen before is around them."""
        one = self._expansions.get(path)
        self._fields = one.root_fields if one else ()
        self.around = self._at_hand(self._wanted)

    def go_on(self, path: Path, around: dict[str, Any]) -> None:
        """More records of the array at `path` come next, behind some that have `around`."""
        self.enter(path)
        self.around = around

    def note(self, path: Path, value: bytes, read_bytes: int) -> None:
        """A member that is none of the array's: `value` as it is written, `read_bytes` of the document with it."""
        wanted = [one for one in self._wanted if one[: len(path)] == path]
        if not wanted or len(value) > MEMBER_BYTES:
            return
        member = _plain(value)
        for one in wanted:
            if (found := _inside(member, one[len(path) :])) is not None:
                self._seen[one] = found
        if read_bytes <= HELD_BYTES:
            self.around |= self._at_hand(wanted)

    def _at_hand(self, wanted: Collection[Path]) -> dict[str, Any]:
        at_hand = (field for field in self._fields if field.path in wanted and field.path in self._seen)
        return {field.name: [self._seen[field.path]] if field.listed else self._seen[field.path] for field in at_hand}

    def awaited(self, read_bytes: int) -> bool:
        """Whether records that were found may still get a root field."""
        return len(self.around) < len(self._fields) and read_bytes <= HELD_BYTES


def _inside(value: Any, path: Path) -> Any:
    for name in path:
        if not isinstance(value, dict):
            return None
        value = value.get(name)
    return value


def _plain(value: bytes) -> Any:
    """A member's value as it can be stored: NaN as text, no lone surrogates; None where it cannot."""
    try:
        member = json.loads(value.decode("utf-8", "replace"), strict=False, parse_constant=str)
        return json.loads(json.dumps(member, ensure_ascii=False).encode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return None
