"""The demo with records in packs: the same account closes, by real Terraform and the deployed zip."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from emulator.samples.objects import LARGE_LINES, make_samples
from tests.integration.demo_process import ended, started

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def packed(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, dict[str, Any]]:
    """Run the demo with `STORAGE=packs` to its end; return what it printed, and its report."""
    build_dir: Path = tmp_path_factory.mktemp("packed")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("STORAGE", "packs")
        process = started(build_dir)
    with ended(process):
        output, errors = process.communicate()
    assert process.returncode == 0, errors + output
    return output, json.loads((build_dir / "report.json").read_text())


def test_each_packed_record_is_there_once(packed: tuple[str, dict[str, Any]]) -> None:
    """The account that reads the files independently finds every record in the packs exactly once."""
    _, totals = packed
    assert (totals["lost"], totals["duplicates"], totals["wrong"], totals["unsettled"]) == (0, 0, 0, 0)
    assert totals["objects"] == len(make_samples(large_lines=1))
    assert totals["records_read"] == totals["stored"] + totals["filtered"] + totals["rejected"]
    assert totals["stored"] > LARGE_LINES


def test_the_last_screen_names_both_prices(packed: tuple[str, dict[str, Any]]) -> None:
    """It says what the run would have cost on AWS in either way, and that this one stored packs."""
    output, _ = packed
    (line,) = [line for line in output.splitlines() if line.startswith("AWS ")]
    prices = re.findall(r"as (records|packs) \$([\d.e-]+) to write and \$([\d.e-]+) a month to keep", line)
    (records_once, records_kept), (packs_once, packs_kept) = (
        (float(once), float(kept)) for way in ("records", "packs") for name, once, kept in prices if name == way
    )
    assert packs_once < records_once / 10
    assert packs_kept < records_kept / 10
    assert line.endswith("(this run: packs)")
