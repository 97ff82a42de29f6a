"""Price files as records and as packs: `python -m ops.explaining.both_ways < files`.

Each line of the input is a JSON object with the `path` of a file and the `key` that it is uploaded as.
"""

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import orjson
from log_processor.packs.index_entry import FIRST, PACK_DAY, PACK_INDEXED
from log_processor.packs.pack_items import PackEncoder, PackFacts
from log_processor.parser_version import get_parser_version
from log_processor.routing.lib.route import Route
from log_processor.routing.routes import FILE
from log_processor.storing.items import ObjectFacts
from log_processor.work.plan import GRID_BITS

from ops.configuration import load_configuration
from ops.errors import CommandError
from ops.explaining.object_head import ObjectHead, read_file
from ops.explaining.sample import RecordSample, take_sample
from ops.parse import load_routes
from ops.pricing.bill import sum_dollars
from ops.pricing.item_size import STORED_OVERHEAD_BYTES, count_item_bytes, count_units
from ops.pricing.packing import pack_records
from ops.pricing.usage import ATTEMPT_UNITS, RANGE_UNITS, BilledUsage
from stacks.config import Config

LEDGER = BilledUsage(ledger_units=RANGE_UNITS + ATTEMPT_UNITS)
DIGEST = "0" * 30
ENTRY = ("log_id", "timestamp", PACK_DAY, FIRST, *PACK_INDEXED)
"""The attributes that the index of packs holds."""

Item = dict[str, dict[str, Any]]


def price_file(head: ObjectHead, route: Route, config: Config) -> dict[str, BilledUsage]:
    """Return what a file takes in the tables in either way, measured on its beginning with the function's own code."""
    try:
        sample = take_sample(head, route, config)
    except CommandError:  # the function would give it up: only its row of the ledger is written
        return {"records": LEDGER, "packs": LEDGER}
    packs = _make_packs(head, route, config, sample)
    entries = [{name: pack[name] for name in ENTRY} for pack in packs]
    return {
        "records": _add_up(sample.item_bytes, sample.entry_bytes, sample.share),
        "packs": _add_up(list(map(count_item_bytes, packs)), list(map(count_item_bytes, entries)), sample.share),
    }


def _make_packs(head: ObjectHead, route: Route, config: Config, sample: RecordSample) -> list[Item]:
    facts = ObjectFacts(head.name, route.get_source(head.key), "0" * 32, "2026-01-01T00:00:00.000Z")
    encoder = PackEncoder(PackFacts(facts, DIGEST, get_parser_version(), GRID_BITS, config.pack_level, 0))
    puts = pack_records(sample.records, encoder)
    return [orjson.loads(put)["PutRequest"]["Item"] for put in puts]


def _add_up(items: list[int], entries: list[int], share: float) -> BilledUsage:
    """Return what items of these sizes take, with their entries of an index."""
    overhead = len(items) * STORED_OVERHEAD_BYTES
    return LEDGER + BilledUsage(
        record_units=count_units(items) / share,
        index_units=count_units(entries) / share,
        item_bytes=(sum(items) + overhead) / share,
        entry_bytes=(sum(entries) + overhead) / share,
    )


def main(lines: Iterable[str]) -> None:
    """Print one JSON object: for each way the write units, the dollars to take in, and those to keep for a month."""
    config, routes = load_configuration(), load_routes(FILE)
    totals = {"records": BilledUsage(), "packs": BilledUsage()}
    for line in lines:
        named = json.loads(line)
        head = read_file(Path(named["path"]), named["key"])
        if head.content:
            for way, usage in price_file(head, routes.find(head.key, None), config).items():
                totals[way] += usage
    answer = {
        way: {
            "write_units": round(usage.record_units + usage.index_units + usage.ledger_units),
            "dollars_once": sum_dollars(usage, monthly=False),
            "dollars_a_month": sum_dollars(usage, monthly=True),
        }
        for way, usage in totals.items()
    }
    print(json.dumps(answer))


if __name__ == "__main__":
    main(sys.stdin)
