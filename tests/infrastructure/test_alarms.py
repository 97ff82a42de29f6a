"""What watches the pipeline: fewer than ten alarms, each with a section that says what to do, a topic, a dashboard."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from stacks.alarm_rules import WatchedNames, list_alarm_rules
from stacks.config import Config, load
from tests.infrastructure.conftest import PROJECT, synthesize_with

Stack = dict[str, Any]
PAGE = (PROJECT / "docs" / "operations.md").read_text("utf-8")
NAMES = WatchedNames("function", "work", "letters", "logs", "ledger")
RULES = list_alarm_rules(Config(), NAMES)


def get_alarms(stack: Stack) -> dict[str, Any]:
    return {one["alarm_name"]: one for one in stack["resource"].get("aws_cloudwatch_metric_alarm", {}).values()}


def test_fewer_than_ten_alarms_tell_of_every_trouble(tap_stack: Stack) -> None:
    """They ring and stop by the topic; what they are named by is a section that they point to."""
    alarms = get_alarms(tap_stack)
    assert len(alarms) == len(RULES) < 10
    for name, alarm in alarms.items():
        section = name.removeprefix("tap-serverless-dev-")
        assert f"docs/operations.md#{section} " in alarm["alarm_description"]
        assert f"\n### {section}\n" in PAGE
        assert alarm["alarm_actions"] == alarm["ok_actions"] == ["${aws_sns_topic.alarms_topic.arn}"]


def test_each_section_says_what_to_do() -> None:
    """What it means, what to look at, what to do, and when it stops."""
    sections = {part.partition("\n")[0]: part for part in PAGE.split("\n### ")[1:]}
    for text in (sections[rule.name] for rule in RULES):
        assert re.findall(r"\*\*(It means|Look at|Do|It stops):?\*\*", text) == [
            "It means",
            "Look at",
            "Do",
            "It stops",
        ]


def test_every_cause_has_an_alarm() -> None:
    """By the names that AWS and the function give what they count."""
    watched = {(measure.namespace, measure.name) for rule in RULES for measure in rule.measures}
    assert watched == {
        ("AWS/SQS", "ApproximateNumberOfMessagesVisible"),
        ("AWS/SQS", "ApproximateAgeOfOldestMessage"),
        ("AWS/SQS", "NumberOfMessagesDeleted"),
        *(("AWS/Lambda", name) for name in ("Invocations", "Errors", "Throttles", "Duration", "AsyncEventAge")),
        *(("AWS/Lambda", name) for name in ("DeadLetterErrors", "RecursiveInvocationsDropped")),
        *(("LogPipeline", name) for name in ("Lag", "Failed", "TableThrottles", "Denied", "TextFallbacks")),
        ("LogPipeline", "RecordsRead"),
    }


def test_missing_data_is_decided_for_each_alarm(tap_stack: Stack) -> None:
    """What is counted and did not happen is well; only a changed format is not mended by silence."""
    found = {name: one["treat_missing_data"] for name, one in get_alarms(tap_stack).items()}
    assert found.pop("tap-serverless-dev-unparsed") == "ignore"
    assert set(found.values()) == {"notBreaching"}


@pytest.mark.parametrize(("timeout_s", "threshold_ms"), [(60, 55_000), (300, 295_000), (5, 4_375)])
def test_the_duration_rings_in_the_margin(timeout_s: int, threshold_ms: int) -> None:
    """A function that stops to read in time and flushes quickly does not reach it."""
    rules = list_alarm_rules(load({"function_timeout_s": timeout_s}, {}), NAMES)
    assert next(rule.threshold for rule in rules if rule.name == "duration") == threshold_ms


def test_the_topic_takes_the_alarms_alone(tap_stack: Stack) -> None:
    """It is encrypted by the data key, whose policy lets them use it; nobody else may publish."""
    topic = tap_stack["resource"]["aws_sns_topic"]["alarms_topic"]
    assert topic["kms_master_key_id"] == "${aws_kms_key.data_key.arn}"
    policy = json.loads(tap_stack["resource"]["aws_sns_topic_policy"]["alarms_topic_policy"]["policy"])["Statement"]
    key = json.loads(tap_stack["resource"]["aws_kms_key"]["data_key"]["policy"])["Statement"]
    admitted, refused = policy
    used = next(one for one in key if one["Sid"] == "Alarms")
    for statement in (admitted, used):
        assert statement["Principal"] == {"Service": "cloudwatch.amazonaws.com"}
        assert statement["Condition"]["ArnLike"]["aws:SourceArn"].endswith(":alarm:tap-serverless-dev-*")
    assert used["Action"] == ["kms:Decrypt", "kms:GenerateDataKey*"]
    assert (refused["Effect"], refused["Condition"]) == ("Deny", {"Bool": {"aws:SecureTransport": "false"}})


def test_a_topic_of_ones_own_is_told_in_its_place(tmp_path: Path) -> None:
    """Then there is no topic of the stack's, and no statement for it on the key."""
    topic = "arn:aws:sns:us-east-1:123456789012:on-call"
    stack = synthesize_with(tmp_path, {"alarm_topic_arn": topic}).stack("TapStackdev")
    assert {tuple(one["alarm_actions"]) for one in get_alarms(stack).values()} == {(topic,)}
    assert "aws_sns_topic" not in stack["resource"]
    assert '"Sid": "Alarms"' not in stack["resource"]["aws_kms_key"]["data_key"]["policy"]


def test_nothing_watches_where_nothing_is_to(tmp_path: Path) -> None:
    """Alarms and dashboard can be switched off, each alone."""
    stack = synthesize_with(tmp_path, {"alarms": False}).stack("TapStackdev")
    assert get_alarms(stack) == {}
    assert "aws_sns_topic" not in stack["resource"]
    (dashboard,) = stack["resource"]["aws_cloudwatch_dashboard"].values()
    kinds = [widget["type"] for widget in json.loads(dashboard["dashboard_body"])["widgets"]]
    assert "alarm" not in kinds


def test_the_dashboard_answers_three_questions(tap_stack: Stack) -> None:
    """Its widgets stand in three rows of the whole width, without overlap; one names the alarms."""
    (dashboard,) = tap_stack["resource"]["aws_cloudwatch_dashboard"].values()
    widgets = json.loads(dashboard["dashboard_body"])["widgets"]
    headings = [one["properties"]["markdown"] for one in widgets if one["type"] == "text"]
    assert headings == ["## Does it keep up?", "## What fails?", "## What does it cost?"]
    cells = [
        (x, y)
        for one in widgets
        for x in range(one["x"], one["x"] + one["width"])
        for y in range(one["y"], one["y"] + one["height"])
    ]
    assert len(cells) == len(set(cells))
    assert max(x for x, _ in cells) < 24
    (listed,) = [one["properties"]["alarms"] for one in widgets if one["type"] == "alarm"]
    assert len(listed) == len(RULES)


def test_each_series_of_a_graph_is_named_once(tap_stack: Stack) -> None:
    """An expression finds what it computes with."""
    (dashboard,) = tap_stack["resource"]["aws_cloudwatch_dashboard"].values()
    for widget in json.loads(dashboard["dashboard_body"])["widgets"]:
        options = [one[-1] for one in widget["properties"].get("metrics", [])]
        ids = [one["id"] for one in options if "id" in one]
        assert len(ids) == len(set(ids))
        for text in (one["expression"] for one in options if "expression" in one):
            assert set(re.findall(r"\b[a-z]\w*", text)) <= set(ids)
