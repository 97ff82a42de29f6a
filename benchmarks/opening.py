"""Compare the time until it is known how an object is read (`python -m benchmarks.opening BASE`).

An object of 64 KiB, of which a format is decided at most, is opened for each fixture: its lines, again and again. This
checkout and the base open it, each in a process of its own, by turns. What is printed are ratios of processor time: for
each format the median of its fixtures.
"""

import argparse
import sys
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from benchmarks.reading import HERE, Worker, check_checkouts, compare

WORKER = Path(__file__).with_name("opening_worker.py")
FIXTURES = HERE / "tests" / "fixtures" / "formats"
SAMPLE_BYTES = 64 * 1024
BOUND = 1.5


def build_objects() -> dict[str, list[bytes]]:
    """Return the objects of each format: the lines of each of its fixtures, repeated."""
    objects: defaultdict[str, list[bytes]] = defaultdict(list)
    for case in sorted(FIXTURES.rglob("*--*.log")):
        lines = case.read_bytes().rstrip(b"\n") + b"\n"
        objects[case.stem.partition("--")[0]].append(lines * (SAMPLE_BYTES // len(lines) + 1))
    return dict(sorted(objects.items()))


def measure_ratio(workers: tuple[Worker, Worker], content: bytes, rounds: int) -> float:
    """Return how many times the first worker's time the second takes to open an object."""
    with tempfile.NamedTemporaryFile(suffix=".log") as file:
        Path(file.name).write_bytes(content)
        return compare(workers, Path(file.name), rounds)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the ratios of all formats; return 1 if one is over the bound."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.opening", description=__doc__)
    parser.add_argument("base", type=Path, metavar="BASE", help="the checkout to compare with")
    parser.add_argument("checkout", type=Path, nargs="?", default=HERE, help="what is compared (default: this one)")
    parser.add_argument("--rounds", type=int, default=9, help="how often each object is opened by each (default: 9)")
    options = parser.parse_args(arguments)
    check_checkouts(parser, options.base, options.checkout)
    workers = Worker(options.base.resolve(), WORKER), Worker(options.checkout.resolve(), WORKER)
    slow = 0
    for name, objects in build_objects().items():
        ratio = median(measure_ratio(workers, content, options.rounds) for content in objects)
        is_slow = ratio > BOUND
        slow += is_slow
        print(f"{name:<18} {ratio:.2f} of the base, {BOUND} accepted{' SLOW' if is_slow else ''}")
    for worker in workers:
        worker.close()
    return int(slow > 0)


if __name__ == "__main__":
    sys.exit(main())
