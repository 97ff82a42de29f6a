"""Sum the rows of the ledger table into one account for each object, read apart from the function's own reader.

The emulator sees the function's zip alone, and so cannot flatter its source.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from emulator.verify.account import DynamoItem

SUMMED = ("read", "stored", "filtered", "rejected", "duration_ms")


@dataclass(frozen=True)
class ObjectAccount:
    """What the function says it did with one object: counts of records, its own time, and how it ended.

    `status` is `done`, `failed` (with the `reason`), `running`, or `waiting` where the ledger has no row.
    """

    status: str = "waiting"
    format: str = "-"
    reason: str = ""
    read: int = 0
    stored: int = 0
    filtered: int = 0
    rejected: int = 0
    duration_ms: int = 0

    @property
    def settled(self) -> bool:
        """Whether nothing is left to do, as far as the ledger knows."""
        return self.status in {"done", "failed"}


def object_accounts(rows: Iterable[DynamoItem]) -> dict[str, ObjectAccount]:
    """Return an account for each `s3://bucket/key`, summed over the rows (ranges) of its newest version."""
    by_object: defaultdict[str, list[DynamoItem]] = defaultdict(list)
    for row in rows:
        by_object[row["object"]["S"]].append(row)
    return {name: _sum(_of_newest_version(ranges)) for name, ranges in by_object.items()}


def _of_newest_version(rows: list[DynamoItem]) -> list[DynamoItem]:
    newest = max(rows, key=lambda row: _text(row, "started_at"))
    return [row for row in rows if _text(row, "version") == _text(newest, "version")]


def _sum(rows: list[DynamoItem]) -> ObjectAccount:
    return ObjectAccount(
        status=_status({_text(row, "status") for row in rows}),
        format=next((name for row in rows if (name := _text(row, "format"))), "-"),
        reason=_reason(rows),
        **{name: sum(_number(row, name) for row in rows) for name in SUMMED},
    )


def _reason(rows: list[DynamoItem]) -> str:
    """Return why the first of the failed ranges failed; empty if none did."""
    reasons = (_text(row, "reason") for row in rows if _text(row, "status") == "failed")
    return next(filter(None, reasons), "")


def _status(statuses: set[str]) -> str:
    """One word for all ranges: `continued` ranges end with another one that is done, or is not there yet."""
    if "running" in statuses or statuses == {"continued"}:
        return "running"
    return "failed" if "failed" in statuses else "done"


def _text(row: DynamoItem, name: str) -> str:
    return str(row.get(name, {}).get("S", ""))


def _number(row: DynamoItem, name: str) -> int:
    return int(row.get(name, {}).get("N", 0))
