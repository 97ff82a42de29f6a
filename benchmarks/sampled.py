"""Compare what a record costs in packs of all records with one of a sample of one in a hundred, from seeded lines.

Units are those of DynamoDB on whole items with their index entries. Run `python -m benchmarks.sampled`.
"""

import random
from collections.abc import Iterable

from log_processor.formats.reader import Reader
from log_processor.formats.registry import BY_NAME
from log_processor.packs.pack_items import PackEncoder, PackFacts
from log_processor.reading.assembly import read_single_lines
from log_processor.reading.lines import split_lines
from log_processor.reading.records import read_records
from log_processor.record import LogRecord, RawRecord
from log_processor.work.plan import GRID_BITS, GRIDS

from benchmarks.cost import LAST_MODIFIED_MS
from benchmarks.packs import DIGEST, FACTS, KINDS, measure
from ops.pricing.packing import pack_records

LINES = 300_000
KEPT = 0.01
SAMPLED_KINDS = ("combined", "JSON", "ALB", "syslog", "logfmt")


def read_sample(kind: str, count: int, kept: float) -> list[LogRecord]:
    """Return the records that are kept, of so many sample lines, each with the same chance."""
    name, generate = KINDS[kind]
    text = ("\n".join(generate(random.Random(1), count)) + "\n").encode()
    chance = random.Random(2)
    raws = [raw for block in read_single_lines(split_lines(iter([text]), 0), 0, None) for raw in block]
    sample: Iterable[list[RawRecord]] = [[raw for raw in raws if chance.random() < kept]]
    read = read_records(iter(sample), Reader(BY_NAME[name], LAST_MODIFIED_MS), DIGEST, LAST_MODIFIED_MS)
    return [record for _, record in read if record is not None]


def measure_units(records: list[LogRecord], grid_bits: int) -> float:
    """Return the write units of a record in packs of cells of `1 << grid_bits` bytes."""
    encoder = PackEncoder(PackFacts(FACTS, DIGEST, "0123456789ab", grid_bits, 9, 0))
    return measure(iter(list(pack_records(records, encoder))), len(records)).units


def main() -> None:
    """Print the units of a thousand records of each kind."""
    print("units a thousand: of all, of one in a hundred, and how many times as much")
    for kind in SAMPLED_KINDS:
        every = 1000 * measure_units(read_sample(kind, LINES // 20, 1.0), GRID_BITS)
        few = 1000 * measure_units(read_sample(kind, LINES, KEPT), GRIDS[-1])
        print(f"{kind:10} {every:6.1f} {few:6.1f} {few / every:5.2f}")


if __name__ == "__main__":
    main()
