"""Run command lines at the same time: `python -m toolchain.side_by_side LINE LINE …`.

The first one's output is shown as it comes, that of each other when all have ended, so that no two are mixed. The exit
code is 1 if one of them failed, and the last lines say which. An interruption ends the lines, and is waited for.
"""

import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path


def run_side_by_side(lines: Sequence[str]) -> list[str]:
    """Run all lines, each by bash, and return those that failed."""
    signal.signal(signal.SIGINT, lambda *_: None)  # each line is interrupted by itself, and may tidy up
    with tempfile.TemporaryDirectory() as folder:
        outputs = [None, *(Path(folder) / str(number) for number in range(1, len(lines)))]
        processes = [_start(line, output) for line, output in zip(lines, outputs, strict=True)]
        codes = [process.wait() for process in processes]
        for line, output in zip(lines, outputs, strict=True):
            if output is not None:
                print(f"\n$ {line}\n{output.read_text('utf-8', 'replace')}", end="", flush=True)
    return [line for line, code in zip(lines, codes, strict=True) if code]


def _start(line: str, output: Path | None) -> "subprocess.Popen[bytes]":
    command = ["bash", "-c", line]
    if output is None:
        return subprocess.Popen(command)
    with output.open("wb") as file:
        return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=file, stderr=subprocess.STDOUT)


def main(lines: Sequence[str]) -> int:
    """Run the lines and name those that failed."""
    failed = run_side_by_side(lines)
    for line in failed:
        print(f"failed: {line}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
