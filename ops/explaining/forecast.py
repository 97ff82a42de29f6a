"""Forecast from a sample how an object is read: its records, ranges, invocations, time, and what it uses."""

import math
from dataclasses import dataclass

from log_processor.planning import choose_storing
from log_processor.routing.lib.route import Route
from log_processor.work.ranges import choose_piece_bytes

from ops.explaining.object_head import ObjectHead
from ops.explaining.packed_sizes import measure_packs
from ops.explaining.sample import RecordSample
from ops.pricing.item_size import STORED_OVERHEAD_BYTES, count_units
from ops.pricing.usage import ATTEMPT_UNITS, PROCESSOR_MB, RANGE_UNITS, BilledUsage
from stacks.config import Config


@dataclass(frozen=True, slots=True)
class Forecast:
    """What reading the whole object takes, if the rest of it is like the sample.

    `seconds` are the function's, all invocations together, without waiting for the table. `storage` is how the
    records are stored, and `usage` is what they use so.
    """

    records: float
    text_bytes: float
    ranges: int
    range_bytes: int
    invocations: int
    seconds: float
    usage: BilledUsage
    storage: str


def make_forecast(head: ObjectHead, sample: RecordSample, config: Config, route: Route) -> Forecast:
    """Return the forecast, with the memory, time-out and sizes of ranges that the environment has."""
    seconds = sample.processor_s / sample.share * max(1.0, PROCESSOR_MB / config.function_memory_mb)
    storage, grid_bits, _ = choose_storing(route, config)
    is_split = sample.is_divisible and head.size_bytes > config.split_threshold_bytes
    piece_bytes = (
        choose_piece_bytes(head.size_bytes, config.range_bytes, 1 << grid_bits) if is_split else head.size_bytes
    )
    ranges = max(1, math.ceil(head.size_bytes / max(piece_bytes, 1)))
    invocations = max(ranges, math.ceil(seconds / config.function_timeout_s))
    items, entries = sample.item_bytes, sample.entry_bytes if config.index_shards else []
    if storage == "packs":
        items, entries = measure_packs(head, route, config, sample)
    usage = BilledUsage(
        record_units=count_units(items) / sample.share,
        index_units=count_units(entries) / sample.share,
        ledger_units=RANGE_UNITS + invocations * ATTEMPT_UNITS,
        gb_seconds=seconds * config.function_memory_mb / 1024,
        item_bytes=_sum_stored(items) / sample.share,
        entry_bytes=_sum_stored(entries) / sample.share,
        object_bytes=head.size_bytes,
        table_class=config.table_class,
    )
    records = sum(sample.counts[name] for name in ("stored", "filtered", "rejected")) / sample.share
    text_bytes = sample.text_bytes / sample.share
    return Forecast(records, text_bytes, ranges, piece_bytes, invocations, seconds, usage, storage)


def _sum_stored(sizes: list[int]) -> int:
    return sum(sizes) + len(sizes) * STORED_OVERHEAD_BYTES
