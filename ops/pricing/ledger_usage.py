"""Sum up what ranges have used, from their rows in the ledger and the sizes of a sample of records."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from log_processor.storing.ledger_row import Row

from ops.pricing.item_size import STORED_OVERHEAD_BYTES, count_entry_bytes, count_item_bytes, count_units
from ops.pricing.usage import ATTEMPT_UNITS, GB_SECONDS_A_LINE, RANGE_UNITS, BilledUsage

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

SAMPLED = 400
"""How many records are read to know their sizes: some fifty read units."""


@dataclass(frozen=True, slots=True)
class ItemSizes:
    """The mean sizes of items and of index entries, and the mean write units of items, of `count` records."""

    count: int
    item_bytes: float
    entry_bytes: float
    units: float


@dataclass(slots=True)
class SourceUsage:
    """What the ranges of one source brought, used, and would have used in one attempt each at the documented pace."""

    objects: set[str] = field(default_factory=set)
    records: int = 0
    text_bytes: int = 0
    used: BilledUsage = field(default_factory=BilledUsage)
    expected: BilledUsage = field(default_factory=BilledUsage)


def sample_sizes(dynamodb: "DynamoDBClient", table: str) -> dict[str, ItemSizes]:
    """Return the sizes by source of the first records of a table, in one request; those of all under an empty name."""
    items = dynamodb.scan(TableName=table, Limit=SAMPLED)["Items"]
    groups: defaultdict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for item in items:
        groups[""].append(item)
        groups[item.get("source", {}).get("S", "")].append(item)
    return {name: _measure(group) for name, group in groups.items()}


def _measure(items: list[Mapping[str, Any]]) -> ItemSizes:
    sizes = list(map(count_item_bytes, items))
    entries = sum(map(count_entry_bytes, items))
    count = len(items)
    return ItemSizes(count, sum(sizes) / count, entries / count, count_units(sizes) / count)


def sum_usage(
    rows: Iterable[tuple[str, Row]], sizes: Mapping[str, ItemSizes], memory_mb: int, *, has_index: bool
) -> dict[str, SourceUsage]:
    """Return the usage by source of ranges, given as the name of the object and the row."""
    sources: defaultdict[str, SourceUsage] = defaultdict(SourceUsage)
    for name, row in rows:
        source = sources[row.source]
        source.objects.add(name)
        source.records += row.stored + row.rejected
        source.text_bytes += row.bytes
        kept = _describe_kept(row, sizes.get(row.source, sizes.get("")), has_index=has_index)
        ranges = BilledUsage(ledger_units=RANGE_UNITS + ATTEMPT_UNITS * row.attempts)
        time = BilledUsage(gb_seconds=row.duration_ms / 1000 * memory_mb / 1024)
        source.used += kept + ranges + time
        once = BilledUsage(ledger_units=RANGE_UNITS + ATTEMPT_UNITS, gb_seconds=row.read * GB_SECONDS_A_LINE)
        source.expected += kept + once
    return dict(sources)


def _describe_kept(row: Row, sizes: ItemSizes | None, *, has_index: bool) -> BilledUsage:
    """Return what the records of a range take in the tables, and its object in S3."""
    records, size = row.stored + row.rejected, row.size or 0
    if sizes is None:
        return BilledUsage(object_bytes=size)
    return BilledUsage(
        record_units=records * sizes.units,
        index_units=records if has_index else 0,
        item_bytes=records * (sizes.item_bytes + STORED_OVERHEAD_BYTES),
        entry_bytes=records * (sizes.entry_bytes + STORED_OVERHEAD_BYTES) if has_index else 0,
        object_bytes=size,
    )
