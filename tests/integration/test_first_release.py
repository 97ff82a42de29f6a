"""Version 1.0.0, with what it stored, becomes this version by the commands of docs/upgrade.md."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from emulator.aws.local_aws import LocalAws
from tests.integration.first_release import deploy_first_release
from tests.integration.project import PROJECT_DIR, Project

pytestmark = pytest.mark.integration

PAGE = PROJECT_DIR / "docs" / "upgrade.md"
SETTINGS = {"STACK_NAME_SUFFIX": "dev", "STATE_BACKEND": "local"}
SOMETHING_CHANGES = 2


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    with LocalAws() as aws:
        yield Project(tmp_path_factory.mktemp("first"), aws, SETTINGS)


@pytest.fixture(scope="module")
def stored(project: Project) -> dict[str, Any]:
    """Return what version 1.0.0 has stored."""
    with pytest.MonkeyPatch.context() as patch:
        return deploy_first_release(project, patch)


def list_commands(heading: str) -> list[str]:
    """Return the commands of a part of the page, in their order."""
    part = PAGE.read_text("utf-8").partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    return [line for block in re.findall(r"```sh\n(.*?)```", part, re.DOTALL) for line in block.splitlines()]


def read_records(project: Project) -> dict[str, dict[str, Any]]:
    """Return the items of the log table by their ids."""
    items = list(project.aws.read_table_items("tap-serverless-dev-logs"))
    by_id = {item["log_id"]["S"]: item for item in items}
    assert len(by_id) == len(items), "a record is stored twice"
    return by_id


def test_the_commands_before_and_of_the_upgrade(project: Project, stored: dict[str, Any]) -> None:
    """Nothing that holds data goes, and what was stored is as it was."""
    before = read_records(project)
    assert len(before) == len(stored["log_table"])
    assert list_commands("Before") == ["make diff ENV=dev"]
    assert "data: nothing that holds data would be destroyed or replaced" in project.diff(SOMETHING_CHANGES)
    assert list_commands("The upgrade") == ["make deploy ENV=dev"]
    assert "Apply complete!" in project.deploy_unasked()
    assert read_records(project) == before


def test_the_commands_after_it(project: Project, stored: dict[str, Any]) -> None:
    """Old records are queried as new ones; the audit names what an older parser read, and closes after its repair."""
    before = read_records(project)
    status, query, audit, repair, wait, again = list_commands("After")
    project.run_line(status)
    said = project.run_line(query)
    assert [number in said for number in ("/items/7 ", "/items/27 ", "/items/8 ")] == [True, True, False]
    assert "audit/audit.log" in project.run_line(audit, exit_code=1)
    project.run_line(repair)
    assert project.aws.wait_until_idle(120)
    project.run_line(wait)
    project.run_line(again)
    after = read_records(project)
    assert after.keys() == before.keys()
    assert {item["format"]["S"] for item in after.values()} == {"combined", "json_lines", "auditd"}
    assert all("day_shard" in item and "source_day" not in item for item in after.values())
    assert [item["log_data"] for item in after.values()] == [before[log_id]["log_data"] for log_id in after]
    assert len(stored["objects"]) == 3
