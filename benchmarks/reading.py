"""Compare the speed of reading with that of another checkout (`python -m benchmarks.reading BASE`).

Both read the same objects, each in a process of its own, by turns, and never at once. What is printed are ratios: the
processor time of this checkout by that of the base, the median of all rounds. It is the time of the whole function
without a network: records are joined, parsed, encoded and handed over to a table that takes them.
"""

import argparse
import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from emulator.samples import lines

HERE = Path(__file__).resolve().parents[1]
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


class Worker:
    """A process that reads objects with the code of one checkout, as its `script` says."""

    def __init__(self, checkout: Path, script: Path = WORKER) -> None:
        environment = os.environ | {"PYTHONPATH": f"{checkout}{os.pathsep}{checkout / 'functions'}"}
        self._process = subprocess.Popen(
            [sys.executable, script], cwd=checkout, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )

    def measure(self, path: Path) -> float:
        """Return the seconds of processor time that reading the object at `path` takes."""
        stdin, stdout = self._process.stdin, self._process.stdout
        if stdin is None or stdout is None:
            raise ValueError("the worker has no pipes")
        stdin.write(f"{path}\n".encode())
        stdin.flush()
        return float(stdout.readline())

    def close(self) -> None:
        """End the process."""
        self._process.communicate()


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the ratios of all objects; return 1 if one is over its bound."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.reading", description=__doc__)
    parser.add_argument("base", type=Path, metavar="BASE", help="the checkout to compare with")
    parser.add_argument("checkout", type=Path, nargs="?", default=HERE, help="what is compared (default: this one)")
    parser.add_argument("--rounds", type=int, default=15, help="how often each object is read by each (default: 15)")
    options = parser.parse_args(arguments)
    check_checkouts(parser, options.base, options.checkout)
    workers = Worker(options.base.resolve()), Worker(options.checkout.resolve())
    slow = 0
    with tempfile.TemporaryDirectory() as folder:
        for name, kind in OBJECTS.items():
            path = Path(folder) / f"{name}.log"
            path.write_text(kind.write(LINES), encoding="utf-8")
            ratio = compare(workers, path, options.rounds)
            is_slow = ratio > kind.bound
            slow += is_slow
            print(f"{name:<18} {ratio:.3f} of the base, {kind.bound:.2f} accepted{' SLOW' if is_slow else ''}")
    for worker in workers:
        worker.close()
    return int(slow > 0)


def check_checkouts(parser: argparse.ArgumentParser, *checkouts: Path) -> None:
    """Refuse a folder that is no checkout."""
    for checkout in checkouts:
        if not (checkout / "functions" / "log_processor").is_dir():
            parser.error(f"{checkout} is no checkout of this project: it has no functions/log_processor")


def compare(workers: tuple[Worker, Worker], path: Path, rounds: int) -> float:
    """Return how many times the first worker's time the second takes: the median of so many rounds.

    Both read in each round, by turns first. So what else the machine does meets both, and no lucky reading decides.
    """
    base, ours = workers
    ratios = []
    for number in range(rounds):
        first, second = (worker.measure(path) for worker in (workers if number % 2 else (ours, base)))
        ratios.append(second / first if number % 2 else first / second)
    return median(ratios)


if __name__ == "__main__":
    sys.exit(main())
