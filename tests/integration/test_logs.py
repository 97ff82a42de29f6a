"""What the deployed function logs: JSON alone, and metrics that CloudWatch accepts and that agree with the ledger."""

import json
from typing import Any

import pytest

from emulator.chaos.copies import measure_log
from emulator.chaos.deployed import DeployedPipeline

pytestmark = pytest.mark.integration

PREFIX = "logs-of-the-function/"
RECORDS = 300


@pytest.fixture(scope="module")
def lines(pipeline: DeployedPipeline) -> list[dict[str, Any]]:
    """Upload a log and a photo, and return the lines that the function logged about them."""
    begun, aws = measure_log(pipeline), pipeline.aws
    s3, bucket = aws.client("s3"), pipeline.outputs["S3SourceBucket"]
    s3.put_object(Bucket=bucket, Key=f"{PREFIX}a.log", Body=b"".join(b'{"n": %d}\n' % n for n in range(RECORDS)))
    s3.put_object(Bucket=bucket, Key=f"{PREFIX}photo.log", Body=b"\x89PNG\r\n\x1a\n" + bytes(99))
    assert aws.wait_until_idle(60)
    name = pipeline.outputs["LambdaFunctionName"]
    text = (pipeline.log_dir / f"{name}.log").read_bytes()[begun:].decode()
    return [json.loads(line) for line in text.splitlines()]


def test_each_line_says_whose_it_is(lines: list[dict[str, Any]]) -> None:
    """Its request and its trace, and the range; Lambda's own lines are JSON too."""
    own = [line for line in lines if "type" not in line]
    said = [line for line in own if "object" in line]
    assert len(said) == 11  # of the log two, and of the photo two and the error, three times
    requests = {line["record"]["requestId"] for line in lines if line.get("type") == "platform.report"}
    for line in said:
        assert line.get("requestId", line.get("request_id")) in requests
        assert line["trace_id"].startswith("1-")
        assert line["range"].endswith("#000000000000000-end")


def test_the_metrics_are_the_ledgers(pipeline: DeployedPipeline, lines: list[dict[str, Any]]) -> None:
    """Of this function, the records of the log, and three attempts at the photo that failed for good."""
    aws, name = pipeline.aws, pipeline.outputs["LambdaFunctionName"]
    aws.embedded_metrics.collect()
    assert aws.embedded_metrics.problems == []
    documents = [line for line in lines if "_aws" in line]
    assert sum(line.get("RecordsStored", 0) for line in documents) == RECORDS
    assert [line["Failed"] for line in documents if "photo" in line["object"]] == [1, 1, 1]
    begin_s = min(line["_aws"]["Timestamp"] for line in documents) / 1000 + aws.clock.ahead_s
    samples = aws.metrics.read("LogPipeline", "RecordsStored", {"FunctionName": name}, begin_s, aws.clock.now() + 1)
    assert RECORDS in [sample.value for sample in samples]
    (lag,) = (line["Lag"] for line in documents if "Lag" in line)
    assert 0 <= lag < 60_000
