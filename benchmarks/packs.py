"""Compare what records cost as items of their own and in packs: units, dollars and bytes, from seeded sample lines.

Units are those of DynamoDB on whole items with their index entries. Run `python -m benchmarks.packs`.
"""

import random
import sys
import time
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import orjson
from log_processor.formats.reader import Reader
from log_processor.formats.registry import BY_NAME
from log_processor.packs.pack_items import PackEncoder, PackFacts
from log_processor.reading.assembly import read_single_lines
from log_processor.reading.lines import split_lines
from log_processor.reading.records import ReadRecord, read_records
from log_processor.record import LogRecord
from log_processor.storing.items import ItemEncoder, ObjectFacts
from log_processor.work.plan import GRID_BITS

from benchmarks.cost import LAST_MODIFIED_MS, PRICES
from benchmarks.trail import generate_trail
from emulator.samples import lines as samples
from ops.pricing.item_size import STORED_OVERHEAD_BYTES, count_item_bytes, count_units
from ops.pricing.packing import pack_records as pack
from ops.pricing.usage import GB

LINES = 20_000
DIGEST = "0123456789abcdef0123456789abcd"
VERSION, PROCESSED_AT = "3sL4kqtJlcpXroDTDmJ.rmSpXd3dIbrHY", "2026-03-02T10:00:00.000Z"
FACTS = ObjectFacts("s3://logs/web/2026/03/02/a.log", "web", VERSION, PROCESSED_AT)
KINDS = {
    "combined": ("combined", samples.generate_combined),
    "JSON": ("json_lines", samples.generate_json),
    "ALB": ("alb", samples.generate_load_balancer),
    "syslog": ("syslog_rfc3164", samples.generate_syslog),
    "logfmt": ("logfmt", samples.generate_logfmt),
    "CloudTrail": ("cloudtrail", generate_trail),
}


@dataclass(frozen=True, slots=True)
class Stored:
    """What records take, each on average: write units with the index, bytes kept, and seconds to encode."""

    units: float
    kept_bytes: float
    seconds: float


def read_lines(kind: str, count: int = LINES) -> tuple[int, list[LogRecord]]:
    """Return the bytes of sample lines, and their records."""
    size, read = read_raw_lines(kind, count)
    return size, [record for _, record in read if record is not None]


def read_raw_lines(kind: str, count: int = LINES) -> tuple[int, list[ReadRecord]]:
    """Return the bytes of sample lines, and their raw records with the records made of them."""
    name, generate = KINDS[kind]
    text = ("\n".join(generate(random.Random(1), count)) + "\n").encode()
    blocks = read_single_lines(split_lines(iter([text]), 0), 0, None)
    return len(text), list(read_records(blocks, Reader(BY_NAME[name], LAST_MODIFIED_MS), DIGEST, LAST_MODIFIED_MS))


def pack_records(records: Iterable[LogRecord], level: int = 9) -> Iterator[bytes]:
    """Return the PutRequests of the packs of records."""
    return pack(records, PackEncoder(PackFacts(FACTS, DIGEST, "0123456789ab", GRID_BITS, level, 0)))


def measure(puts: Iterator[bytes], count: int) -> Stored:
    """Return what the items of PutRequests take, for each of so many records; an index entry is one unit."""
    started_s = time.process_time()
    encoded = list(puts)
    seconds = time.process_time() - started_s
    sizes = [count_item_bytes(orjson.loads(put)["PutRequest"]["Item"]) for put in encoded]
    units = count_units(sizes) + len(sizes)
    kept = sum(sizes) + len(sizes) * STORED_OVERHEAD_BYTES
    return Stored(units / count, kept / count, seconds / count)


def build_rows(price: float, seconds: list[str]) -> Iterator[str]:
    """Yield the rows of the table, for a price of a million write units; add what encoding takes to `seconds`."""
    yield "| records, packs | bytes a line | units a thousand | $ of writes a GB | bytes kept a line |"
    yield "|---|---|---|---|---|"
    for kind in KINDS:
        size, records = read_lines(kind)
        items = ItemEncoder(FACTS, index_shards=8, record_ttl_days=0)
        count = len(records)
        single, packed = measure(map(items.encode, records), count), measure(pack_records(records), count)
        seconds.append(f"{kind} {single.seconds * 1e6:.0f}, {packed.seconds * 1e6:.0f}")
        dollars = [GB / (size / count) * one.units * price / 1e6 for one in (single, packed)]
        yield (
            f"| {kind} | {size / count:.0f} | {single.units * 1000:,.0f}, {packed.units * 1000:.1f} | "
            f"{dollars[0]:.2f}, {dollars[1]:.3f} | {single.kept_bytes:,.0f}, {packed.kept_bytes:.0f} |"
        )


def main() -> int:
    """Print the table, and what encoding takes."""
    prices = tomllib.loads(PRICES.read_text("utf-8"))
    seconds: list[str] = []
    print("\n".join(build_rows(prices["dynamodb"]["million_write_units"], seconds)))
    print(f"Microseconds a line to encode on a processor like this one (records, packs): {'; '.join(seconds)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
