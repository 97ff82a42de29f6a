"""In an account of ten concurrent executions, the default settings store everything; those that would not are refused.

`tests/infrastructure/test_synth.py` tries what is refused.
"""

from collections import Counter
from typing import Any

import pytest

from emulator.chaos.deployed import SETTINGS, DeployedPipeline
from emulator.chaos.releases import deploy_code, find_live_arn
from stacks.config.declared import Config

pytestmark = pytest.mark.integration

PREFIX = "pool/"
ACCOUNT = 10
"""The quota of a new account."""
SPLIT, SMALL = 6, 30
LINES = 6_000
WAIT_S = 300
REAL_TIME = 1.0
"""Throttled messages are hidden as long as on AWS, because executions take their time too."""


def read_mapping(pipeline: DeployedPipeline) -> Any:
    functions = pipeline.aws.client("lambda")
    live = find_live_arn(functions, pipeline.outputs["LambdaFunctionName"])
    return next(
        each for each in functions.list_event_source_mappings()["EventSourceMappings"] if each["FunctionArn"] == live
    )


def upload(pipeline: DeployedPipeline) -> Counter[str]:
    """Upload objects that are split, and a burst of small ones; return how many lines each has, by its name."""
    lines = [
        f'{{"time": "2026-05-04T10:00:00Z", "level": "info", "message": "{number:080}"}}' for number in range(LINES)
    ]
    bucket, s3 = pipeline.outputs["S3SourceBucket"], pipeline.aws.client("s3")
    sizes = {f"{PREFIX}split-{number}.jsonl": LINES for number in range(SPLIT)}
    sizes |= {f"{PREFIX}small-{number}.jsonl": 50 for number in range(SMALL)}
    for key, count in sizes.items():
        s3.put_object(Bucket=bucket, Key=key, Body="".join(f"{line}\n" for line in lines[:count]).encode())
    return Counter({f"s3://{bucket}/{key}": count for key, count in sizes.items()})


def test_the_defaults_fit_an_account_of_ten(pipeline: DeployedPipeline) -> None:
    """Events wait while all ten run; ranges are delivered to five, so that no healthy one becomes a dead letter."""
    name, aws = pipeline.outputs["LambdaFunctionName"], pipeline.aws
    deploy_code(pipeline, pipeline.code)
    assert not {"mapping_concurrency", "account_concurrency", "reserved_concurrency"} & SETTINGS.keys()
    assert Config().account_concurrency == ACCOUNT
    before = aws.throttled_receives.get(name, 0)
    with aws.change_concurrency(ACCOUNT, ACCOUNT, REAL_TIME):
        sizes = upload(pipeline)
        assert aws.wait_until_idle(WAIT_S)
    assert read_mapping(pipeline)["ScalingConfig"] == {"MaximumConcurrency": Config().mapping_concurrency}
    assert aws.throttled_receives.get(name, 0) == before
    letters = aws.read_queue_messages(pipeline.outputs["DLQQueueURL"].rpartition("/")[2])
    assert [letter for letter in letters if PREFIX in letter[0]] == []
    items = aws.read_table_items(pipeline.outputs["DynamoDBTableName"])
    assert Counter(item["source_file"]["S"] for item in items if f"/{PREFIX}" in item["source_file"]["S"]) == sizes
    rows = [row for row in aws.read_table_items(pipeline.outputs["LedgerTableName"]) if row["object"]["S"] in sizes]
    assert {row["status"]["S"] for row in rows} <= {"done", "continued"}
    assert len(rows) > SMALL + 6 * SPLIT
