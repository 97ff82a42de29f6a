"""Measure what the records of a sample take in packs, made by the function's own code."""

from typing import Any

import orjson
from log_processor.packs.index_entry import FIRST, PACK_DAY, PACK_INDEXED
from log_processor.packs.pack_items import PackEncoder, PackFacts
from log_processor.parser_version import get_parser_version
from log_processor.planning import choose_grid
from log_processor.routing.lib.route import Route
from log_processor.storing.items import ObjectFacts

from ops.explaining.object_head import ObjectHead
from ops.explaining.sample import RecordSample
from ops.pricing.item_size import count_item_bytes
from ops.pricing.packing import pack_records
from stacks.config import Config

DIGEST = "0" * 30
ENTRY = ("log_id", "timestamp", PACK_DAY, FIRST, *PACK_INDEXED)
"""The attributes that the index of packs holds."""


def measure_packs(head: ObjectHead, route: Route, config: Config, sample: RecordSample) -> tuple[list[int], list[int]]:
    """Return the sizes of the packs of a sample, and those of their entries of the index, in bytes."""
    facts = ObjectFacts(head.name, route.get_source(head.key), "0" * 32, "2026-01-01T00:00:00.000Z")
    encoder = PackEncoder(PackFacts(facts, DIGEST, get_parser_version(), choose_grid(route), config.pack_level, 0))
    packs: list[dict[str, Any]] = [
        orjson.loads(put)["PutRequest"]["Item"] for put in pack_records(sample.records, encoder)
    ]
    entries = [{name: pack[name] for name in ENTRY} for pack in packs]
    return list(map(count_item_bytes, packs)), list(map(count_item_bytes, entries))
