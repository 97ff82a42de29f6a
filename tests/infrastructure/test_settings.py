"""A change of one setting plans itself alone: it changes the arguments that it is for, and no other.

`tests/fixtures/settings.json` has another value of each setting, and the arguments that differ from those of the
defaults. A setting that is new is added there.
"""

import json
from pathlib import Path
from typing import Any

import pytest
from log_processor.declaration import list_settings

from stacks.config import Config
from tests.infrastructure.conftest import run_main

pytestmark = pytest.mark.slow

FIXTURE = Path(__file__).resolve().parents[1] / "fixtures" / "settings.json"
CASES: dict[str, dict[str, Any]] = json.loads(FIXTURE.read_text("utf-8"))
PROGRAM = "from tests.infrastructure.changes import main; main()"


@pytest.fixture(scope="module")
def changes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """Return the arguments that each setting changes, all found by one process."""
    contexts = json.dumps({name: case["context"] for name, case in CASES.items()})
    folder = tmp_path_factory.mktemp("changes")
    (folder / "contexts.json").write_text(contexts)
    finished = run_main(
        folder / "out", {"PYTHONPATH": "functions", "CONTEXTS": str(folder / "contexts.json")}, program=PROGRAM
    )
    assert finished.returncode == 0, finished.stderr
    found: dict[str, list[str]] = json.loads(finished.stdout)
    return found


@pytest.mark.parametrize("name", list_settings(Config))
def test_a_setting_changes_what_it_is_for(changes: dict[str, list[str]], name: str) -> None:
    """A setting of the function changes its own variable; of the stacks, the arguments that are listed."""
    assert name in CASES, f"add another value of {name}, and what it changes, to {FIXTURE.name}"
    assert changes[name] == CASES[name]["changes"]


def test_no_setting_is_listed_that_is_gone() -> None:
    """The list is of the settings that there are."""
    assert CASES.keys() <= list_settings(Config).keys()
