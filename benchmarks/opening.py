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

from benchmarks.checkouts import HERE, Compare, Ratios, report_ratios

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


def measure_ratios(compare: Compare) -> Ratios:
    """Yield the ratio of each format: the median of its objects."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "object.log"
        for name, objects in build_objects().items():
            ratios = []
            for content in objects:
                path.write_bytes(content)
                ratios.append(compare(path))
            yield name, median(ratios), BOUND


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the ratios of all formats; return 1 if one is over the bound."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.opening", description=__doc__)
    return report_ratios(parser, arguments, WORKER, measure_ratios)


if __name__ == "__main__":
    sys.exit(main())
