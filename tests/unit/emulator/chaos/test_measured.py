"""The chaos run finds metrics that say something else than the ledger."""

import json
import time
from typing import Any

import pytest

from emulator.chaos.measured import COUNTS, count_separating, find_wrong_metrics, read_measured

NAME, RANGE = "s3://logs/web/a.log", "v1#000000000000000-end"
VALUES = dict(zip(COUNTS, (10, 7, 2, 1, 3, 500), strict=True))


def write(**changes: Any) -> str:
    """Return a line with the metrics of the range, changed."""
    names = [{"Name": name} for name in VALUES]
    directive = {"Namespace": "LogPipeline", "Dimensions": [["FunctionName"]], "Metrics": names}
    metadata = {"Timestamp": int(time.time() * 1000), "CloudWatchMetrics": [directive]}
    document = {"_aws": metadata, "FunctionName": "processor", "object": NAME, "range": RANGE, **VALUES, **changes}
    return json.dumps(document)


def make_row(status: str = "done", **changes: int) -> dict[str, dict[str, Any]]:
    numbers = {COUNTS[name]: number for name, number in VALUES.items()} | changes
    texts = {"object": NAME, "range": RANGE, "status": status}
    return {name: {"S": text} for name, text in texts.items()} | {name: {"N": str(n)} for name, n in numbers.items()}


def find(row: dict[str, dict[str, Any]], *lines: str, excused: int = 0) -> list[str]:
    return list(find_wrong_metrics([row], read_measured("\n".join(lines)), excused))


def test_metrics_that_equal_the_row() -> None:
    """Other lines say nothing, and a row that is not final is measured by a later attempt."""
    failed = json.dumps({"_aws": {"Timestamp": int(time.time() * 1000), "CloudWatchMetrics": []}})
    assert find(make_row(), "START", '{"level": "INFO"}', write(), failed) == []
    assert find(make_row("failed")) == []
    assert find(make_row("running")) == []


@pytest.mark.parametrize("attribute", COUNTS.values())
def test_each_count_is_compared(attribute: str) -> None:
    """One record, fallback or byte more than the ledger has is a problem."""
    (problem,) = find(make_row("continued", **{attribute: 9_999}), write())
    assert problem.startswith(f"1 ranges are measured otherwise than the ledger says: {NAME} {RANGE}: ")


def test_a_range_is_measured_once() -> None:
    """Two simultaneous attempts store the same records, and one of them counts."""
    (problem,) = find(make_row(), write(), write())
    assert "1 ranges are measured otherwise" in problem


def test_what_lacks_metrics_has_an_excuse() -> None:
    """A process may die after the ledger took its word."""
    assert find(make_row(), excused=1) == []
    assert find(make_row()) == ["1 finished ranges have no metrics, which 0 faults explain at most"]
    assert count_separating({"PutItem.killed_after": 2, "GetObject.trickled": 1, "GetObject.reset": 9}) == 3


def test_a_document_that_cloudwatch_refuses_is_a_problem() -> None:
    """The metrics would be lost without a word."""
    (problem,) = find(make_row(), write(FunctionName="zürich"))
    assert problem.startswith("a document of metrics is wrong: the dimension FunctionName is 'zürich'")
