"""Compare the speed of reading with that of another checkout (`python -m benchmarks.reading BASE`).

Both read the same objects, each in a process of its own, by turns, and never at once. What is printed are ratios: the
processor time of this checkout by that of the base, the median of all rounds. It is the time of the whole function
without a network: records are joined, parsed, encoded and handed over to a table that takes them.
"""

import argparse
import random
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.checkouts import Compare, Ratios, report_ratios
from emulator.samples import lines

WORKER = Path(__file__).with_name("reading_worker.py")
LINES = 10_000
TIMED = "2026-05-04 10:00:{second:02d},{ms:03d} [worker-{n}] INFO org.example.Orders - order {n} is ready"
TRACE = "java.io.IOException: no space left\n\tat org.example.Store.write({n})\n\tat org.example.App.run(App.java:17)"


@dataclass(frozen=True, slots=True)
class Kind:
    """One object to read: its records, and the highest ratio that is accepted.

    The records are drawn by a function, or repeat a pattern with a second, milliseconds and a running number.
    """

    records: Callable[[random.Random, int], lines.Lines] | str
    bound: float

    def write(self, count: int) -> str:
        """Return the object of so many records."""
        if isinstance(self.records, str):
            records = [self.records.format(second=n % 60, ms=n % 1_000, n=n) for n in range(count)]
        else:
            records = list(self.records(random.Random(1), count))
        return "".join(f"{record}\n" for record in records)


OBJECTS = {
    "combined": Kind(lines.generate_combined, 1.05),
    "ALB": Kind(lines.generate_load_balancer, 1.05),
    "syslog": Kind(lines.generate_syslog, 1.05),
    "JSON": Kind(lines.generate_json, 1.05),
    "java": Kind(TIMED, 1.05),
    "java with traces": Kind(f"{TIMED}\n{TRACE}", 1.05),
    "klog": Kind("I0504 10:00:{second:02d}.{ms:03d}000    1234 server.go:42] request {n} is done", 1.05),
    "text": Kind("Loading module {n} of the shop, which takes {ms} ms", 1.15),
    "timed text": Kind("[2026-05-04 10:00:{second:02d}] production.ERROR: order {n} has no route", 1.30),
}


def measure_ratios(compare: Compare) -> Ratios:
    """Yield the ratio of each object."""
    with tempfile.TemporaryDirectory() as folder:
        for name, kind in OBJECTS.items():
            path = Path(folder) / f"{name}.log"
            path.write_text(kind.write(LINES), encoding="utf-8")
            yield name, compare(path), kind.bound


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the ratios of all objects; return 1 if one is over its bound."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.reading", description=__doc__)
    return report_ratios(parser, arguments, WORKER, measure_ratios)


if __name__ == "__main__":
    sys.exit(main())
