"""What the demo found: each file's outcome, whether all is as it should be, and the totals as JSON."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from emulator.demo.ledger import ObjectAccount
from emulator.demo.logs import LogFile
from emulator.verify.account import DynamoItem, Tally
from emulator.verify.failures import ArchivedObject, DeadLetter


@dataclass(frozen=True)
class ObjectOutcome:
    """One uploaded file: what the ledger says of it, how the table differs from the file, and its archive's entry."""

    log: LogFile
    account: ObjectAccount
    tally: Tally
    archived: ArchivedObject | None = None

    @property
    def stored(self) -> bool:
        """Whether the whole file was read, and each of its records stands in the table exactly once."""
        return self.account.status == "done" and not self.differs

    @property
    def unreadable(self) -> bool:
        """Whether the function gave the file up: what it could not read is not in the table."""
        return self.account.status == "failed"

    @property
    def differs(self) -> bool:
        """Whether records are lost or stand in the table more than once."""
        return bool(self.tally.lost or self.tally.duplicates)


@dataclass(frozen=True)
class Outcome:
    """What the demo found; `strays` is what the table holds of no uploaded file.

    `seconds` has setup, apply and ingest, which overlap; `levels` counts the stored records, `example` is one of them.
    """

    objects: list[ObjectOutcome]
    dead_letters: list[DeadLetter]
    archived: list[ArchivedObject]
    seconds: Mapping[str, float]
    archive: str = ""
    levels: Mapping[str, int] = field(default_factory=Counter)
    example: DynamoItem | None = None
    strays: Tally = field(default_factory=Tally)

    @property
    def tally(self) -> Tally:
        """All differences between table and files."""
        return sum((entry.tally for entry in self.objects), self.strays)

    @property
    def stored(self) -> list[ObjectOutcome]:
        """The files that are in the table as a whole."""
        return [entry for entry in self.objects if entry.stored]

    @property
    def unreadable(self) -> list[ObjectOutcome]:
        """The files that could not be read, those that are damaged on purpose included."""
        return [entry for entry in self.objects if entry.unreadable]

    @property
    def unsettled(self) -> list[str]:
        """The keys of objects that the function has not finished."""
        return [entry.log.key for entry in self.objects if not entry.account.settled]

    @property
    def surprising(self) -> list[ObjectOutcome]:
        """The files that could not be read although they should be, or were read although they should not be."""
        return [entry for entry in self.objects if entry.unreadable != bool(entry.log.damage)]

    @property
    def good(self) -> bool:
        """Whether all is as it should be: every record of every file that is not damaged on purpose is stored once."""
        return not (self.tally.lost or self.tally.duplicates or self.unsettled or self.surprising)


def report(outcome: Outcome) -> dict[str, Any]:
    """Return the totals: counts of records by the ledger, `lost` and `duplicates` by the independent account."""
    accounts = [entry.account for entry in outcome.objects]
    return {
        "objects": len(outcome.objects),
        "records_read": sum(account.read for account in accounts),
        "stored": sum(account.stored for account in accounts),
        "filtered": sum(account.filtered for account in accounts),
        "rejected": sum(account.rejected for account in accounts),
        "lost": outcome.tally.lost,
        "duplicates": outcome.tally.duplicates,
        "dead_letters": len(outcome.dead_letters),
        "archived": len(outcome.archived),
        "seconds": {name: round(seconds, 1) for name, seconds in outcome.seconds.items()},
        "wrong": outcome.tally.wrong,
        "unsettled": len(outcome.unsettled),
        "unreadable": [
            {"key": entry.log.key, "reason": entry.account.reason, "kept_as": kept_as(outcome, entry)}
            for entry in outcome.unreadable
        ],
    }


def kept_as(outcome: Outcome, entry: ObjectOutcome) -> str | None:
    """Return where the archive keeps the bytes of a file that could not be read; None where it does not."""
    copy_key = entry.archived.copy_key if entry.archived else None
    return f"s3://{outcome.archive}/{copy_key}" if copy_key else None


def write_report(outcome: Outcome, path: Path) -> None:
    """Write the totals as one JSON object."""
    path.write_text(json.dumps(report(outcome), indent=2) + "\n", encoding="utf-8")
