"""Compare reading in ranges of several sizes with reading in one pass (`python -m benchmarks.ranges`)."""

import argparse
import itertools
import json
import random
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.function import Run, process_object, start_function
from benchmarks.stub import Repeated, Stub
from emulator.samples import lines

MIB = 1024 * 1024
WHOLE = 1 << 40
SIZES_MB = (1, 4, 16, 32, 64)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure the seconds for each size, print them, and write them to the report."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.ranges", description=__doc__)
    parser.add_argument("--object-mb", type=int, default=128, help="size of the object (default: 128)")
    parser.add_argument("--report", type=Path, default=Path("build/bench/ranges.json"), help="where the figures go")
    options = parser.parse_args(arguments)
    block = build_block()
    whole = _run(block, options.object_mb, WHOLE)
    print(f"one pass: {whole.seconds:.1f} s, {options.object_mb / whole.seconds:.1f} MB/s")
    report: dict[str, float] = {"one_pass_s": round(whole.seconds, 2)}
    for size_mb in SIZES_MB:
        run = _run(block, options.object_mb, size_mb * MIB)
        ratio = run.seconds / whole.seconds
        report[f"{size_mb}_mb_ratio"] = round(ratio, 3)
        print(f"ranges of {size_mb:>2} MB: {run.invocations:>3} invocations, {ratio:.2f} of one pass")
    options.report.parent.mkdir(parents=True, exist_ok=True)
    options.report.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    return 0


def _run(block: bytes, megabytes: int, range_bytes: int) -> Run:
    times = megabytes * MIB // len(block)
    settings = {"RANGE_BYTES": str(range_bytes), "SPLIT_THRESHOLD_BYTES": str(min(range_bytes, WHOLE))}
    objects = {"a.log": Repeated(block, 1), "b.log": Repeated(block, times)}
    with Stub(objects) as stub, start_function(stub, None, **settings) as child:
        process_object(child, stub, "a.log")  # so that the start of the process is not measured
        return process_object(child, stub, "b.log")


def build_block() -> bytes:
    """Return whole access lines of a little over 1 MiB."""
    access_lines = lines.generate_combined(random.Random(1), 10_000)
    text = ("\n".join(access_lines) + "\n").encode()
    size = next(end for end in itertools.count(min(len(text), MIB) - 1) if text[end : end + 1] == b"\n") + 1
    return text[:size]


if __name__ == "__main__":
    sys.exit(main())
