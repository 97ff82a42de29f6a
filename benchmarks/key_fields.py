"""Measure what the fields that AWS's own keys give add to an item, in bytes and write units.

Run `PYTHONPATH=functions python -m benchmarks.key_fields`; the rows are the same on every machine.
"""

import random
import sys
from statistics import mean, median
from typing import NamedTuple

import orjson
from log_processor.routing.lib.key_fields import KeyFields
from log_processor.routing.lib.key_template import compile_template

from benchmarks.cost import LINES, NO_FIELDS, encode_lines
from emulator.samples import lines as samples
from emulator.samples.objects import Generate
from ops.pricing.item_size import UNIT_BYTES, count_item_bytes

OWN = KeyFields()
ASKED = KeyFields(compile_template("AWSLogs/{cloud.account.id}/elasticloadbalancing/{cloud.region}/"))
FOLDER = "AWSLogs/123456789012/elasticloadbalancing/us-east-1/2026/03/02"
BALANCER = f"{FOLDER}/123456789012_elasticloadbalancing_us-east-1_app.shop.gz"
STREAM = "2026/03/02/10/shop-1-2026-03-02-10-05-12-3f2b1a0c-9d8e-4f7a-b6c5-d4e3f2a1b0c9"


class KeyedLines(NamedTuple):
    """Lines of a format in an object of that key, whose records get the fields of the key by `key_fields`."""

    title: str
    format_name: str
    key: str
    generate: Generate
    key_fields: KeyFields


ROWS = (
    KeyedLines("combined, by Firehose", "combined", STREAM, samples.generate_combined, OWN),
    KeyedLines("JSON, by Firehose", "json_lines", STREAM, samples.generate_json, OWN),
    KeyedLines("combined, below `customer=acme/`", "combined", "customer=acme/a.log", samples.generate_combined, OWN),
    KeyedLines("ALB", "alb", BALANCER, samples.generate_load_balancer, OWN),
    KeyedLines("ALB, account and region by a template", "alb", BALANCER, samples.generate_load_balancer, ASKED),
)
COLUMNS = ("lines", "median bytes", "with fields", "median units", "with fields", "units a line", "with fields")


def measure_row(row: KeyedLines) -> list[str]:
    """Return the median size and units of an item, and its mean units, each without and with the fields of its key."""
    text = ("\n".join(row.generate(random.Random(1), LINES, None)) + "\n").encode()
    sizes = [
        [
            count_item_bytes(orjson.loads(put)["PutRequest"]["Item"])
            for put in encode_lines(text, row.format_name, row.key, fields)
        ]
        for fields in (NO_FIELDS, row.key_fields)
    ]
    units = [[-(-size // UNIT_BYTES) for size in one] for one in sizes]
    return [*(f"{median(one):.0f}" for one in (*sizes, *units)), *(f"{mean(one):.2f}" for one in units)]


def build_table() -> list[str]:
    """Return the rows of the table in ADR 25."""
    rows = [f"| {row.title} | {' | '.join(measure_row(row))} |" for row in ROWS]
    return [f"| {' | '.join(COLUMNS)} |", "|---" * len(COLUMNS) + "|", *rows]


def main() -> int:
    """Print the table."""
    print("\n".join(build_table()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
