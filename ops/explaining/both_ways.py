"""Price files as records and as packs: `python -m ops.explaining.both_ways < files`.

Each line of the input is a JSON object with the `path` of a file and the `key` that it is uploaded as.
"""

import json
import sys
from collections.abc import Iterable
from pathlib import Path

from log_processor.routing.lib.route import Route
from log_processor.routing.routes import FILE

from ops.configuration import load_configuration
from ops.errors import CommandError
from ops.explaining.object_head import ObjectHead, read_file
from ops.explaining.packed_sizes import measure_packs
from ops.explaining.sample import take_sample
from ops.parse import load_routes
from ops.pricing.bill import sum_dollars
from ops.pricing.item_size import STORED_OVERHEAD_BYTES, count_units
from ops.pricing.usage import ATTEMPT_UNITS, RANGE_UNITS, BilledUsage
from stacks.config import Config

LEDGER = BilledUsage(ledger_units=RANGE_UNITS + ATTEMPT_UNITS)


def price_file(head: ObjectHead, route: Route, config: Config) -> dict[str, BilledUsage]:
    """Return what a file takes in the tables in either way, measured on its beginning with the function's own code."""
    try:
        sample = take_sample(head, route, config)
    except CommandError:  # the function would give it up: only its row of the ledger is written
        return {"records": LEDGER, "packs": LEDGER}
    return {
        "records": _add_up(sample.item_bytes, sample.entry_bytes, sample.share),
        "packs": _add_up(*measure_packs(head, route, config, sample), sample.share),
    }


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
