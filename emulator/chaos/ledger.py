"""What the ledger's rows say of one object version: totals, how it ended, and whether the ranges cover all of it."""

import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from emulator.verify.account import DynamoItem

FINAL = frozenset({"done", "continued", "failed"})
COUNTS = ("stored", "filtered", "rejected")


@dataclass(frozen=True, slots=True)
class Version:
    """One version of one object; `name` is `s3://bucket/key`."""

    name: str
    version: str


@dataclass(frozen=True, slots=True)
class Ranges:
    """The rows of one version, summed: `open` counts rows that are not final, `unaccounted` gaps, overlaps, wrong sums.

    `split` counts rows that handed the whole object out in ranges; `rejects_keys` names the archives of rejects.
    """

    read: int
    kept: int
    rejected: int
    continued: int
    split: int
    failed: bool
    open: int
    unaccounted: int
    rejects_keys: tuple[str, ...]


def ranges_of(rows: Iterable[DynamoItem]) -> dict[Version, Ranges]:
    """The account of each version that the ledger knows."""
    by_version: defaultdict[Version, list[DynamoItem]] = defaultdict(list)
    for row in rows:
        by_version[Version(row["object"]["S"], row["version"]["S"])].append(row)
    return {version: _ranges(found) for version, found in by_version.items()}


def _ranges(rows: list[DynamoItem]) -> Ranges:
    statuses = [row["status"]["S"] for row in rows]
    failed = "failed" in statuses
    wrong = sum(_number(row, "read") != sum(_number(row, name) for name in COUNTS) for row in rows)
    return Ranges(
        read=_sum(rows, "read"),
        kept=_sum(rows, "stored") + _sum(rows, "rejected"),
        rejected=_sum(rows, "rejected"),
        continued=statuses.count("continued"),
        split=sum("ranges" in row for row in rows),
        failed=failed,
        open=sum(status not in FINAL for status in statuses),
        unaccounted=wrong + (0 if failed else _breaks(rows)),
        rejects_keys=tuple(row["rejects_key"]["S"] for row in rows if "rejects_key" in row),
    )


def _breaks(rows: list[DynamoItem]) -> int:
    """How often one range does not begin where the one before it ends; the first has to begin at 0, the last to end.

    What is handed on behind a range's end holds the rest of a record that began in it, and nothing of the object's own.
    """
    own = [row for row in rows if "ranges" not in row and _number(row, "start") < _end(row)]
    covered = sorted((_number(row, "start"), _stop(row)) for row in own)
    breaks = sum(stop != start for (_, stop), (start, _) in pairwise([(0, 0), *covered])) + (not covered)
    last = max(own, key=lambda row: _number(row, "start"), default=None)
    return breaks + (last is not None and last["status"]["S"] == "continued" and _number(last, "resume") < _end(last))


def _stop(row: DynamoItem) -> float:
    """Where the next range begins: where this one was handed on, else its end, else how far it was read."""
    if row["status"]["S"] == "continued":
        return min(_number(row, "resume"), _end(row))
    return _number(row, "end") if "end" in row else _number(row, "start") + _number(row, "bytes")


def _end(row: DynamoItem) -> float:
    return _number(row, "end") if "end" in row else math.inf


def _sum(rows: list[DynamoItem], name: str) -> int:
    return sum(_number(row, name) for row in rows)


def _number(row: DynamoItem, name: str) -> int:
    return int(row.get(name, {}).get("N", 0))
