"""A setting is added in one place: its declaration."""

import json
import shutil
from pathlib import Path

import pytest

from tests.infrastructure.conftest import PROJECT, run_main, synthesize_alone

TUNING = Path("functions/log_processor/settings.py")
CONFIG = Path("stacks/config/declared.py")
OF_THE_FUNCTION = '    pause_ms: int = setting(7, "Milliseconds between two batches.", bounds=(0, 100))\n'
OF_THE_STACKS = '    cost_center: str = setting("none", "Who pays.", choices=("none", "web"), variable="COST_CENTER")\n'
LOOK = """
import json, os, sys
from docs.generator.configuration_page import build_page
from log_processor.settings import Settings
from stacks.config import load
names = "DYNAMODB_TABLE ERROR_BUCKET LEDGER_TABLE WORK_QUEUE_URL DEAD_LETTER_QUEUE_URL"
names = dict.fromkeys(names.split(), "x")
found = {
    "page": build_page(),
    "function": Settings.from_environment(names | {"PAUSE_MS": "9"}).pause_ms,
    "default": Settings.from_environment(names).pause_ms,
    "stacks": load({}, os.environ).cost_center,
}
print(json.dumps(found))
"""


@pytest.fixture
def extended(project_copy: Path) -> Path:
    """Copy the project, and add one line to each of the two declarations."""
    shutil.copytree(PROJECT / "docs" / "generator", project_copy / "docs" / "generator")
    for path, before, line in (
        (project_copy / TUNING, "    log_level: str = setting(", OF_THE_FUNCTION),
        (project_copy / CONFIG, "    architecture: str = setting(", OF_THE_STACKS),
    ):
        text = path.read_text()
        assert before in text
        path.write_text(text.replace(before, line + before))
    return project_copy


def test_one_line_declares_a_setting_everywhere(extended: Path, tmp_path: Path) -> None:
    """The context's value reaches the function, and the function's settings and the page have the setting too."""
    chosen = {"CDKTF_CONTEXT_JSON": json.dumps({"pause_ms": 9})}
    resources = synthesize_alone(tmp_path / "out", chosen, extended).stack("TapStackdev")["resource"]
    (function,) = resources["aws_lambda_function"].values()
    assert function["environment"]["variables"]["PAUSE_MS"] == "9"
    looked = run_main(tmp_path, {"PYTHONPATH": "functions", "COST_CENTER": "web"}, extended, LOOK)
    assert looked.returncode == 0, looked.stderr
    found = json.loads(looked.stdout)
    assert (found["function"], found["default"], found["stacks"]) == (9, 7, "web")
    assert "| `pause_ms` | `7` | 0 to 100 | none | Milliseconds between two batches. |" in found["page"]
    assert '| `cost_center` | `"none"` | `none`, `web` | `COST_CENTER` | Who pays. |' in found["page"]


@pytest.mark.parametrize(
    ("environ", "sentence"),
    [
        (
            {"CDKTF_CONTEXT_JSON": json.dumps({"pause_ms": 101})},
            "error: pause_ms in cdktf.json's context is 101: set a whole number from 0 to 100\n",
        ),
        ({"COST_CENTER": "moon"}, "error: cost_center in COST_CENTER is 'moon': choose one of none, web\n"),
    ],
)
def test_a_new_setting_is_checked(extended: Path, tmp_path: Path, environ: dict[str, str], sentence: str) -> None:
    """Its bounds and choices are checked with the same sentences as those of other settings."""
    finished = run_main(tmp_path / "out", environ, extended)
    assert (finished.returncode, finished.stderr) == (1, sentence)
