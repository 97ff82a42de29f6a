"""Measure how many MB a second of a processor each compression gives (`python -m benchmarks.decompressing`).

An invocation that continues a compressed object decompresses again what is stored already, so this bounds how large
such an object may be.
"""

import random
import statistics
import sys
import time

from log_processor.reading.codecs.expansion import ExpansionLimits
from log_processor.reading.decompress import decompress

from benchmarks.packed import COMPRESSIONS
from emulator.samples.lines import generate_combined

CHUNK_BYTES = 1024 * 1024
LINES = 100_000
ROUNDS = 5
LIMITS = ExpansionLimits(ratio=1_000, total_bytes=1 << 40)


def main() -> int:
    """Print the median of some rounds for each compression, of access lines."""
    body = "\n".join(generate_combined(random.Random(1), LINES)).encode()
    for name, compress in COMPRESSIONS.items():
        content = compress(body)
        paces = [measure_mb_s(content) for _ in range(ROUNDS)]
        print(f"{name}: {statistics.median(paces):.0f} MB/s, {len(body) / len(content):.1f} times smaller")
    return 0


def measure_mb_s(content: bytes) -> float:
    """Return the decompressed megabytes for each second of processor time."""
    chunks = (content[at : at + CHUNK_BYTES] for at in range(0, len(content), CHUNK_BYTES))
    begun = time.process_time()
    size_bytes = sum(map(len, decompress(chunks, LIMITS).chunks))
    return size_bytes / 1e6 / (time.process_time() - begun)


if __name__ == "__main__":
    sys.exit(main())
