"""Terraform's events tell what is planned, made and under way, and when the stack can be used."""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from emulator.deploy.changes import Changes, parse_event, read_references

BUCKET, RULE, QUEUE = "aws_s3_bucket.b", "aws_s3_bucket_lifecycle_configuration.l", "aws_sqs_queue.q"
PLANNED: dict[str, object] = {"type": "change_summary", "changes": {"operation": "plan"}}


def planned(address: str, action: str = "create") -> dict[str, object]:
    return {"type": "planned_change", "change": {"action": action, "resource": {"addr": address}}}


def hook(kind: str, address: str) -> dict[str, object]:
    return {"type": f"apply_{kind}", "hook": {"resource": {"addr": address}, "id_value": f"id of {address}"}}


def after(*events: Mapping[str, object]) -> Changes:
    changes = Changes()
    for event in events:
        changes.take(event)
    return changes


def test_only_what_changes_counts() -> None:
    """Data sources, and resources that do not change, are ignored."""
    changes = after(planned(BUCKET), planned(QUEUE, "noop"), hook("start", "data.d"), hook("complete", "data.d"))
    assert changes.planned == {BUCKET}
    assert changes.made == {}
    assert changes.pending == ""


def test_a_stack_is_usable_before_its_last_resources() -> None:
    """It is not usable before the plan is complete, because another resource may still be announced."""
    made = [planned(BUCKET), planned(RULE), hook("complete", BUCKET)]
    assert not after(*made).is_usable
    assert after(*made, PLANNED).is_usable
    assert not after(*made, planned(QUEUE), PLANNED).is_usable
    assert after(*made, PLANNED).made == {BUCKET: f"id of {BUCKET}"}


def test_what_is_waited_for_is_named() -> None:
    """The one that began first, without its type, for which a terminal has no room, and how many others."""
    begun = [planned(QUEUE), planned(RULE), hook("start", QUEUE)]
    assert after(*begun).pending == "q"
    assert after(*begun, hook("start", RULE)).pending == "q and 1 more"
    assert after(*begun, hook("start", RULE), hook("complete", QUEUE)).pending == "l"


def test_outputs_without_a_value_are_planned_only() -> None:
    """They get their value when the apply ends."""
    told: dict[str, object] = {"type": "outputs", "outputs": {"A": {"action": "create"}, "B": {"value": "b"}}}
    assert after(told).outputs == {"B": "b"}


@pytest.mark.parametrize("line", ["a warning", "[1]", "1"])
def test_a_line_that_is_no_event_has_no_type(line: str) -> None:
    """Terraform may print warnings as text before its JSON lines."""
    assert parse_event(line) == {}


def test_outputs_that_are_ids_are_found(tmp_path: Path) -> None:
    """Other outputs, such as ARNs, are known only at the end."""
    outputs = {"Url": {"value": "${aws_sqs_queue.q.url}"}, "Arn": {"value": "${aws_sqs_queue.q.arn}"}}
    (tmp_path / "cdk.tf.json").write_text(json.dumps({"output": outputs}))
    assert read_references(tmp_path) == {"Url": QUEUE}
