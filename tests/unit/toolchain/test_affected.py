"""A pull request is planned in the environments whose stacks it changes."""

import json
import subprocess
from pathlib import Path

import pytest

from toolchain import affected
from toolchain.policy import PROJECT


@pytest.mark.parametrize(
    ("roles", "environments"),
    [
        ("", ["dev", "staging", "prod"]),
        ('{"prod": {}, "pr": {}, "eu": {}}', ["prod", "eu"]),
    ],
)
def test_which_environments_there_are(roles: str, environments: list[str]) -> None:
    """Those with roles, in their order; without roles, those of cdktf.json."""
    assert affected.read_environments({"AWS_ROLES": roles}) == environments


@pytest.mark.parametrize("roles", ["{", "[]"])
def test_malformed_roles_are_refused(roles: str) -> None:
    """In one sentence with an example."""
    with pytest.raises(SystemExit, match=r"error: AWS_ROLES is .*: write .* such as"):
        affected.read_environments({"AWS_ROLES": roles})


def test_a_commit_that_is_not_here_is_refused() -> None:
    """In one sentence with the remedy, as where a clone is shallow."""
    with pytest.raises(SystemExit, match=r"error: BASE is 'none', which is no commit of this checkout: fetch it, or"):
        affected.main(["none"])


def test_the_list_is_an_output(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Of a step of a job, as JSON in a line, and on the screen."""
    monkeypatch.setenv("GITHUB_OUTPUT", str(tmp_path / "outputs"))
    monkeypatch.setenv("AWS_ROLES", '{"prod": {}}')
    assert affected.main([]) == 0
    assert json.loads(capsys.readouterr().out) == ["prod"]
    assert (tmp_path / "outputs").read_text() == 'environments=["prod"]\n'


@pytest.mark.slow
def test_a_setting_of_production_affects_production_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both commits are synthesized; one that cannot be is planned, which says why."""
    clone, git = tmp_path / "clone", ["git", "-c", "user.name=a", "-c", "user.email=a@example.com"]
    subprocess.run(["git", "clone", "--quiet", "--depth=1", PROJECT.as_uri(), str(clone)], check=True)
    settings = json.loads((clone / "cdktf.json").read_text())
    settings["context"]["environments"]["prod"]["log_retention_days"] = 30
    (clone / "cdktf.json").write_text(json.dumps(settings))
    subprocess.run([*git, "commit", "--quiet", "--all", "--message=Keep logs for a month"], cwd=clone, check=True)
    monkeypatch.setattr(affected, "PROJECT", clone)
    assert affected.find_affected("HEAD~1", ["staging", "prod"]) == ["prod"]
    assert affected.find_affected("HEAD", ["unknown"]) == ["unknown"]
    assert subprocess.check_output(["git", "worktree", "list"], cwd=clone).count(b"\n") == 1
