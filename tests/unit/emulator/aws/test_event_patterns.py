"""The local AWS matches events as EventBridge documents it, and refuses the patterns that EventBridge refuses."""

import json
from typing import Any

import pytest
from moto.events.exceptions import InvalidEventPatternException

from emulator.aws.event_patterns import check_pattern, matches

EVENT: dict[str, Any] = {
    "source": "aws.s3",
    "detail-type": "Object Created",
    "resources": ["arn:aws:s3:::a", "arn:aws:s3:::b"],
    "detail": {"bucket": {"name": "a"}, "object": {"key": "app/web/a*\\b\n.log", "size": 5}},
}


def build(*alternatives: Any) -> dict[str, Any]:
    return {"detail": {"object": {"key": list(alternatives)}}}


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ({"source": ["aws.s3"]}, True),
        ({"source": ["aws.ec2", "aws.s3"]}, True),
        ({"source": ["aws.ec2"]}, False),
        ({"source": ["aws.s3"], "detail-type": ["Object Deleted"]}, False),
        ({"resources": ["arn:aws:s3:::b"]}, True),
        ({"account": ["123456789012"]}, False),
        ({"source": {"prefix": ["aws"]}}, False),
        ({"detail": {"object": {"size": [5]}}}, True),
        ({"detail": {"object": {"size": [{"prefix": "5"}]}}}, False),
        (build({"prefix": "app/"}), True),
        (build({"prefix": "App/"}), False),
        (build({"suffix": ".log"}), True),
        (build({"suffix": ".gz"}, {"suffix": ".log"}), True),
        (build({"wildcard": "app/*.log"}), True),
        (build({"wildcard": "*"}), True),
        (build({"wildcard": "app/*.gz"}), False),
        (build({"wildcard": "app/web/a\\*\\\\b*"}), True),
        (build({"wildcard": "app/web/a\\*b*"}), False),
        (build({"equals-ignore-case": "APP/WEB/A*\\B\n.LOG"}), True),
    ],
)
def test_an_event_matches_as_documented(pattern: dict[str, Any], expected: bool) -> None:
    """Fields are all needed, alternatives of a field are not; texts are compared with their case."""
    check_pattern(json.dumps(pattern))
    assert matches(pattern, EVENT) is expected


@pytest.mark.parametrize(
    "pattern",
    [
        {},
        {"source": []},
        {"source": "aws.s3"},
        {"source": {}},
        build({"wildcard": "app/**"}),
        build({"wildcard": "app\\a*"}),
        build({"prefix": 5}),
        build("x" * 2048),
    ],
    ids=str,
)
def test_a_malformed_pattern_is_refused(pattern: dict[str, Any]) -> None:
    """EventBridge takes 2,048 characters, no empty array, no neighbouring wildcards and no other escapes."""
    with pytest.raises(InvalidEventPatternException):
        check_pattern(json.dumps(pattern))


def test_an_unknown_operator_is_no_match() -> None:
    """It is an error of the local AWS, so that no test passes because of it."""
    with pytest.raises(LookupError, match="numeric"):
        check_pattern(json.dumps(build({"numeric": [">", 5]})))
