"""Look at the stored records while they are read: count their levels, and choose one as an example."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from emulator.verify.account import DynamoItem

GRAVE = {"error", "fatal", "critical"}
ENOUGH_FIELDS = 5
NO_LEVEL = "no level"


@dataclass
class Survey:
    """The counts, the example and the latest time of the records that were read so far."""

    levels: Counter[str] = field(default_factory=Counter)
    example: DynamoItem | None = None
    last_ms: int = 0
    _shown: tuple[int, ...] = (-1,)

    def watch(self, items: Iterable[DynamoItem]) -> Iterator[DynamoItem]:
        """Yield the items unchanged, and count each."""
        for item in items:
            level = item["level"]["S"] if "level" in item else NO_LEVEL
            self.levels[level] += 1
            self.last_ms = max(self.last_ms, int(item.get("timestamp", {"N": 0})["N"]))
            shown = _rank_item(item, level)
            if shown > self._shown:
                self._shown, self.example = shown, item
            yield item


def _rank_item(item: DynamoItem, level: str) -> tuple[int, ...]:
    """Return how much a record shows: by its level, then its fields up to five, then the shorter line."""
    fields = item["fields"]["M"] if "fields" in item else {}
    return (level != NO_LEVEL) + (level in GRAVE), min(len(fields), ENOUGH_FIELDS), -len(item["log_data"]["S"])
