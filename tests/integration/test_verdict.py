"""The demo's verdict over a deployed pipeline: files that can be read and files that cannot, uploaded for real."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from emulator.chaos.deployed import DeployedPipeline
from emulator.chaos.releases import deploy_code
from emulator.demo.__main__ import finish
from emulator.demo.ingest import Ingest
from emulator.demo.logs import find_logs
from emulator.demo.run import Demo, DemoPlan
from emulator.deploy.progress import Steps

pytestmark = pytest.mark.integration

LINES = "".join(f'time=2026-03-02T09:00:0{number}Z level=info msg="settled" job={number}\n' for number in range(4))
ONCE = ": each of their records stands in the table exactly once."
MAX_REQUESTS = 25
"""How many deletes one request may have."""
PICTURE = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"


@pytest.fixture
def empty(pipeline: DeployedPipeline) -> DeployedPipeline:
    """Return the pipeline with the deployed function and no record, row or archive of other uploads."""
    deploy_code(pipeline, pipeline.code)
    for name, keys in (("DynamoDBTableName", ("log_id", "timestamp")), ("LedgerTableName", ("object", "range"))):
        _empty_table(pipeline, pipeline.outputs[name], keys)
    archive, s3 = pipeline.outputs["ErrorArchiveBucket"], pipeline.aws.client("s3")
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=archive):
        for file in page.get("Contents", []):
            s3.delete_object(Bucket=archive, Key=file["Key"])
    return pipeline


def _empty_table(pipeline: DeployedPipeline, table: str, keys: tuple[str, str]) -> None:
    dynamodb = pipeline.aws.client("dynamodb")
    requests = [
        {"DeleteRequest": {"Key": {name: item[name] for name in keys}}} for item in pipeline.aws.read_table_items(table)
    ]
    for number in range(0, len(requests), MAX_REQUESTS):
        dynamodb.batch_write_item(RequestItems={table: requests[number : number + MAX_REQUESTS]})


@pytest.mark.parametrize(
    ("readable", "unreadable", "sentence"),
    [
        (2, 1, f"2 of 3 files are stored{ONCE} 1 could not be read: its lines are NOT in the table.\n"),
        (0, 1, "0 of 1 files are stored. 1 could not be read: its lines are NOT in the table.\n"),
        (3, 0, f"3 of 3 files are stored{ONCE}\n"),
    ],
    ids=["2-1", "0-1", "3-0"],
)
def test_counts_names_and_exit_code_follow(
    empty: DeployedPipeline, tmp_path: Path, readable: int, unreadable: int, sentence: str
) -> None:
    """What is stored of what, which files are not, where they are kept, and 1 as the exit code if there are any."""
    folder, plan = tmp_path / "logs", DemoPlan(tmp_path / "logs", tmp_path)
    folder.mkdir()
    for number in range(readable):
        (folder / f"good-{number}.log").write_text(LINES)
    for number in range(unreadable):
        (folder / f"photo-{number}.log").write_bytes(PICTURE + bytes(range(256)))
    console = Console(file=io.StringIO(), width=200, highlight=False)
    ingest = Ingest(empty.aws, empty.outputs, find_logs(folder))
    with Steps(Console(quiet=True)) as steps:
        ingest.upload(steps.begin("upload"))
        ingest.follow(steps.begin("follow"))
    code = finish(Demo(ingest.compare({"ingest": 1.0}), {}), plan, console)
    assert isinstance(console.file, io.StringIO)
    text = console.file.getvalue()
    assert code == (1 if unreadable else 0)
    assert sentence in text
    report: dict[str, Any] = json.loads((tmp_path / "report.json").read_text())
    assert (report["objects"], report["stored"], report["lost"]) == (readable + unreadable, 4 * readable, 0)
    names = [f"photo-{number}.log" for number in range(unreadable)]
    assert [file["key"] for file in report["unreadable"]] == names
    for file in report["unreadable"]:
        assert f"  {file['key']}\n" in text
        assert file["kept_as"] in text
        assert _kept(empty, file["kept_as"]) == (folder / file["key"]).read_bytes()


def _kept(pipeline: DeployedPipeline, uri: str) -> bytes:
    bucket, _, key = uri.removeprefix("s3://").partition("/")
    kept: bytes = pipeline.aws.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read()
    return kept
