"""`make diff` shows a plan and answers as Terraform does; `make deploy` applies none that loses data."""

import json
from pathlib import Path
from typing import Any

import pytest

from ops import deploy, diff
from tests.unit.ops.planned import ERROR, TABLE, changed, put_program


@pytest.mark.parametrize(("exit_code", "events"), [(0, []), (2, [changed(TABLE, "logs", "delete")]), (1, [ERROR])])
def test_the_exit_code_is_terraforms(
    exit_code: int, events: list[dict[str, Any]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """0 without changes, 2 with some, 1 without a plan; the plan is made in the stack's folder."""
    put_program(tmp_path / "cdktf", "exit 0")
    said = "\n".join(map(json.dumps, events))
    put_program(tmp_path / "terraform", f"echo \"$1\" >> '{tmp_path}/called'\ncat <<'E'\n{said}\nE\nexit {exit_code}")
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    assert diff.main([]) == exit_code
    assert (tmp_path / "called").read_text().endswith("/cdktf.out/stacks/TapStackdev\n")


def test_nothing_is_planned_if_synthesis_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """An older synthesis would be planned; a setting that cannot be used is one sentence."""
    put_program(tmp_path / "cdktf", "exit 1")
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    assert diff.main([]) == 1
    monkeypatch.setenv("STATE_BACKEND", "ftp")
    assert diff.main([]) == 1
    assert capsys.readouterr().err == "error: backend in STATE_BACKEND is 'ftp': choose one of s3, cloud, local\n"


def put_terraform(folder: Path, events: list[dict[str, Any]], exit_code: int) -> None:
    """Write a Terraform that plans so, and notes what it was called for."""
    said = "\n".join(map(json.dumps, events))
    called = f"echo \"$2\" >> '{folder}/called'\n"
    put_program(folder / "terraform", f"{called}case $2 in plan) cat <<'E'\n{said}\nE\nexit {exit_code};; esac")


def test_a_report_has_both_views(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What `cdktf diff` says, for people, and the plan as it is judged."""
    put_program(tmp_path / "cdktf", 'test "$1" = synth || echo "Plan: 1 to destroy"')
    put_terraform(tmp_path, [changed(TABLE, "logs", "delete")], 2)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    assert diff.run(tmp_path / "plans") == 2
    report = json.loads((tmp_path / "plans" / "dev.json").read_text())
    assert report["diff"] == "Plan: 1 to destroy\n"
    assert report["plan"]["losses"] == [f"{TABLE}.logs would be destroyed"]
    assert report["lines"] == [f"data: {TABLE}.logs would be destroyed"]


@pytest.mark.parametrize(
    ("events", "plan_code", "loss", "exit_code", "called"),
    [
        ([], 0, "", 0, ["init", "plan"]),
        ([changed(TABLE, "logs", "update")], 2, "", 0, ["init", "plan", "apply"]),
        ([changed(TABLE, "logs", "replace")], 2, "", 1, ["init", "plan"]),
        ([changed(TABLE, "logs", "replace")], 2, "allowed", 0, ["init", "plan", "apply"]),
        ([ERROR], 1, "allowed", 1, ["init", "plan"]),
    ],
)
def test_no_deployment_loses_data_unasked(
    events: list[dict[str, Any]],
    plan_code: int,
    loss: str,
    exit_code: int,
    called: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The plan that was judged is applied, or nothing."""
    put_program(tmp_path / "cdktf", "exit 0")
    put_terraform(tmp_path, events, plan_code)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    monkeypatch.setenv("DATA_LOSS", loss)
    assert deploy.main() == exit_code
    assert (tmp_path / "called").read_text().split() == called


def test_a_refused_deployment_says_what_allows_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """In one sentence, after what would go."""
    put_program(tmp_path / "cdktf", "exit 0")
    put_terraform(tmp_path, [changed(TABLE, "logs", "delete")], 2)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    assert deploy.main() == 1
    said = capsys.readouterr()
    assert said.out == f"data: {TABLE}.logs would be destroyed\n"
    assert said.err.startswith("error: nothing was deployed, because data would be lost: if that is meant, say")
