"""Compute what a GB of log lines costs as records: sizes from the function's own encoder, prices from `prices.toml`.

Run `make cost`.
"""

import random
import sys
import time
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
from log_processor.formats.reader import Reader
from log_processor.formats.registry import BY_NAME
from log_processor.reading.assembly import read_single_lines
from log_processor.reading.lines import split_lines
from log_processor.reading.records import read_records
from log_processor.routing.lib.key_fields import KeyFields
from log_processor.routing.lib.route import Route
from log_processor.storing.items import ItemEncoder, ObjectFacts
from log_processor.work.ranges import ObjectRange

from emulator.samples import lines as samples
from ops.pricing.item_size import STORED_OVERHEAD_BYTES, count_entry_bytes, count_item_bytes, count_units
from ops.pricing.usage import GB, PROCESSOR_MB

PRICES = Path(__file__).resolve().parents[1] / "stacks" / "prices.toml"
LINES = 5_000
LAST_MODIFIED_MS = 1_772_442_000_000
NO_FIELDS = KeyFields(takes_none=True)
KINDS = {
    "ALB": (
        "alb",
        "AWSLogs/123456789012/elasticloadbalancing/us-east-1/2026/03/02/app.log.gz",
        samples.generate_load_balancer,
    ),
    "JSON": ("json_lines", "api/2026/03/02/requests.jsonl", samples.generate_json),
    "syslog": ("syslog_rfc3164", "hosts/2026/03/02/syslog.log", samples.generate_syslog),
}
COLUMNS = (
    *("lines", "bytes a line", "bytes an item", "units a line", "with the index"),
    *("$ to write a GB", "with the index", "$ to keep it a month", "with the index"),
)


@dataclass(frozen=True, slots=True)
class Sizes:
    """The averages of one line of a kind: its size, its write units, those with the index, and its processor time.

    `item_bytes` is the size of its item, and `entry_bytes` that of the index entry.
    """

    kind: str
    line_bytes: float
    item_bytes: float
    entry_bytes: float
    units: float
    units_indexed: float
    processor_s: float

    @property
    def lines_a_gb(self) -> float:
        """Return how many such lines, with their line ends, make a GB."""
        return GB / self.line_bytes


@dataclass(frozen=True, slots=True)
class Cost:
    """Dollars for one GB of lines: to write it once, to run the function, and to keep it for a month.

    The `indexed` amounts are those with the query index.
    """

    write: float
    write_indexed: float
    function: float
    month: float
    month_indexed: float


def measure(kind: str, count: int = LINES) -> Sizes:
    """Return the sizes of `count` sample lines of a kind, parsed and encoded as the function does."""
    name, key, generate = KINDS[kind]
    text = ("\n".join(generate(random.Random(1), count)) + "\n").encode()
    started_s = time.process_time()
    puts = list(encode_lines(text, name, key))
    processor_s = time.process_time() - started_s
    items = [orjson.loads(put)["PutRequest"]["Item"] for put in puts]
    whole = [count_item_bytes(item) for item in items]
    entries = [count_entry_bytes(item) for item in items]
    units, more = count_units(whole), count_units(entries)
    return Sizes(
        kind=kind,
        line_bytes=len(text) / count,
        item_bytes=sum(whole) / count,
        entry_bytes=sum(entries) / count,
        units=units / count,
        units_indexed=(units + more) / count,
        processor_s=processor_s / count,
    )


def compute_cost(sizes: Sizes, prices: Mapping[str, Any]) -> Cost:
    """Return what a GB of such lines costs; the index holds a small entry of every item."""
    table = prices["dynamodb"]
    unit = sizes.lines_a_gb * table["million_write_units"] / 1e6
    stored_gb, entries_gb = (
        sizes.lines_a_gb * (size + STORED_OVERHEAD_BYTES) / GB for size in (sizes.item_bytes, sizes.entry_bytes)
    )
    month = stored_gb * (table["gb_month"] + table["gb_month_recovery"])
    function = sizes.lines_a_gb * sizes.processor_s * PROCESSOR_MB / 1000 * prices["lambda"]["gb_second"]
    return Cost(
        write=unit * sizes.units,
        write_indexed=unit * sizes.units_indexed,
        function=function,
        month=month,
        month_indexed=month + entries_gb * table["gb_month"],
    )


def encode_lines(text: bytes, name: str, key: str, key_fields: KeyFields = NO_FIELDS) -> Iterator[bytes]:
    """Yield the PutRequest of each line of `text` as the function writes it, for an object `key` of format `name`."""
    work = ObjectRange("tap-serverless-prod-source-123456789012", key, "3sL4kqtJlcpXroDTDmJ.rmSpXd3dIbrHY", None)
    facts = ObjectFacts(work.uri, key.partition("/")[0], work.version, "2026-03-02T10:00:00.000Z")
    encoder = ItemEncoder(facts, index_shards=8, record_ttl_days=0)
    blocks = read_single_lines(split_lines(iter([text]), 0), 0, None)
    reader = Reader(BY_NAME[name], LAST_MODIFIED_MS)
    transform = Route(key_fields=key_fields).make_transform(key)
    parsed = read_records(blocks, reader, work.digest, LAST_MODIFIED_MS, transform)
    return (encoder.encode(record) for _, record in parsed if record is not None)


def build_table(prices: Mapping[str, Any]) -> list[str]:
    """Return the rows of the table in ADR 8, which are the same on every machine."""
    rows = [f"| {' | '.join(COLUMNS)} |", "|---" * len(COLUMNS) + "|"]
    for sizes in map(measure, KINDS):
        costs = compute_cost(sizes, prices)
        dollars = (costs.write, costs.write_indexed, costs.month, costs.month_indexed)
        figures = [
            f"{sizes.line_bytes:.0f}",
            f"{sizes.item_bytes:.0f}",
            *(f"{one:.2f}" for one in (sizes.units, sizes.units_indexed, *dollars)),
        ]
        rows.append(f"| {' | '.join([sizes.kind, *figures])} |")
    return rows


def main() -> int:
    """Print the table, and what the function's time costs on a processor like this one."""
    prices = tomllib.loads(PRICES.read_text("utf-8"))
    print(f"List prices of {prices['region']} as of {prices['as_of']}, for {GB:,} bytes of lines (stacks/prices.toml)")
    print("\n".join(build_table(prices)))
    seconds = ", ".join(f"{one.kind} ${compute_cost(one, prices).function:.4f}" for one in map(measure, KINDS))
    print(f"Reading and encoding on a processor like this one adds, in the function's seconds: {seconds}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
