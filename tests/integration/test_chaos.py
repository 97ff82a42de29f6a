"""Under faults no record of the deployed pipeline is lost or duplicated, and a broken pipeline is noticed."""

import re
from pathlib import Path

import pytest

from emulator.chaos.broken import BREAKS, deploy_broken
from emulator.chaos.check import Verdict
from emulator.chaos.deployed import DeployedPipeline
from emulator.chaos.run import Run, RunPlan

pytestmark = pytest.mark.integration

RARE = ("SendMessage", "ReceiveMessage", "PutObject", "CopyObject")
SEED = 20260504
RECORDS = 8_000
BREAK_RECORDS = 20_000
MOST_KILLS = 1
"""Of the three attempts that an event has, one is killed and one may starve beside the other tests."""
MOST_RUNS = 3
"""The order of requests is chance, so a break need not show in each run; it has to in one of so many."""


def run(pipeline: DeployedPipeline, folder: Path, prefix: str) -> tuple[Run, Verdict]:
    chaos = Run(pipeline, RunPlan(SEED, RECORDS, prefix, max_kills=MOST_KILLS), folder)
    return chaos, chaos.execute()


def test_nothing_is_lost_or_doubled_under_faults(pipeline: DeployedPipeline, tmp_path: Path) -> None:
    """After throttling, errors, resets, kills, deadlines and duplicates, each record is stored or rejected once.

    A run this small uses the work queue and the archive too seldom to meet every fault of them; the full run has to
    meet them all. An audit finds what the deployments in its middle left, and closes after its repair.
    """
    chaos, verdict = run(pipeline, tmp_path, "healthy/")
    assert verdict.problems == []
    assert verdict.records > RECORDS * 0.9
    assert (verdict.lost, verdict.duplicates, verdict.unaccounted_ranges) == (0, 0, 0)
    assert verdict.rejected > 0
    assert verdict.split_objects > 0
    assert [kind for kind in chaos.faults.list_missing() if not kind.startswith(RARE)] == []
    assert chaos.audit() == []


@pytest.mark.parametrize("name", BREAKS)
def test_a_broken_pipeline_is_noticed(pipeline: DeployedPipeline, tmp_path: Path, name: str) -> None:
    """The verdict shows what each break would do to somebody's logs, under the one fault that brings it out."""
    change = BREAKS[name]
    broken = deploy_broken(pipeline, name)
    for seed in range(SEED, SEED + MOST_RUNS):
        plan = RunPlan(seed, BREAK_RECORDS, f"broken-{name}-{seed}/", change.only, change.faults)
        verdict = Run(broken, plan, tmp_path).execute()
        if any(re.search(change.sign, problem) for problem in verdict.problems):
            return
    pytest.fail(f"{MOST_RUNS} runs did not show what the break {name!r} does")
