"""Look at the stored records while they pass: how many have each level, and which one shows most."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from emulator.verify.account import DynamoItem

GRAVE = {"error", "fatal", "critical"}
ENOUGH_FIELDS = 5
NO_LEVEL = "no level"


@dataclass
class Survey:
    """What the records that passed so far show."""

    levels: Counter[str] = field(default_factory=Counter)
    example: DynamoItem | None = None
    _shown: tuple[int, ...] = (-1,)

    def watch(self, items: Iterable[DynamoItem]) -> Iterator[DynamoItem]:
        """Yield the items as they are, and take each into account."""
        for item in items:
            level = item["level"]["S"] if "level" in item else NO_LEVEL
            self.levels[level] += 1
            shown = _shown_by(item, level)
            if shown > self._shown:
                self._shown, self.example = shown, item
            yield item


def _shown_by(item: DynamoItem, level: str) -> tuple[int, ...]:
    """Return how much a record shows: first its level, then its fields up to five, and the shorter the better."""
    fields = item["fields"]["M"] if "fields" in item else {}
    return (level != NO_LEVEL) + (level in GRAVE), min(len(fields), ENOUGH_FIELDS), -len(item["log_data"]["S"])
