"""Sum the ledger's rows by object version, and check that their ranges cover the whole object.

Rows are read here on purpose, apart from the function's own reader: an account that shared code with what it checks
would share its faults.
"""

import json
import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import blake2b
from itertools import pairwise

from emulator.chaos.spoken import Spoken, add_rows, list_text_members
from emulator.verify.account import DynamoItem

FINAL = frozenset({"done", "continued", "failed"})
COUNTS = ("stored", "filtered", "rejected")


@dataclass(frozen=True, slots=True)
class ObjectVersion:
    """One version of one object; `name` is `s3://bucket/key`."""

    name: str
    version: str


@dataclass(frozen=True, slots=True)
class RangeTotals:
    """The sums over the ledger rows of one object version.

    `kept` counts stored and rejected records. `continued` counts rows that another invocation continued, `split` rows
    that split the object into ranges, `open` rows that are not final, and `unaccounted` gaps, overlaps and wrong sums.
    `rejects_keys` are the keys of the archives of rejects. `spoken` is what the rows say of the records, and
    `text_members` are the members that are text themselves. `sizes` and `sources` are what the rows say of the object,
    `event_times` when it was uploaded, in epoch milliseconds; `untimed` counts the rows that do not say when.
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
    spoken: Spoken
    text_members: frozenset[str]
    sizes: frozenset[int]
    sources: frozenset[str]
    event_times: tuple[int, ...]
    untimed: int

    @property
    def is_whole(self) -> bool:
        """Tell whether every range is finished, and they cover the whole object once."""
        return not (self.failed or self.open or self.unaccounted)


def sum_ranges(rows: Iterable[DynamoItem]) -> dict[ObjectVersion, RangeTotals]:
    """Return the totals of each object version in the ledger."""
    by_version: defaultdict[ObjectVersion, list[DynamoItem]] = defaultdict(list)
    for row in rows:
        by_version[ObjectVersion(row["object"]["S"], row["version"]["S"])].append(row)
    return {version: _sum_rows(version_rows) for version, version_rows in by_version.items()}


def name_versions(rows: Iterable[DynamoItem]) -> dict[str, str]:
    """Return the object versions of the ledger by the digests with which the ids of their records begin."""
    names: dict[str, str] = {}
    for row in rows:
        bucket, _, key = row["object"]["S"].removeprefix("s3://").partition("/")
        named = [bucket, key, row["version"]["S"]]
        if "member" in row:
            named += [row["member"]["N"], row["member_name"]["S"]]
        text = "\0".join(named).encode("utf-8", "surrogatepass")
        names[blake2b(text, digest_size=15).hexdigest()] = row["version"]["S"]
    return names


def _sum_rows(rows: list[DynamoItem]) -> RangeTotals:
    statuses = [row["status"]["S"] for row in rows]
    failed = "failed" in statuses
    wrong = sum(_read_number(row, "read") != sum(_read_number(row, name) for name in COUNTS) for row in rows)
    return RangeTotals(
        read=_add_numbers(rows, "read"),
        kept=_add_numbers(rows, "stored") + _add_numbers(rows, "rejected"),
        rejected=_add_numbers(rows, "rejected"),
        continued=statuses.count("continued"),
        split=sum("ranges" in row for row in rows),
        failed=failed,
        open=sum(status not in FINAL for status in statuses),
        unaccounted=wrong + (0 if failed else _count_all_breaks(rows)),
        rejects_keys=tuple(row["rejects_key"]["S"] for row in rows if "rejects_key" in row),
        spoken=add_rows(rows),
        text_members=list_text_members(rows),
        sizes=frozenset(_read_number(row, "size") for row in rows if "size" in row),
        sources=frozenset(row.get("source", {}).get("S", "") for row in rows),
        event_times=tuple(_read_number(row, "event_time") for row in rows if "event_time" in row),
        untimed=sum("event_time" not in row for row in rows),
    )


def _count_all_breaks(rows: list[DynamoItem]) -> int:
    """Count the breaks of an object; of a zip those of each member, of which its own row says how many there are."""
    by_member: defaultdict[str, list[DynamoItem]] = defaultdict(list)
    for row in rows:
        by_member[row.get("member", {}).get("N", "")].append(row)
    if len(by_member) == 1:
        return _count_breaks(rows)
    own = by_member.pop("")
    return abs(_add_numbers(own, "ranges") - len(by_member)) + sum(map(_count_breaks, by_member.values()))


def _count_breaks(rows: list[DynamoItem]) -> int:
    """Count how often a range does not begin where the one before it ends.

    The first range must begin at 0, and the last must be read to its end, which is the object's size if that was split.
    A row that begins at or after its range's end is left out: it holds the rest of a record that began in the range.
    """
    own = [row for row in rows if "ranges" not in row and _read_number(row, "start") < _get_end(row)]
    covered = sorted((_read_number(row, "start"), _find_stop(row)) for row in own)
    ends = [(size, size) for size in _read_sizes(rows)]
    breaks = sum(stop != start for (_, stop), (start, _) in pairwise([(0, 0), *covered, *ends])) + (not covered)
    last = max(own, key=lambda row: _read_number(row, "start"), default=None)
    return breaks + (
        last is not None and last["status"]["S"] == "continued" and _read_number(last, "resume") < _get_end(last)
    )


def _read_sizes(rows: list[DynamoItem]) -> list[int]:
    """Return the size of the object by its plan, in a list that is empty if it was not split."""
    return [json.loads(row["plan"]["S"])["size_bytes"] for row in rows if "ranges" in row and "plan" in row]


def _find_stop(row: DynamoItem) -> float:
    """Return where the next range has to begin.

    After a continued row that is where its work resumes, but not after its range's end. After any other row it is its
    range's end, or the last byte that was read if the range has no end.
    """
    if row["status"]["S"] == "continued":
        return min(_read_number(row, "resume"), _get_end(row))
    return _read_number(row, "end") if "end" in row else _read_number(row, "start") + _read_number(row, "bytes")


def _get_end(row: DynamoItem) -> float:
    return _read_number(row, "end") if "end" in row else math.inf


def _add_numbers(rows: list[DynamoItem], name: str) -> int:
    return sum(_read_number(row, name) for row in rows)


def _read_number(row: DynamoItem, name: str) -> int:
    return int(row.get(name, {}).get("N", 0))
