"""Compare the processor time that two checkouts take for the same objects, each in a process of its own, by turns."""

import argparse
import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from statistics import median

HERE = Path(__file__).resolve().parents[1]
Compare = Callable[[Path], float]
"""Takes an object, and returns how many times the base's time it takes this checkout."""
Ratios = Iterable[tuple[str, float, float]]
"""What was compared, by name: its ratio, and the highest one that is accepted."""


class Worker:
    """A process that reads objects with the code of one checkout, as its `script` says."""

    def __init__(self, checkout: Path, script: Path) -> None:
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
        while (line := stdout.readline()).startswith(b"{"):
            continue  # the function writes what it did to the same output, as objects of JSON
        return float(line)

    def close(self) -> None:
        """End the process."""
        self._process.communicate()


def report_ratios(
    parser: argparse.ArgumentParser, arguments: Sequence[str] | None, script: Path, measure: Callable[[Compare], Ratios]
) -> int:
    """Print the ratios that `measure` finds for two checkouts; return 1 if one is over its bound."""
    parser.add_argument("base", type=Path, metavar="BASE", help="the checkout to compare with")
    parser.add_argument("checkout", type=Path, nargs="?", default=HERE, help="what is compared (default: this one)")
    parser.add_argument("--rounds", type=int, default=15, help="how often each reads each object (default: 15)")
    options = parser.parse_args(arguments)
    _check_checkouts(parser, options.base, options.checkout)
    workers = Worker(options.base.resolve(), script), Worker(options.checkout.resolve(), script)
    slow = 0
    for name, ratio, bound in measure(partial(compare, workers, rounds=options.rounds)):
        is_slow = ratio > bound
        slow += is_slow
        print(f"{name:<18} {ratio:.3f} of the base, {bound:.2f} accepted{' SLOW' if is_slow else ''}")
    for worker in workers:
        worker.close()
    return int(slow > 0)


def _check_checkouts(parser: argparse.ArgumentParser, *checkouts: Path) -> None:
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
