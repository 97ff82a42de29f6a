"""`make diff` sums up a plan in one line about data, and answers as Terraform does."""

import json
from pathlib import Path
from typing import Any

import pytest

from ops import diff
from stacks.config import load


def changed(kind: str, name: str, action: str) -> dict[str, Any]:
    resource = {"addr": f"{kind}.{name}", "resource_type": kind}
    return {"type": "planned_change", "change": {"action": action, "resource": resource}}


def refused(address: str) -> dict[str, Any]:
    detail = (
        f"Resource {address} has lifecycle.prevent_destroy set, but the plan calls for this resource to be destroyed."
    )
    return {"type": "diagnostic", "diagnostic": {"severity": "error", "summary": diff.REFUSED, "detail": detail}}


NOTHING = "data: nothing that holds data would be destroyed or replaced"
WARNING = {"type": "diagnostic", "diagnostic": {"severity": "warning", "summary": "Deprecated"}}
ERROR = {"type": "diagnostic", "diagnostic": {"severity": "error", "summary": "No keys", "detail": "set\n  some"}}
TABLE, BUCKET = "aws_dynamodb_table", "aws_s3_bucket"


@pytest.mark.parametrize(
    ("events", "lines"),
    [
        ([], [NOTHING]),
        ([WARNING, changed(TABLE, "logs", "update"), changed("aws_lambda_function", "f", "replace")], [NOTHING]),
        (
            [changed(TABLE, "logs", "replace"), changed("aws_sqs_queue", "work", "delete")],
            ["data: aws_dynamodb_table.logs would be replaced, aws_sqs_queue.work would be destroyed"],
        ),
        ([ERROR], ["error: No keys: set some", "data: unknown, because there is no plan"]),
        (
            [refused("aws_s3_bucket.source"), refused("aws_dynamodb_table.logs")],
            [f"data: {BUCKET}.source, {TABLE}.logs would be lost, which is refused because protect is true for 'prod'"],
        ),
    ],
)
def test_a_plan_is_one_line_about_data(events: list[dict[str, Any]], lines: list[str]) -> None:
    """It names what would go, and the setting that refuses it; errors stand above it."""
    assert list(diff.describe(events, load({}, {"STACK_NAME_SUFFIX": "prod"}))) == lines


@pytest.mark.parametrize(("exit_code", "events"), [(0, []), (2, [changed(TABLE, "logs", "delete")]), (1, [ERROR])])
def test_the_exit_code_is_terraforms(
    exit_code: int, events: list[dict[str, Any]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """0 without changes, 2 with some, 1 without a plan; the plan is made in the stack's folder."""
    put_program(tmp_path / "cdktf", "exit 0")
    said = "\n".join(map(json.dumps, events))
    put_program(tmp_path / "terraform", f"echo \"$1\" >> '{tmp_path}/called'\ncat <<'E'\n{said}\nE\nexit {exit_code}")
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    assert diff.main() == exit_code
    assert (tmp_path / "called").read_text().endswith("/cdktf.out/stacks/TapStackdev\n")


def test_nothing_is_planned_if_synthesis_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """An older synthesis would be planned; a setting that cannot be used is one sentence."""
    put_program(tmp_path / "cdktf", "exit 1")
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    assert diff.main() == 1
    monkeypatch.setenv("STATE_BACKEND", "ftp")
    assert diff.main() == 1
    assert capsys.readouterr().err == "error: backend in STATE_BACKEND is 'ftp': choose one of s3, cloud, local\n"


def put_program(path: Path, text: str) -> None:
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
