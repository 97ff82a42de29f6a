"""Dead letters and error documents of every kind are read."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws

from emulator.verify.failures import ErrorDocument, find_archived_whole, read_dead_letters, read_error_documents

ARCHIVE = "archive"


@pytest.mark.parametrize(
    ("event", "key"),
    [
        ({"Records": [{"s3": {"object": {"key": "a+b%2Bc%C3%BC.log"}}}]}, "a b+cü.log"),
        ({"detail": {"object": {"key": "a b+c.log"}}}, "a b+c.log"),
        ({"object_range": {"bucket": "logs", "key": "a b.log", "start": 7}}, "a b.log"),
        ({"unknown": 1}, '{"unknown": 1}'),
    ],
)
def test_the_key_is_read_from_each_kind_of_event(event: dict[str, Any], key: str) -> None:
    """Keys are URL-encoded only in S3 notifications; an unknown body is shown as it is."""
    assert read_dead_letters([(json.dumps(event), {})])[0].key == key


def test_the_error_comes_from_the_attributes() -> None:
    """A message that the queue itself moved has none; a numeric code is the same for every error."""
    own = {"ErrorCode": "NoProgressError", "ErrorMessage": "no way"}
    letters = read_dead_letters([("z", {"ErrorCode": "200", "ErrorMessage": "boom"}), ("a", {}), ("b", own)])
    assert [letter.error for letter in letters] == [
        "received too often without success",
        "NoProgressError: no way",
        "boom",
    ]


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    with mock_aws():
        client = boto3.client("s3", region_name="us-east-1")
        client.create_bucket(Bucket=ARCHIVE)
        yield client


def archive_object(s3: Any, key: str, content: bytes | None) -> None:
    """Put an error document, and a copy of the object if there is one, as the function does."""
    stem = f"errors/2026-03-02/{key}/v1-0"
    copy_key = None if content is None else f"{stem}.object"
    if copy_key:
        s3.put_object(Bucket=ARCHIVE, Key=copy_key, Body=content)
    document = {"bucket": "logs", "key": key, "error_code": "E", "error_message": "m", "archived_object": copy_key}
    s3.put_object(Bucket=ARCHIVE, Key=f"{stem}.error.json", Body=json.dumps(document))


def test_error_documents_are_listed(s3: Any) -> None:
    """Each document is listed with its copy; other prefixes hold something else."""
    archive_object(s3, "a.log", b"bytes")
    archive_object(s3, "b.log", None)
    s3.put_object(Bucket=ARCHIVE, Key="rejects/x.error.json", Body=b"{}")
    stem = "errors/2026-03-02"
    assert read_error_documents(s3, ARCHIVE) == [
        ErrorDocument("s3://logs/a.log", "E: m", f"{stem}/a.log/v1-0.error.json", f"{stem}/a.log/v1-0.object"),
        ErrorDocument("s3://logs/b.log", "E: m", f"{stem}/b.log/v1-0.error.json", None),
    ]


def test_a_copy_counts_only_with_the_very_bytes(s3: Any, tmp_path: Path) -> None:
    """An object without a copy, or with a copy of other bytes, is not archived as a whole."""
    files = {}
    for key, copied in (("same", b"bytes"), ("other", b"BYTES"), ("none", None)):
        archive_object(s3, key, copied)
        files[f"s3://logs/{key}"] = tmp_path / key
        (tmp_path / key).write_bytes(b"bytes")
    archive_object(s3, "stranger", b"bytes")
    assert find_archived_whole(s3, ARCHIVE, read_error_documents(s3, ARCHIVE), files) == {"s3://logs/same"}
