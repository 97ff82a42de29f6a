"""Add up what the ledger says of an object's records, and what the records say themselves."""

from collections import Counter
from collections.abc import Container, Iterable
from dataclasses import dataclass

from emulator.verify.account import DynamoItem, StoredRecord

TEXT = "text"


@dataclass(frozen=True, slots=True)
class Spoken:
    """How many records have each level, how many fell back to text, and the first and last time of their own, in ms.

    A record falls back if it is text in an object, or in a member of a zip, of another format.
    """

    levels: tuple[tuple[str, int], ...]
    fallbacks: int
    first_ms: int | None
    last_ms: int | None

    def __str__(self) -> str:
        levels = ", ".join(f"{count} {level}" for level, count in self.levels) or "no levels"
        return f"{levels}, {self.fallbacks} fallbacks, {self.first_ms} to {self.last_ms}"


def add_rows(rows: Iterable[DynamoItem]) -> Spoken:
    """Return what the ledger rows of an object version say."""
    rows = list(rows)
    levels: Counter[str] = Counter()
    for row in rows:
        levels.update({level: int(count["N"]) for level, count in row.get("levels", {}).get("M", {}).items()})
    fallbacks, first, last = (
        [int(row[name]["N"]) for row in rows if name in row] for name in ("text_fallbacks", "first_time", "last_time")
    )
    return Spoken(tuple(sorted(levels.items())), sum(fallbacks), min(first, default=None), max(last, default=None))


def list_text_members(rows: Iterable[DynamoItem]) -> frozenset[str]:
    """Return the members of a zip that are text themselves, by name; that of an object that is no zip is empty."""
    texts = [row for row in rows if row.get("format", {}).get("S") == TEXT]
    return frozenset(row.get("member_name", {}).get("S", "") for row in texts)


def add_records(records: Iterable[StoredRecord], text_members: Container[str]) -> Spoken:
    """Return what the records of an object version say."""
    records = list(records)
    levels = Counter(record.level for record in records if record.level)
    times_ms = [record.time_ms for record in records if record.is_dated]
    fallbacks = sum(record.format == TEXT and record.member not in text_members for record in records)
    return Spoken(tuple(sorted(levels.items())), fallbacks, min(times_ms, default=None), max(times_ms, default=None))
