"""A plan is summed up in one line about data."""

import json
from pathlib import Path
from typing import Any

import pytest

from ops.terraform_plan import make_plan, read_plan
from stacks.config import load
from tests.unit.ops.planned import BUCKET, ERROR, TABLE, WARNING, changed, put_program, refused

NOTHING = "data: nothing that holds data would be destroyed or replaced"


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
    assert list(read_plan(2, events).describe(load({}, {"STACK_NAME_SUFFIX": "prod"}))) == lines


def test_a_plan_counts_its_actions() -> None:
    """By Terraform's words for them; what is refused has none, and is a loss all the same."""
    plan = read_plan(2, [changed(TABLE, "a", "create"), changed(BUCKET, "b", "create"), changed(TABLE, "c", "update")])
    assert plan.actions == {"create": 2, "update": 1}
    assert not plan.loses_data
    assert read_plan(1, [refused(f"{TABLE}.a")]).loses_data


@pytest.mark.parametrize(("action", "says"), [("create", False), ("update", True), ("noop", False)])
def test_another_way_to_store_is_said(
    action: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, says: bool
) -> None:
    """Where the plan changes it, in the words of the stack; a first deployment has nothing in another form."""
    event = {"type": "outputs", "outputs": {"Storage": {"action": action}, "LedgerTableName": {"action": "update"}}}
    put_program(tmp_path / "terraform", f"echo '{json.dumps(event)}'; exit 2")
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    words = "new objects are stored as packs"
    (tmp_path / "cdk.tf.json").write_text(json.dumps({"output": {"Storage": {"value": words}}}))
    lines = list(make_plan(tmp_path).describe(load({}, {})))
    assert lines[1:] == ([f"storage: {words}"] if says else [])
