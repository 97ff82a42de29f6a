"""Hold the demo's result: what became of each file, whether all is as it should be, and the totals as JSON."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from emulator.demo.ledger import ObjectAccount
from emulator.demo.logs import LogFile
from emulator.demo.price import Price
from emulator.verify.account import DynamoItem, Tally
from emulator.verify.failures import DeadLetter, ErrorDocument


@dataclass(frozen=True)
class ObjectResult:
    """What became of one uploaded file: its account, its differences from the table, and its error document."""

    log: LogFile
    account: ObjectAccount
    tally: Tally
    archived: ErrorDocument | None = None

    @property
    def is_stored(self) -> bool:
        """Tell whether the whole file was read, and each of its records is in the table exactly once."""
        return self.account.status == "done" and not self.has_differences

    @property
    def is_unreadable(self) -> bool:
        """Tell whether the function gave the file up; what it could not read is not in the table."""
        return self.account.status == "failed"

    @property
    def has_differences(self) -> bool:
        """Tell whether records are lost, or in the table more than once."""
        return bool(self.tally.lost or self.tally.duplicates)


@dataclass(frozen=True)
class DemoResult:
    """The result of the demo; `strays` counts records of objects that were not uploaded.

    `seconds` has the times of setup, apply and ingest, which overlap. `levels` counts the stored records by level, and
    `example` is one of them, and `last_ms` the latest of their times. `alarms` are the names of those that have rung.
    `prices` says what DynamoDB would have cost on AWS by way of storing.
    """

    objects: list[ObjectResult]
    dead_letters: list[DeadLetter]
    archived: list[ErrorDocument]
    seconds: Mapping[str, float]
    archive: str = ""
    levels: Mapping[str, int] = field(default_factory=Counter)
    example: DynamoItem | None = None
    last_ms: int = 0
    strays: Tally = field(default_factory=Tally)
    alarms: Sequence[str] = ()
    prices: Mapping[str, Price] = field(default_factory=dict)

    @property
    def tally(self) -> Tally:
        """Return the sum of all differences between the table and the files."""
        return sum((file.tally for file in self.objects), self.strays)

    @property
    def stored(self) -> list[ObjectResult]:
        """Return the files that are in the table as a whole."""
        return [file for file in self.objects if file.is_stored]

    @property
    def unreadable(self) -> list[ObjectResult]:
        """Return the files that could not be read, also those that are damaged on purpose."""
        return [file for file in self.objects if file.is_unreadable]

    @property
    def unsettled(self) -> list[str]:
        """Return the keys of the objects that the function has not finished."""
        return [file.log.key for file in self.objects if not file.account.is_settled]

    @property
    def surprising(self) -> list[ObjectResult]:
        """Return the files that were read although they are damaged, or not read although they are not."""
        return [file for file in self.objects if file.is_unreadable != bool(file.log.damage)]

    @property
    def is_good(self) -> bool:
        """Tell whether each file is stored exactly once, or was refused if it is damaged on purpose."""
        return not (self.tally.lost or self.tally.duplicates or self.unsettled or self.surprising)


def build_report(result: DemoResult) -> dict[str, Any]:
    """Return the totals: counts of records from the ledger, `lost` and `duplicates` from the comparison."""
    accounts = [file.account for file in result.objects]
    return {
        "objects": len(result.objects),
        "records_read": sum(account.read for account in accounts),
        "stored": sum(account.stored for account in accounts),
        "filtered": sum(account.filtered for account in accounts),
        "rejected": sum(account.rejected for account in accounts),
        "lost": result.tally.lost,
        "duplicates": result.tally.duplicates,
        "dead_letters": len(result.dead_letters),
        "archived": len(result.archived),
        "seconds": {name: round(seconds, 1) for name, seconds in result.seconds.items()},
        "wrong": result.tally.wrong,
        "unsettled": len(result.unsettled),
        "alarms": list(result.alarms),
        "prices": {way: asdict(price) for way, price in result.prices.items()},
        "unreadable": [
            {"key": file.log.key, "reason": file.account.reason, "kept_as": find_copy(result, file)}
            for file in result.unreadable
        ],
    }


def find_copy(result: DemoResult, file: ObjectResult) -> str | None:
    """Return the URI of the archive's copy of a file that could not be read; None if there is none."""
    copy_key = file.archived.copy_key if file.archived else None
    return f"s3://{result.archive}/{copy_key}" if copy_key else None


def write_report(result: DemoResult, path: Path) -> None:
    """Write the totals as one JSON object."""
    path.write_text(json.dumps(build_report(result), indent=2) + "\n", encoding="utf-8")
