"""Compare the function's peak memory for 2 GB of logs with that for 2 MB (`python -m benchmarks.memory`)."""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.function import Run, process_object, start_function
from benchmarks.packed import COMPRESSIONS, repeat_block
from benchmarks.stub import Stub

MIB = 1024 * 1024
LINE_BYTES = 4096
MAX_GROWTH_MB = 32
MAX_GROWTHS_MB = dict.fromkeys(("plain", *COMPRESSIONS, "zip"), MAX_GROWTH_MB) | {"window": MAX_GROWTH_MB + 64}
"""By kind of object; `window` is zstd with the largest window that is read, 64 MiB, which the function has to hold."""

MAX_LARGE_MB = {"bzip2": 64}
"""How much of a slow compression one invocation can pass over."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; return 1 if a large object takes too much more than a small one, else 0."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.memory", description=__doc__)
    parser.add_argument("--large-mb", type=int, default=2048, help="size of the large object (default: 2048)")
    parser.add_argument("--report", type=Path, default=Path("build/bench/memory.json"), help="where the figures go")
    parser.add_argument(
        "--kinds", nargs="+", default=list(MAX_GROWTHS_MB), choices=MAX_GROWTHS_MB, help="all, if not given"
    )
    options = parser.parse_args(arguments)
    report = {
        kind: measure_peaks(kind, min(options.large_mb, MAX_LARGE_MB.get(kind, options.large_mb)))
        for kind in options.kinds
    }
    options.report.parent.mkdir(parents=True, exist_ok=True)
    options.report.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    return int(any(peaks["more_mb"] > MAX_GROWTHS_MB[kind] for kind, peaks in report.items()))


def measure_peaks(kind: str, large_mb: int) -> dict[str, float]:
    """Return the peak memory of two processes, one for each size, in MB."""
    small, large = (_run(kind, megabytes) for megabytes in (2, large_mb))
    peaks = {"small_mb": small.peak_mb, "large_mb": large.peak_mb, "more_mb": large.peak_mb - small.peak_mb}
    print(
        f"{kind:>6}: peak {small.peak_mb} MB for 2 MB, {large.peak_mb} MB for {large_mb} MB "
        f"({large.invocations} invocations, {large.seconds:.0f} s): {peaks['more_mb']} MB more"
    )
    return peaks | {"invocations": large.invocations, "seconds": round(large.seconds, 1)}


def _run(kind: str, megabytes: int) -> Run:
    with Stub({f"{kind}.log": repeat_block(kind, _build_lines(), megabytes)}) as stub, start_function(stub) as child:
        run = process_object(child, stub, f"{kind}.log")
        expected = megabytes * MIB // LINE_BYTES
        if stub.stored < expected:
            raise AssertionError(f"{stub.stored} of {expected} records were stored")
        return run


def _build_lines() -> bytes:
    """Return a MiB of lines."""
    return b"".join(_build_line(number) for number in range(MIB // LINE_BYTES))


def _build_line(number: int) -> bytes:
    """Return a JSON line of 4 KiB with its line end."""
    head = b'{"time":"2026-05-04T10:00:%02dZ","level":"info","n":%d,"msg":"' % (number % 60, number)
    words = b"".join(b"%x " % (number * step % 999_983) for step in range(1, 700))
    return head + words[: LINE_BYTES - len(head) - 3] + b'"}\n'


if __name__ == "__main__":
    sys.exit(main())
