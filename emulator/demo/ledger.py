"""Sum the ledger's rows into one account for each object, without the function's own reader.

The emulator knows only the function's zip, so that its account is independent of the code that it checks.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from emulator.verify.account import DynamoItem

SUMMED = ("read", "stored", "filtered", "rejected", "duration_ms")


@dataclass(frozen=True)
class ObjectAccount:
    """What the ledger says of one object: counts of records, the function's time, and how it ended.

    `status` is `done`, `failed` (then there is a `reason`), `running`, or `waiting` if the ledger has no row.
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
    def is_settled(self) -> bool:
        """Tell whether the function has ended its work on the object, as far as the ledger knows."""
        return self.status in {"done", "failed"}


def sum_accounts(rows: Iterable[DynamoItem]) -> dict[str, ObjectAccount]:
    """Return an account for each `s3://bucket/key`: the sum of the rows (ranges) of its newest version."""
    by_object: defaultdict[str, list[DynamoItem]] = defaultdict(list)
    for row in rows:
        by_object[row["object"]["S"]].append(row)
    return {name: _sum_rows(_select_newest_version(ranges)) for name, ranges in by_object.items()}


def _select_newest_version(rows: list[DynamoItem]) -> list[DynamoItem]:
    newest = max(rows, key=lambda row: _read_text(row, "started_at"))
    return [row for row in rows if _read_text(row, "version") == _read_text(newest, "version")]


def _sum_rows(rows: list[DynamoItem]) -> ObjectAccount:
    return ObjectAccount(
        status=_combine_statuses({_read_text(row, "status") for row in rows}),
        format=next((name for row in rows if (name := _read_text(row, "format"))), "-"),
        reason=_find_reason(rows),
        **{name: sum(_read_number(row, name) for row in rows) for name in SUMMED},
    )


def _find_reason(rows: list[DynamoItem]) -> str:
    """Return why the first of the failed ranges failed; empty if none did."""
    reasons = (_read_text(row, "reason") for row in rows if _read_text(row, "status") == "failed")
    return next(filter(None, reasons), "")


def _combine_statuses(statuses: set[str]) -> str:
    """Return one status for all ranges; a `continued` range needs another one that is done."""
    if "running" in statuses or statuses == {"continued"}:
        return "running"
    return "failed" if "failed" in statuses else "done"


def _read_text(row: DynamoItem, name: str) -> str:
    return str(row.get(name, {}).get("S", ""))


def _read_number(row: DynamoItem, name: str) -> int:
    return int(row.get(name, {}).get("N", 0))
