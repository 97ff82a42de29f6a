"""Write a run's report as `chaos.json`, and print it."""

import json
from pathlib import Path
from typing import Any

from rich.console import Console

from emulator.chaos.check import Verdict
from emulator.chaos.faults import Faults
from emulator.chaos.run import RunPlan
from emulator.terminal import indent


def build_report(plan: RunPlan, verdict: Verdict, faults: Faults, invocations: int, seconds: float) -> dict[str, Any]:
    """Return the report of a run; its `faults` map each kind of fault to how often it occurred."""
    return {
        "seed": plan.seed,
        "records": verdict.records,
        "lost": verdict.lost,
        "duplicates": verdict.duplicates,
        "unaccounted_ranges": verdict.unaccounted_ranges,
        "rejected": verdict.rejected,
        "continuations": verdict.continuations,
        "split_objects": verdict.split_objects,
        "invocations": invocations,
        "seconds": round(seconds, 1),
        "faults": dict(sorted(faults.counts.items())),
        "problems": verdict.problems,
    }


def write(report: dict[str, Any], path: Path) -> None:
    """Write the report as JSON."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")


def show(report: dict[str, Any], console: Console) -> None:
    """Print the report in a few lines."""
    counts = [name for name in report if name not in {"faults", "problems"}]
    console.print("  ".join(f"{name} {report[name]}" for name in counts))
    for kind, count in report["faults"].items():
        console.print(f"  {count:>7}  {kind}")
    for problem in report["problems"]:
        console.print(indent(f"problem: {problem}", 2))
    console.print("Nothing lost, nothing twice." if not report["problems"] else "The account does not close.")
