"""The function needs every action that its role allows: without any one of them something fails."""

import gzip
import itertools
import json
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from boto3.s3.transfer import TransferConfig
from log_processor import handler
from log_processor.errors import DamagedObjectError, PipelineError
from log_processor.storing.error_archive import ErrorArchive, Failure
from log_processor.work.ranges import ObjectRange

from emulator.aws.local_aws import LocalAws
from emulator.aws.policies.callers import Caller
from stacks.iam import build_function_policy
from tests.unit.stacks.needs import ARCHIVE, BY_LAMBDA, LINES, SOURCE, Place, list_smaller_policies, make_event

pytestmark = [pytest.mark.server, pytest.mark.slow]

MIB = 1024 * 1024


def observe(place: Place, caller: Caller, run: str) -> dict[str, Any]:
    """Return what becomes of an object of each kind."""
    place.handle(place.put(f"{run}/versioned.jsonl", LINES))
    place.handle(place.put(f"{run}/plain.jsonl", LINES, versioned=False))
    place.handle(place.put_encrypted(f"{run}/encrypted.jsonl"))
    place.handle(place.put(f"{run}/damaged.jsonl.gz", gzip.compress(LINES * 9)[:-20]))
    place.handle(make_event(f"{run}/missing.jsonl", {"versionId": "null"}))
    before = place.count_messages("needed-work"), place.count_messages("needed-dead")
    place.handle(place.replace(f"{run}/replaced.jsonl"))
    waiting = place.count_messages("needed-work") - before[0]
    place.handle(place.ask_again(f"{run}/again.jsonl"))
    for event in place.replay(f"{run}/replayed.jsonl"):
        place.handle(event)
    place.handle(place.put(f"{run}/split.jsonl", LINES * 4))
    record = {"eventSource": "aws:sqs", "messageId": "1", "body": "not an event", "attributes": {}}
    place.handle({"Records": [record | {"attributes": {"ApproximateReceiveCount": "9"}}]})
    return {
        "versioned": place.count_items(f"{run}/versioned.jsonl"),
        "plain": place.count_items(f"{run}/plain.jsonl"),
        "encrypted": place.count_items(f"{run}/encrypted.jsonl"),
        "damaged": place.list_archived(f"{run}/damaged"),
        "missing": place.list_archived(f"{run}/missing"),
        "replaced": (waiting, place.list_reasons(f"{run}/replaced")),
        "again": place.count_items(f"{run}/again.jsonl"),
        "replayed": place.list_rows(f"{run}/replayed.jsonl"),
        "split": place.count_messages("needed-work") - before[0],
        "letter": place.count_messages("needed-dead") - before[1],
        "parts": count_left_parts(place, caller, run),
    }


def count_left_parts(place: Place, caller: Caller, run: str) -> int:
    """Return how many uploads are left of a copy in parts that did not end in time."""
    key = f"{run}/large.log"
    version = place.s3.put_object(Bucket=SOURCE, Key=key, Body=b"x" * (11 * MIB))["VersionId"]
    parts = TransferConfig(multipart_threshold=5 * MIB, multipart_chunksize=5 * MIB, use_threads=False)
    archive = ErrorArchive(place.aws.client("s3", caller), ARCHIVE, parts)
    with suppress(PipelineError):
        archive.keep(ObjectRange(SOURCE, key, version, None), make_failure())
    uploads = place.s3.list_multipart_uploads(Bucket=ARCHIVE).get("Uploads", [])
    return sum(run in upload["Key"] for upload in uploads)


def make_failure() -> Failure:
    """Return a failure whose copy has no time left after its first part."""
    return Failure(DamagedObjectError("cut"), 1, 0, 0, remaining_s=lambda: 0.0)


@pytest.fixture
def place() -> Iterator[Place]:
    with LocalAws() as aws, pytest.MonkeyPatch.context() as monkeypatch:
        yield Place(aws, monkeypatch)
        handler.build_parts.cache_clear()


def test_without_any_action_something_fails(place: Place) -> None:
    """Each action of the function is taken away in turn, and what becomes of its objects is not the same."""
    policy = build_function_policy(place.grants)
    names = map("run{:02d}".format, itertools.count())
    whole = observe(place, place.run_as(policy), next(names))
    assert whole == observe(place, place.run_as(policy), next(names))
    assert (whole["versioned"], whole["plain"], whole["encrypted"], whole["parts"]) == (40, 40, 40, 0)
    assert whole["again"] == 40
    assert whole["replayed"] == [("000000000000000-end", "done")]
    assert whole["replaced"] == (0, ["ObjectChangedError"])
    unneeded = [
        name
        for name, smaller in list_smaller_policies(json.loads(policy), BY_LAMBDA)
        if observe(place, place.run_as(smaller), next(names)) == whole
    ]
    assert unneeded == []
