"""Measure the function against a table that takes its time (`python -m benchmarks.latency`), and model its memory.

A function of 1,769 MB has one processor, and a smaller one its share of it. So a million lines take the processor time
that was measured, divided by that share, or the time of all writes, a window of them at once, if that is longer.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from log_processor.storing.batches import BATCH_ITEMS
from log_processor.storing.write_window import WINDOW_BATCHES

from benchmarks.function import process_object, start_function
from benchmarks.ranges import build_block
from benchmarks.stub import Repeated, Stub

MILLION = 1_000_000
PROCESSOR_MB = 1769
"""The memory with which Lambda gives one processor (AWS Lambda Developer Guide, Configure function memory)."""
MEMORY_MB = (128, 256, 512, 1024, 1769, 3008)


@dataclass(frozen=True, slots=True)
class Pace:
    """What a million lines take with so much memory."""

    memory_mb: int
    seconds: float
    gb_seconds: float


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure lines a second and processor time a line, print them with the model, and write them to the report."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.latency", description=__doc__)
    parser.add_argument("--object-mb", type=int, default=32, help="size of the object (default: 32)")
    parser.add_argument("--write-ms", type=float, default=20, help="time of one write in ms (default: 20)")
    parser.add_argument("--report", type=Path, default=Path("build/bench/latency.json"), help="where the figures go")
    options = parser.parse_args(arguments)
    block, write_s = build_block(), options.write_ms / 1000
    objects = {"a.log": Repeated(block, 1), "b.log": Repeated(block, options.object_mb)}
    lines = options.object_mb * block.count(b"\n")
    with Stub(objects, write_s) as stub, start_function(stub) as child:
        process_object(child, stub, "a.log")  # so that the start of the process is not measured
        before_s = child.cpu_s
        run = process_object(child, stub, "b.log")
        cpu_s = child.cpu_s - before_s
    print(f"{lines:,} lines, {options.write_ms:g} ms a write, {WINDOW_BATCHES} writes at once")
    print(f"{lines / run.seconds:,.0f} lines/s; {cpu_s / lines * MILLION:.1f} µs of processor time a line")
    print(f"\n{'memory':>9} {'s a million lines':>18} {'GB-s':>6}")
    paces = [model_pace(memory_mb, cpu_s / lines, write_s) for memory_mb in MEMORY_MB]
    for pace in paces:
        print(f"{pace.memory_mb:>6} MB {pace.seconds:>18.0f} {pace.gb_seconds:>6.1f}")
    report = {
        "lines_per_second": round(lines / run.seconds),
        "cpu_us_per_line": round(cpu_s / lines * MILLION, 2),
        "gb_seconds": {str(pace.memory_mb): round(pace.gb_seconds, 1) for pace in paces},
    }
    options.report.parent.mkdir(parents=True, exist_ok=True)
    options.report.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    return 0


def model_pace(memory_mb: int, cpu_s_per_line: float, write_s: float) -> Pace:
    """Return the seconds and GB-seconds of a million lines in one function of so much memory."""
    processors = min(1.0, memory_mb / PROCESSOR_MB)  # the function reads in one thread
    writing_s = MILLION / BATCH_ITEMS * write_s / WINDOW_BATCHES
    seconds = max(MILLION * cpu_s_per_line / processors, writing_s)
    return Pace(memory_mb, seconds, seconds * memory_mb / 1024)


if __name__ == "__main__":
    sys.exit(main())
