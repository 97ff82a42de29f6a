"""Print what the function takes beside the goals (`python -m benchmarks.table`), as ratios wherever two sides are.

Both sides of a ratio run in one run, by turns, on one core, against a stub of AWS on loopback in another process. The
processor time of a side is the least of its rounds. A row that was not measured misses its goal.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.chart import draw_chart
from benchmarks.rows import ROWS, Figures, Row, Sizes

QUICK = Sizes(lines=40_000, slow_lines=40_000, plain_lines=1_000, rounds=1, large_mb=32, memory_mb=192, range_mib=4)
FULL = Sizes(
    lines=200_000, slow_lines=400_000, plain_lines=5_000, rounds=3, large_mb=1024, memory_mb=2048, range_mib=16
)


@dataclass(frozen=True, slots=True)
class Result:
    """A row with what was measured; without figures, the reason."""

    row: Row
    figures: Figures | None
    reason: str = ""

    @property
    def is_missed(self) -> bool:
        """Tell whether the goal is not reached, or nothing was measured."""
        return self.figures is None or not self.row.is_reached_by(self.figures.value)

    def describe(self) -> str:
        """Return the line of the table."""
        row = self.row
        goal = "shown" if row.goal is None else f"{'≤' if row.is_limit else '≥'} {row.goal:g}"
        value = "-" if self.figures is None else f"{self.figures.value:,.2f}"
        verdict = self.reason or ("MISSED" if self.is_missed else "reached" if row.goal is not None else "")
        return f"{row.name:<58} {value:>9} {row.unit:<4} {goal:>9}  {verdict}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table, and write the figures and the chart; return 1 if a gate is missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.table", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="smaller objects, one round: within three minutes")
    parser.add_argument("--rows", default="", metavar="WORD", help="only the rows whose names have it")
    parser.add_argument("--report", type=Path, default=Path("build/bench.json"), help="where the figures go")
    options = parser.parse_args(arguments)
    results = []
    for row in ROWS:
        if options.rows in row.name:
            results.append(measure(row, QUICK if options.quick else FULL))
            print(results[-1].describe(), flush=True)
    options.report.parent.mkdir(parents=True, exist_ok=True)
    options.report.write_text(json.dumps([_report(result) for result in results], indent=2) + "\n", encoding="utf-8")
    measured = [(result.row, result.figures) for result in results if result.figures is not None]
    options.report.with_suffix(".svg").write_text(draw_chart(measured), encoding="utf-8")
    return int(any(result.is_missed and result.row.is_gate for result in results))


def measure(row: Row, sizes: Sizes) -> Result:
    """Return the result of a row."""
    figures = row.measure(sizes)
    return Result(row, figures, "" if figures else f"not measured: {row.package} is not installed")


def _report(result: Result) -> dict[str, object]:
    row, figures = result.row, result.figures
    return {
        "name": row.name,
        "unit": row.unit,
        "goal": row.goal,
        "goal_is_limit": row.is_limit,
        "value": figures and round(figures.value, 3),
        "missed": result.is_missed,
        "raw": {name: round(value, 3) for name, value in figures.raw.items()} if figures else {},
    }


if __name__ == "__main__":
    sys.exit(main())
