"""Define what an audit may find wrong with an object version, and whether a replay mends it."""

from dataclasses import dataclass
from enum import StrEnum

from ops.reading.listed_versions import ListedVersion


class Wrong(StrEnum):
    """What is wrong with an object version; `remedy` says who mends it."""

    remedy: str
    is_replayed: bool

    def __new__(cls, title: str, remedy: str, is_replayed: bool = True) -> "Wrong":
        """Return the member with this title and remedy; `is_replayed` says whether a replay may mend it."""
        member = str.__new__(cls, title)
        member._value_ = title
        member.remedy, member.is_replayed = remedy, is_replayed
        return member

    NEVER_SEEN = "never seen", "a replay stores it"
    CHANGED = "changed since", "a replay stores what lies there now"
    UNDER_WAY = "under way", "wait until it is done, or audit --to an earlier time", False
    WAITING = "waits for access", "grant the access that the reason names", False
    UNFINISHED = "unfinished", "a replay begins it again"
    FAILED = "failed", "mend the cause, then replay it"
    GAP = "bytes in no range", "a replay reads all of them"
    OVERLAP = "bytes in several ranges", "a replay makes its ranges anew"
    COUNTS = "counts do not add up", "a replay counts again"
    BYTES = "bytes do not add up", "a replay reads all of them"
    MIXED_PARSERS = "mixed parsers", "a replay reads all of it by the newest one"
    MIXED_RULES = "mixed rules", "a replay applies the newest ones to all of it"
    OLD_PARSER = "old parser", "a replay reads it by the newest one; --any-parser accepts it"
    UNREADABLE = "cannot be read again", "its records are not compared; mend what the reason names", False
    MISSING = "records missing", "a replay stores them again"
    EXTRA = "records too many", "look at them by ops show, and delete what is no record of the object", False
    UNKNOWN = "records without a row", "the ledger knows no such version: replay it if it lies in its bucket", False


@dataclass(frozen=True, slots=True)
class Discrepancy:
    """Something wrong with `name`, an object or what else the fault is about; `detail` says it in words."""

    fault: Wrong
    name: str
    version: str
    detail: str
    listed: ListedVersion | None = None

    @property
    def is_replayed(self) -> bool:
        """Tell whether a replay of the version mends it."""
        return self.fault.is_replayed and self.listed is not None
