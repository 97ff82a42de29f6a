"""Print what storing takes beside its goals: units by DynamoDB's rules on whole items, their index entries included.

Run `python -m benchmarks.goals`; the lines are made, with a seed.
"""

import sys
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, partial
from typing import Any, NamedTuple

import orjson
from log_processor.packs.index_entry import FIRST, PACK_DAY, PACK_INDEXED
from log_processor.storing.items import ItemEncoder
from log_processor.work.plan import GRIDS

from benchmarks.continuing import count_repeated_cells
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
    """A row of the table: `measure` returns a figure that is at most the goal."""

    name: str
    goal: float
    measure: Callable[[], float]


@cache
def measure_both(kind: str) -> tuple[int, Stored, Stored]:
    """Return the bytes of a thousand lines, and what each of them takes as a record and in packs."""
    size, records = read_lines(kind)
    count = len(records)
    items = ItemEncoder(FACTS, index_shards=8, record_ttl_days=0)
    single = measure(map(items.encode, records), count)
    return size * 1000 // count, single, measure(pack_records(records), count)


def list_goals(prices: Mapping[str, Any]) -> Iterator[Goal]:
    """Yield the rows."""
    price = prices["dynamodb"]["million_write_units"] / 1e6 * GB
    for kind, goal in UNITS.items():
        yield Goal(f"packs, units a thousand: {kind}", goal, partial(_measure_units, kind))
    for kind, goal in SMALL_UNITS.items():
        name = f"packs of {SMALL} records, units a thousand with the ledger: {kind}"
        yield Goal(name, goal, partial(_measure_small, kind))
    for kind in ("combined", "JSON", "ALB"):
        yield Goal(f"packs, $ of writes a GB: {kind}", DOLLARS, partial(_measure_dollars, kind, price))
    yield Goal("bytes kept a record, packs to records: combined", 1 / 50, _measure_kept)
    for kind, goal in RECORD_UNITS.items():
        yield Goal(f"records, units: {kind}", goal, partial(_measure_single, kind))
    yield Goal(f"query of {ASKED:,} records, bytes of packs to records", 1 / 25, lambda: measure_reads().share)
    yield Goal(f"query of {ASKED:,} records as packs, read units", 700, lambda: measure_reads().query)
    yield Goal("show of a packed record, read units", 7, lambda: measure_reads().show)
    yield Goal("cells that a continuation packs again: combined", 1, partial(count_repeated_cells, "combined"))


def _measure_units(kind: str) -> float:
    return measure_both(kind)[2].units * 1000


def _measure_single(kind: str) -> float:
    return measure_both(kind)[1].units


def _measure_dollars(kind: str, price: float) -> float:
    """Return what the writes of a GB of lines cost, if a write unit for each byte of it cost `price`."""
    size, _, packed = measure_both(kind)
    return packed.units * price / (size / 1000)


def _measure_kept() -> float:
    _, single, packed = measure_both("combined")
    return packed.kept_bytes / single.kept_bytes


def _measure_small(kind: str) -> float:
    """Return the units a thousand of objects of `SMALL` records each, as packs, with their rows of the ledger."""
    _, records = read_lines(kind, SMALL)
    count = len(records)
    return (measure(pack_records(records), count).units + (RANGE_UNITS + ATTEMPT_UNITS) / count) * 1000


class Reads(NamedTuple):
    """What a query of `ASKED` combined records reads, in bytes of packs to those of records and in read units.

    `show` are the read units of the look at one record.
    """

    share: float
    query: float
    show: float


@cache
def measure_reads() -> Reads:
    """Return what is read: entries of the index, then the items."""
    _, records = read_lines("combined")
    items = ItemEncoder(FACTS, index_shards=8, record_ttl_days=0)
    single = [orjson.loads(items.encode(record))["PutRequest"]["Item"] for record in records]
    packs = [orjson.loads(put)["PutRequest"]["Item"] for put in pack_records(records)]
    sizes = list(map(count_item_bytes, packs))
    entries = sum(count_item_bytes({name: pack[name] for name in ENTRY}) + STORED_OVERHEAD_BYTES for pack in packs)
    of_records = sum(count_item_bytes(item) + count_entry_bytes(item) + STORED_OVERHEAD_BYTES for item in single)
    units = sum(map(_count_read_units, sizes)) + _count_read_units(entries)
    absent = 2 * len(GRIDS) * _count_read_units(1)  # the record itself, and all cells but the one in which it is
    return Reads(
        (sum(sizes) + entries) / of_records, units * ASKED / len(records), _count_read_units(max(sizes)) + absent
    )


def _count_read_units(size: int) -> float:
    """Return the read units of so many bytes: half a unit for each 4 KiB, begun, of what need not be the latest."""
    return -(-size // READ_BYTES) / 2


def build_table(prices: Mapping[str, Any]) -> Iterator[str]:
    """Yield the lines of the table."""
    yield "| what | goal | measured | |"
    yield "|---|---|---|---|"
    for one in list_goals(prices):
        measured = one.measure()
        yield f"| {one.name} | ≤ {one.goal:.3g} | {measured:.3g} | {'reached' if measured <= one.goal else 'missed'} |"


def main() -> int:
    """Print the table; return 1 if a goal is missed."""
    lines = list(build_table(tomllib.loads(PRICES.read_text("utf-8"))))
    print("\n".join(lines))
    return 1 if any(line.endswith("| missed |") for line in lines) else 0


if __name__ == "__main__":
    sys.exit(main())
