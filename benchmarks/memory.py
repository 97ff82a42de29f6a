"""Compare the function's peak memory for 2 GB of logs with that for 2 MB (`python -m benchmarks.memory`)."""

import argparse
import bz2
import gzip
import json
import lzma
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from backports import zstd

from benchmarks.function import Run, process_object, start_function
from benchmarks.stub import Repeated, Stub
from emulator.samples.compressed import compress_as_firehose

MIB = 1024 * 1024
LINE_BYTES = 4096
MAX_GROWTH_MB = 32
KINDS: Mapping[str, Callable[[bytes], bytes]] = {
    "plain": bytes,
    "gzip": gzip.compress,
    "zstd": zstd.compress,
    "bzip2": bz2.compress,
    "xz": lzma.compress,
    "Snappy": compress_as_firehose,
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; return 1 if the large object takes over 32 MB more than the small one, else 0."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.memory", description=__doc__)
    parser.add_argument("--large-mb", type=int, default=2048, help="size of the large object (default: 2048)")
    parser.add_argument("--report", type=Path, default=Path("build/bench/memory.json"), help="where the figures go")
    options = parser.parse_args(arguments)
    report = {kind: measure_peaks(kind, options.large_mb) for kind in KINDS}
    options.report.parent.mkdir(parents=True, exist_ok=True)
    options.report.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    return int(any(peaks["more_mb"] > MAX_GROWTH_MB for peaks in report.values()))


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
    lines = b"".join(_build_line(number) for number in range(MIB // LINE_BYTES))
    with Stub({f"{kind}.log": Repeated(KINDS[kind](lines), megabytes)}) as stub, start_function(stub) as child:
        run = process_object(child, stub, f"{kind}.log")
        expected = megabytes * MIB // LINE_BYTES
        if stub.stored < expected:
            raise AssertionError(f"{stub.stored} of {expected} records were stored")
        return run


def _build_line(number: int) -> bytes:
    """Return a JSON line of 4 KiB with its line end."""
    head = b'{"time":"2026-05-04T10:00:%02dZ","level":"info","n":%d,"msg":"' % (number % 60, number)
    words = b"".join(b"%x " % (number * step % 999_983) for step in range(1, 700))
    return head + words[: LINE_BYTES - len(head) - 3] + b'"}\n'


if __name__ == "__main__":
    sys.exit(main())
