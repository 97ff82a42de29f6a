"""Sum up what ranges have used, from their rows in the ledger and the sizes of a sample of records."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from log_processor.storing.items import encode_attribute
from log_processor.storing.ledger_row import Row

from ops.pricing.item_size import STORED_OVERHEAD_BYTES, count_entry_bytes, count_item_bytes, count_units
from ops.pricing.usage import ATTEMPT_UNITS, GB_SECONDS_A_LINE, RANGE_UNITS, BilledUsage
from ops.reading.conditions import Comparison
from ops.reading.said_elsewhere import ADDED, get_source
from ops.reading.span import Span
from ops.reading.spending import ignore_bytes
from ops.reading.store import Question, RecordStore
from stacks.config import Config

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

SAMPLED, SAMPLED_OF_RARE = 400, 40
"""How many records are read to know their sizes, some fifty read units; and of a kind with few among them."""

Kind = tuple[str, str]
"""A source and a format: records of one kind have like sizes."""
ANY: Kind = ("", "")


@dataclass(frozen=True, slots=True)
class ItemSizes:
    """What a record takes in the mean: stored bytes of items and of index entries, and write units of both."""

    item_bytes: float
    entry_bytes: float
    units: float
    index_units: float


@dataclass(slots=True)
class SourceUsage:
    """What the ranges of one source brought, used, and would have used in one attempt each at the documented pace."""

    objects: set[str] = field(default_factory=set)
    records: int = 0
    text_bytes: int = 0
    used: BilledUsage = field(default_factory=BilledUsage)
    expected: BilledUsage = field(default_factory=BilledUsage)


def sample_sizes(
    dynamodb: "DynamoDBClient", table: str, store: RecordStore | None, rows: Iterable[Row]
) -> dict[Kind, ItemSizes]:
    """Return the sizes by kind of the first records of a table, in one request; those of all under `ANY`.

    A kind of the `rows` that has few among them is asked for its last records, which takes some ten requests.
    """
    groups: defaultdict[Kind, list[Mapping[str, Any]]] = defaultdict(list)
    for item in dynamodb.scan(TableName=table, Limit=SAMPLED)["Items"]:
        groups[ANY].append(item)
        groups[get_source(item), _find_format(item)].append(item)
    for kind, span in _find_spans(rows).items():
        if store is not None and sum(map(_count_records, groups[kind])) < SAMPLED_OF_RARE:
            groups[kind] = _read_last(store, kind, span) or groups[kind]
    return {kind: _measure(group) for kind, group in groups.items() if group}


def _find_format(item: Mapping[str, Any]) -> str:
    """Return the format of a record; of a pack, that of most of its records."""
    formats: Mapping[str, Any] = item.get("formats", {}).get("M", {})
    own = str(item.get("format", {}).get("S", ""))
    return max(formats, key=lambda name: int(formats[name]["N"]), default=own)


def _count_records(item: Mapping[str, Any]) -> int:
    """Return how many records an item holds: one, if it is no pack."""
    return int(item.get("records", {}).get("N", 1))


def _find_spans(rows: Iterable[Row]) -> dict[Kind, Span]:
    """Return for each kind the times of the records of one of its ranges."""
    return {
        get_kind(row): Span(row.first_time, row.last_time)
        for row in rows
        if row.first_time is not None and row.last_time is not None
    }


def get_kind(row: Row) -> Kind:
    """Return the source and the format of a range."""
    return row.source, row.format or ""


def _read_last(store: RecordStore, kind: Kind, span: Span) -> list[Mapping[str, Any]]:
    """Return the last records of a kind in a span, in DynamoDB's typed JSON."""
    source, format_name = kind
    condition = Comparison("format", "=", format_name)
    question = Question((source,), span, condition, newest_first=True, limit=SAMPLED_OF_RARE)
    return [
        {name: encode_attribute(value) for name, value in record.attributes.items() if name not in ADDED}
        for record in store.read(question, ignore_bytes)
    ]


def _measure(items: list[Mapping[str, Any]]) -> ItemSizes:
    sizes = list(map(count_item_bytes, items))
    entries = sum(map(count_entry_bytes, items))
    overhead = len(items) * STORED_OVERHEAD_BYTES
    count = sum(map(_count_records, items))
    return ItemSizes(
        (sum(sizes) + overhead) / count, (entries + overhead) / count, count_units(sizes) / count, len(items) / count
    )


def sum_usage(
    rows: Iterable[tuple[str, Row]], sizes: Mapping[Kind, ItemSizes], config: Config
) -> dict[str, SourceUsage]:
    """Return the usage by source of ranges, given as the name of the object and the row, in an environment."""
    sources: defaultdict[str, SourceUsage] = defaultdict(SourceUsage)
    for name, row in rows:
        source = sources[row.source]
        source.objects.add(name)
        source.records += row.stored + row.rejected
        source.text_bytes += row.bytes
        kept = _describe_kept(row, sizes.get(get_kind(row), sizes.get(ANY)), config)
        ranges = BilledUsage(ledger_units=RANGE_UNITS + ATTEMPT_UNITS * row.attempts)
        time = BilledUsage(gb_seconds=row.duration_ms / 1000 * config.function_memory_mb / 1024)
        source.used += kept + ranges + time
        once = BilledUsage(ledger_units=RANGE_UNITS + ATTEMPT_UNITS, gb_seconds=row.read * GB_SECONDS_A_LINE)
        source.expected += kept + once
    return dict(sources)


def _describe_kept(row: Row, sizes: ItemSizes | None, config: Config) -> BilledUsage:
    """Return what the records of a range take in the tables, and its object in S3."""
    records, size, has_index = row.stored + row.rejected, row.size or 0, config.index_shards > 0
    if sizes is None:
        return BilledUsage(object_bytes=size)
    return BilledUsage(
        record_units=records * sizes.units,
        index_units=records * sizes.index_units if has_index else 0,
        item_bytes=records * sizes.item_bytes,
        entry_bytes=records * sizes.entry_bytes if has_index else 0,
        object_bytes=size,
        table_class=config.table_class,
    )
