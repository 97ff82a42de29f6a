"""The deployed pipeline under faults: the account closes, and a pipeline that is broken on purpose does not get by."""

from pathlib import Path

import pytest

from emulator.chaos.broken import BREAKS, deploy_broken
from emulator.chaos.check import Verdict
from emulator.chaos.deployed import Deployed
from emulator.chaos.run import Plan, Run

pytestmark = pytest.mark.integration

SEED = 20260504
RECORDS = 8_000


def run(pipeline: Deployed, folder: Path, prefix: str) -> tuple[Run, Verdict]:
    chaos = Run(pipeline.aws, pipeline.outputs, pipeline.layer, Plan(SEED, RECORDS, prefix), folder)
    return chaos, chaos.verdict()


def test_nothing_is_lost_or_doubled_under_faults(pipeline: Deployed, tmp_path: Path) -> None:
    """Throttling, errors, resets, kills, deadlines, duplicates: table, rejects and ledger hold each record once.

    A run so small hands on too little to meet every fault of the work queue; the full one has to meet them all.
    """
    chaos, verdict = run(pipeline, tmp_path, "healthy/")
    assert verdict.problems == []
    assert verdict.records > RECORDS * 0.9
    assert (verdict.lost, verdict.duplicates, verdict.unaccounted_ranges) == (0, 0, 0)
    assert verdict.rejected > 0
    assert verdict.split_objects > 0
    assert [kind for kind in chaos.faults.missing() if not kind.startswith("SendMessage")] == []


@pytest.mark.parametrize(
    ("name", "sign"),
    [
        pytest.param("writer", "lost", id="unprocessed items are dropped"),
        pytest.param("id", "duplicates", id="ids are random"),
        pytest.param("ledger", "lost", id="ranges are marked as done too early"),
    ],
)
def test_a_broken_pipeline_is_noticed(pipeline: Deployed, tmp_path: Path, name: str, sign: str) -> None:
    """The checker sees what each of the three would do to somebody's logs."""
    deploy_broken(pipeline, name)
    _, verdict = run(pipeline, tmp_path, f"broken-{name}/")
    assert not verdict.good
    assert getattr(verdict, sign) > 0


def test_every_break_is_tried() -> None:
    """A break that is added has to be added here too."""
    assert set(BREAKS) == {"writer", "id", "ledger"}
