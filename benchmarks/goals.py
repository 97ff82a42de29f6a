"""Print what storing takes beside its goals: units by DynamoDB's rules on whole items, their index entries included.

Run `python -m benchmarks.goals`; the lines are made, with a seed.
"""

import sys
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import orjson
from log_processor.packs.index_entry import FIRST, PACK_DAY, PACK_INDEXED
from log_processor.storing.items import ItemEncoder

from benchmarks.cost import PRICES
from benchmarks.packs import FACTS, Stored, measure, pack_records, read_lines
from ops.pricing.item_size import STORED_OVERHEAD_BYTES, count_entry_bytes, count_item_bytes
from ops.pricing.usage import ATTEMPT_UNITS, GB, RANGE_UNITS

SMALL = 200
"""The records of a small object."""
ASKED = 200_000
READ_BYTES = 4096
ENTRY = ("log_id", "timestamp", PACK_DAY, FIRST, *PACK_INDEXED)
UNITS: Mapping[str, float] = {"combined": 27, "JSON": 75, "ALB": 95, "CloudTrail": 95, "syslog": 14}
SMALL_UNITS: Mapping[str, float] = {"combined": 90, "JSON": 130, "ALB": 160, "CloudTrail": 170}
RECORD_UNITS: Mapping[str, float] = {"combined": 2.0, "JSON": 2.1, "ALB": 4.0, "CloudTrail": 5.0}
DOLLARS = 0.12


@dataclass(frozen=True, slots=True)
class Goal:
    """A row of the table: a figure that is at most the goal."""

    name: str
    goal: float
    measured: float

    @property
    def is_reached(self) -> bool:
        """Tell whether the figure is no larger than the goal."""
        return self.measured <= self.goal


@cache
def measure_both(kind: str) -> tuple[int, Stored, Stored]:
    """Return the bytes of a thousand lines, and what each of them takes as a record and in packs."""
    size, records = read_lines(kind)
    count = len(records)
    items = ItemEncoder(FACTS, index_shards=8, record_ttl_days=0)
    single = measure(map(items.encode, records), count)
    return size * 1000 // count, single, measure(pack_records(records), count)


def list_goals(prices: Mapping[str, Any]) -> Iterator[Goal]:
    """Yield the rows, each measured as it is asked for."""
    million = prices["dynamodb"]["million_write_units"]
    for kind, goal in UNITS.items():
        yield Goal(f"packs, units a thousand: {kind}", goal, measure_both(kind)[2].units * 1000)
    for kind, goal in SMALL_UNITS.items():
        yield Goal(f"packs of {SMALL} records, units a thousand with the ledger: {kind}", goal, _measure_small(kind))
    for kind in ("combined", "JSON", "ALB"):
        size, _, packed = measure_both(kind)
        yield Goal(f"packs, $ of writes a GB: {kind}", DOLLARS, packed.units * million / 1e6 * GB / (size / 1000))
    _, single, packed = measure_both("combined")
    yield Goal("bytes kept a record, packs to records: combined", 1 / 50, packed.kept_bytes / single.kept_bytes)
    for kind, goal in RECORD_UNITS.items():
        yield Goal(f"records, units: {kind}", goal, measure_both(kind)[1].units)
    yield from _list_reads()


def _measure_small(kind: str) -> float:
    """Return the units a thousand of objects of `SMALL` records each, as packs, with their rows of the ledger."""
    _, records = read_lines(kind, SMALL)
    count = len(records)
    return (measure(pack_records(records), count).units + (RANGE_UNITS + ATTEMPT_UNITS) / count) * 1000


def _list_reads() -> Iterator[Goal]:
    """Yield what a query of `ASKED` combined records and the look at one read: entries of the index, then the items."""
    _, records = read_lines("combined")
    scale = ASKED / len(records)
    items = ItemEncoder(FACTS, index_shards=8, record_ttl_days=0)
    single = [orjson.loads(items.encode(record))["PutRequest"]["Item"] for record in records]
    packs = [orjson.loads(put)["PutRequest"]["Item"] for put in pack_records(records)]
    sizes = list(map(count_item_bytes, packs))
    entries = sum(count_item_bytes({name: pack[name] for name in ENTRY}) + STORED_OVERHEAD_BYTES for pack in packs)
    read = sum(sizes) + entries
    of_records = sum(count_item_bytes(item) + count_entry_bytes(item) + STORED_OVERHEAD_BYTES for item in single)
    yield Goal(f"query of {ASKED:,} records, bytes of packs to records", 1 / 25, read / of_records)
    units = sum(map(_count_read_units, sizes)) + _count_read_units(entries)
    yield Goal(f"query of {ASKED:,} records as packs, read units", 700, units * scale)
    absent = 2 * _count_read_units(1)
    yield Goal("show of a packed record, read units", 7, _count_read_units(max(sizes)) + absent)


def _count_read_units(size: int) -> float:
    """Return the read units of so many bytes: half a unit for each 4 KiB, begun, of what need not be the latest."""
    return -(-size // READ_BYTES) / 2


def build_table(prices: Mapping[str, Any]) -> Iterator[str]:
    """Yield the lines of the table."""
    yield "| what | goal | measured | |"
    yield "|---|---|---|---|"
    for one in list_goals(prices):
        mark = "reached" if one.is_reached else "missed"
        yield f"| {one.name} | ≤ {one.goal:.3g} | {one.measured:.3g} | {mark} |"


def main() -> int:
    """Print the table; return 1 if a goal is missed."""
    lines = list(build_table(tomllib.loads(PRICES.read_text("utf-8"))))
    print("\n".join(lines))
    return 1 if any(line.endswith("| missed |") for line in lines) else 0


if __name__ == "__main__":
    sys.exit(main())
