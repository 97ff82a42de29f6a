"""Peak memory of the function's process: 2 GB of logs against 2 MB, plain and gzip (`python -m benchmarks.memory`)."""

import argparse
import gzip
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.function import Run, function, process
from benchmarks.stub import Repeated, Stub

MIB = 1024 * 1024
LINE_BYTES = 4096
LIMIT_MB = 32


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; 1 where the large object takes more than 32 MB more than the small one."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.memory", description=__doc__)
    parser.add_argument("--large-mb", type=int, default=2048, help="size of the large object (default: 2048)")
    parser.add_argument("--report", type=Path, default=Path("build/bench/memory.json"), help="where the figures go")
    options = parser.parse_args(arguments)
    report = {kind: measured(kind, options.large_mb) for kind in ("plain", "gzip")}
    options.report.parent.mkdir(parents=True, exist_ok=True)
    options.report.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    return int(any(found["more_mb"] > LIMIT_MB for found in report.values()))


def measured(kind: str, large_mb: int) -> dict[str, float]:
    """The peaks of two processes, one for each size."""
    small, large = (_run(kind, megabytes) for megabytes in (2, large_mb))
    found = {"small_mb": small.peak_mb, "large_mb": large.peak_mb, "more_mb": large.peak_mb - small.peak_mb}
    print(
        f"{kind:>6}: peak {small.peak_mb} MB for 2 MB, {large.peak_mb} MB for {large_mb} MB "
        f"({large.invocations} invocations, {large.seconds:.0f} s): {found['more_mb']} MB more"
    )
    return found | {"invocations": large.invocations, "seconds": round(large.seconds, 1)}


def _run(kind: str, megabytes: int) -> Run:
    lines = b"".join(_line(number) for number in range(MIB // LINE_BYTES))
    block = gzip.compress(lines, 6, mtime=0) if kind == "gzip" else lines
    with Stub({f"{kind}.log": Repeated(block, megabytes)}) as stub, function(stub) as child:
        run = process(child, stub, f"{kind}.log")
        expected = megabytes * MIB // LINE_BYTES
        if stub.stored < expected:
            raise AssertionError(f"{stub.stored} of {expected} records were stored")
        return run


def _line(number: int) -> bytes:
    """A JSON line of 4 KiB, its line end included."""
    head = b'{"time":"2026-05-04T10:00:%02dZ","level":"info","n":%d,"msg":"' % (number % 60, number)
    words = b"".join(b"%x " % (number * step % 999_983) for step in range(1, 700))
    return head + words[: LINE_BYTES - len(head) - 3] + b'"}\n'


if __name__ == "__main__":
    sys.exit(main())
