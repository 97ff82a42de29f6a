"""Judge the plans of a pull request, and show them in its one comment: `make review` runs it.

The plans are those that `make diff REPORT=build/plans` wrote. The exit code is 1 if one is missing or none was made, or
if what holds data would be destroyed or replaced, unless `DATA_LOSS=allowed`. `GITHUB_TOKEN`, `GITHUB_REPOSITORY` and
`PR` name the pull request; without them the comment is only printed.
"""

import json
import os
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from toolchain.github import GitHubError, Repository

MARKER = "<!-- the plans of this pull request -->"
PLANS = Path("build") / "plans"
CHARACTERS = 60_000
"""How many characters of plans a comment holds; GitHub takes 65,536."""
LABEL = "data-loss"
COLOUR = re.compile(r"\x1b\[[0-9;]*m")

Report = Mapping[str, Any]


def _list_environments(environ: Mapping[str, str]) -> list[str]:
    """Return the environments to judge: those that the job names, which may be none; else those with a plan."""
    if named := environ.get("ENVIRONMENTS"):
        environments: list[str] = json.loads(named)
        return environments
    return sorted(path.stem for path in PLANS.glob("*.json")) or sys.exit(
        f"error: {PLANS} holds no plan: make diff REPORT={PLANS} writes one"
    )


def read_reports(folder: Path, environments: Sequence[str]) -> dict[str, Report | None]:
    """Return the report of each environment, None if it is missing."""
    paths = {name: folder / f"{name}.json" for name in environments}
    return {name: json.loads(path.read_text("utf-8")) if path.is_file() else None for name, path in paths.items()}


def judge(reports: Mapping[str, Report | None], *, may_lose_data: bool) -> list[str]:
    """Return why the pull request may not be merged; empty if it may."""
    return [
        f"{name}: {reason}"
        for name, one in reports.items()
        if (reason := _find_fault(one, may_lose_data=may_lose_data))
    ]


def _find_fault(report: Report | None, *, may_lose_data: bool) -> str:
    if report is None:
        return "no plan was made; the job of its environment says why"
    plan = report["plan"]
    if plan["losses"] and not may_lose_data:
        return f"data would be lost: the label '{LABEL}' allows it"
    if plan["exit_code"] == 1:
        return " ".join(report["lines"])
    return ""


def write_page(reports: Mapping[str, Report | None], faults: Sequence[str]) -> str:
    """Return the comment in Markdown: what holds it up, then the plan of each environment."""
    verdict = [f"- **refused:** {fault}" for fault in faults] or ["Nothing that holds data would go unasked."]
    room = CHARACTERS // max(1, len(reports))
    plans = [line for name, report in reports.items() for line in _describe(name, report, room)]
    return "\n".join(
        ["## What a merge would change", "", *verdict, "", *(plans or ["No environment is affected."]), ""]
    )


def _describe(name: str, report: Report | None, room: int) -> Iterator[str]:
    yield f"### {name}"
    if report is None:
        yield "no plan"
        return
    actions = report["plan"]["actions"]
    counted = ", ".join(f"{count} to {action}" for action, count in sorted(actions.items()))
    yield "; ".join([counted or "no changes", *report["lines"]])
    shown = COLOUR.sub("", report["diff"]).replace("```", "'''").strip()
    if len(shown) > room:
        shown = f"{shown[:room]}\n… {len(shown) - room:,} characters more: see the log of the job"
    yield from ("", "<details><summary>cdktf diff</summary>", "", "```", shown, "```", "", "</details>", "")


def main() -> int:
    """Print the comment and write it to the pull request; return 1 if it is refused."""
    reports = read_reports(PLANS, _list_environments(os.environ))
    faults = judge(reports, may_lose_data=os.environ.get("DATA_LOSS") == "allowed")
    page = write_page(reports, faults)
    sys.stdout.write(page)
    if os.environ.get("PR") and os.environ.get("GITHUB_TOKEN"):
        try:
            Repository(os.environ).write_comment(int(os.environ["PR"]), MARKER, page)
        except GitHubError as error:
            sys.exit(f"error: {error}")
    return int(bool(faults))


if __name__ == "__main__":
    sys.exit(main())
