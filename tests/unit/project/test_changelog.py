"""`CHANGELOG.md` keeps to its form: unreleased changes first, then versions, the newest of them the project's."""

import re
import tomllib
from datetime import date
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[3]
KINDS = {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}
RELEASE = re.compile(r"## \[(\d+\.\d+\.\d+)\] - (\d{4}-\d\d-\d\d)")
TEXT = (PROJECT / "CHANGELOG.md").read_text("utf-8")


def test_the_newest_release_is_the_project_s_version() -> None:
    """`pyproject.toml` names the release at the top; dates fall from there on."""
    releases = RELEASE.findall(TEXT)
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))["project"]
    assert releases[0][0] == project["version"]
    days = [date.fromisoformat(day) for _, day in releases]
    assert days == sorted(days, reverse=True)


def test_changes_stand_under_known_headings() -> None:
    """Unreleased changes stand first, and each change is of one of the six kinds."""
    headings = [line for line in TEXT.splitlines() if line.startswith("## ")]
    assert headings[0] == "## [Unreleased]"
    assert all(RELEASE.fullmatch(heading) for heading in headings[1:])
    assert set(re.findall(r"^### (.+)$", TEXT, re.MULTILINE)) <= KINDS
