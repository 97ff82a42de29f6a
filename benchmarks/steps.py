"""Measure the steps of a record in one thread without a network: read its line, parse it, make the record, encode it.

Run `PYTHONPATH=functions python -m benchmarks.steps`. The least of several rounds counts.
"""

import sys
import time
from collections.abc import Callable, Iterator

from log_processor.collector import keep_all
from log_processor.formats.lib.format import Parsed
from log_processor.formats.registry import BY_NAME
from log_processor.reading.codecs.expansion import ExpansionLimits
from log_processor.reading.range_records import open_records
from log_processor.reading.records import build_record
from log_processor.record import LogRecord, RawRecord
from log_processor.routing.lib.route import DEFAULT
from log_processor.storing.items import ItemEncoder
from log_processor.work.ranges import ObjectRange

from benchmarks.paces import OBJECTS
from benchmarks.packs import DIGEST, FACTS, VERSION

COUNT = 20_000
ROUNDS = 7
CHUNK_BYTES = 256 * 1024
LIMITS = ExpansionLimits(1_000, 1 << 40)
FORMATS = {"combined": "combined", "ALB": "alb", "CloudTrail": "cloudtrail"}


def measure_steps(kind: str) -> dict[str, float]:
    """Return the microseconds of processor time that each step takes a record."""
    stored = OBJECTS[kind](COUNT)
    data = b"".join(stored.read_from(0))
    parse, encoder = BY_NAME[FORMATS[kind]].parse, ItemEncoder(FACTS, index_shards=8, record_ttl_days=90)
    raws = list(_read(data))
    matches = [(FORMATS[kind], parsed) for raw in raws if (parsed := parse(raw.text, 0)) is not None]
    if len(matches) != len(raws):
        raise ValueError(f"not every record is {kind}")
    records = list(_make(raws, matches))
    keep_all()  # the function holds a batch of them at most, and looks for cycles in no more
    steps: dict[str, Callable[[], object]] = {
        "lines or elements, decoded to text": lambda: sum(1 for _ in _read(data)),
        "parse": lambda: sum(1 for raw in raws if parse(raw.text, 0)),
        "make the record": lambda: sum(1 for _ in _make(raws, matches)),
        "encode": lambda: sum(1 for record in records if encoder.encode(record)),
    }
    return {name: min(_measure_s(run) for _ in range(ROUNDS)) / len(raws) * 1e6 for name, run in steps.items()}


def _read(data: bytes) -> Iterator[RawRecord]:
    work = ObjectRange("logs", "a.log", VERSION, None)
    chunks = (data[at : at + CHUNK_BYTES] for at in range(0, len(data), CHUNK_BYTES))
    for block in open_records(chunks, work, DEFAULT, 0, LIMITS).blocks:
        yield from block


def _make(raws: list[RawRecord], matches: list[tuple[str, Parsed]]) -> Iterator[LogRecord]:
    return (build_record(raw, match, DIGEST, 0) for raw, match in zip(raws, matches, strict=True))


def _measure_s(run: Callable[[], object]) -> float:
    begun = time.process_time()
    run()
    return time.process_time() - begun


def main() -> int:
    """Print the steps of each kind of object."""
    for kind in FORMATS:
        for name, taken in measure_steps(kind).items():
            print(f"{kind}, {name}: {taken:.1f} µs")
    return 0


if __name__ == "__main__":
    sys.exit(main())
