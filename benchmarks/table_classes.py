"""Compare the classes of the log table: what a GB of lines costs to write and to keep, and from when on which is less.

Run `python -m benchmarks.table_classes`.
"""

import sys
import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

from log_processor.storing.items import ItemEncoder

from benchmarks.cost import PRICES
from benchmarks.packs import FACTS, Stored, measure, pack_records, read_lines
from ops.pricing.usage import GB, PRICES_OF

COMPARED = ("combined", "JSON", "ALB")


def build_rows(prices: Mapping[str, Any]) -> Iterator[str]:
    """Yield the rows of the table: the first figure of a cell is that of class Standard."""
    yield "| stored as | $ to write a GB | $ to keep it a month | months from which Infrequent Access is cheaper |"
    yield "|---|---|---|---|"
    for kind in COMPARED:
        size, records = read_lines(kind)
        items = ItemEncoder(FACTS, index_shards=8, record_ttl_days=0)
        count = len(records)
        lines_a_gb = GB / (size / count)
        single, packed = measure(map(items.encode, records), count), measure(pack_records(records), count)
        for name, stored in (("records", single), ("packs", packed)):
            yield f"| {kind}, {name} | {_build_cells(stored, lines_a_gb, prices)} |"


def _build_cells(stored: Stored, lines_a_gb: float, prices: Mapping[str, Any]) -> str:
    """Return the cells of a row; what the backup costs is the same in both classes, and left out."""
    tables = [prices[name] for name in PRICES_OF.values()]
    writes = [lines_a_gb * stored.units * table["million_write_units"] / 1e6 for table in tables]
    months = [lines_a_gb * stored.kept_bytes / GB * table["gb_month"] for table in tables]
    even = (writes[1] - writes[0]) / (months[0] - months[1])
    pairs = [", ".join(f"{dollars:.3g}" for dollars in pair) for pair in (writes, months)]
    return f"{' | '.join(pairs)} | {even:.1f}"


def main() -> int:
    """Print the table."""
    print("\n".join(build_rows(tomllib.loads(PRICES.read_text("utf-8")))))
    return 0


if __name__ == "__main__":
    sys.exit(main())
