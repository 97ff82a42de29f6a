"""The versions in the buckets of all sources are listed in pages, and those that the function is to read are kept."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from moto import mock_aws

from ops.reading.listed_versions import ServedBucket, VersionWindow, list_buckets, list_versions
from stacks.config import load
from stacks.sources.key_filter import KeyFilter

ALWAYS = VersionWindow(datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Yield a client of S3 with a bucket that keeps versions, and one that keeps none."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "local")
    with mock_aws():
        client: Any = boto3.client("s3", region_name="us-east-1")
        for bucket in ("kept", "plain"):
            client.create_bucket(Bucket=bucket)
        client.put_bucket_versioning(Bucket="kept", VersioningConfiguration={"Status": "Enabled"})
        yield client


def test_each_bucket_is_listed_once() -> None:
    """Two sources of a bucket are one bucket with the keys of both; the stack's own bucket comes first."""
    sources = {
        "web": {"bucket": "shared-logs", "prefix": "logs/web/"},
        "app": {"bucket": "shared-logs", "prefix": "logs/app/", "suffixes": [".log"]},
    }
    own, shared = list_buckets(load({"app_name": "tap", "sources": sources}, {}), "123456789012")
    assert (own.name, own.prefix) == ("tap-dev-source-123456789012", "")
    assert (shared.name, shared.prefix) == ("shared-logs", "logs/")
    assert shared.serves("logs/web/a")
    assert shared.serves("logs/app/a.log")
    assert not shared.serves("logs/app/a.txt")


def test_all_versions_of_served_keys_are_listed(s3: Any) -> None:
    """Each upload of a bucket that keeps versions; of another one the newest, whose time is part of its name."""
    versions = [s3.put_object(Bucket="kept", Key="web/a b+é.log", Body=b"x" * size)["VersionId"] for size in (1, 2)]
    for key in ("web/a.txt", "app/a.log"):
        s3.put_object(Bucket="kept", Key=key, Body=b"1")
    s3.delete_object(Bucket="kept", Key="web/a b+é.log")
    s3.put_object(Bucket="plain", Key="a.log", Body=b"1")
    buckets = [ServedBucket("kept", (KeyFilter("web/", (".log",)),)), ServedBucket("plain", (KeyFilter("", ("",)),))]
    *kept, plain = [one for page in list_versions(s3, buckets, ALWAYS) for one in page]
    assert {(one.key, one.version, one.size_bytes) for one in kept} == {
        ("web/a b+é.log", version, size) for version, size in zip(versions, (1, 2), strict=True)
    }
    assert plain.version_id is None
    assert plain.version.startswith(f"{plain.etag}@20")
    assert (plain.storage_class, plain.uri) == ("STANDARD", "s3://plain/a.log")


@pytest.mark.parametrize(
    ("uri", "keys"),
    [
        ("s3://kept/web/", ["web/a.log"]),
        ("s3://kept/", ["app/a.log", "web/a.log"]),
        ("s3://ke", ["app/a.log", "web/a.log"]),
        ("s3://kept/web/a.log", ["web/a.log"]),
        ("s3://plain/", []),
    ],
)
def test_a_beginning_of_names_is_listed(s3: Any, uri: str, keys: list[str]) -> None:
    """No bucket is asked that holds nothing of it, and of the others only what begins so."""
    for key in ("web/a.log", "app/a.log"):
        s3.put_object(Bucket="kept", Key=key, Body=b"1")
    buckets = [ServedBucket("kept", (KeyFilter("", (".log",)),)), ServedBucket("missing", (KeyFilter("", ("",)),))]
    window = VersionWindow(ALWAYS.since, ALWAYS.until, uri)
    assert [one.key for page in list_versions(s3, buckets, window) for one in page] == keys


def test_a_window_is_of_uploads(s3: Any) -> None:
    """From its first moment on, and without its last one."""
    s3.put_object(Bucket="kept", Key="a.log", Body=b"1")
    (page,) = list_versions(s3, [ServedBucket("kept", (KeyFilter("", ("",)),))], ALWAYS)
    uploaded = datetime.fromtimestamp(page[0].uploaded_ms / 1000, UTC)
    for since, until, count in ((uploaded, uploaded + timedelta(seconds=1), 1), (ALWAYS.since, uploaded, 0)):
        (page,) = list_versions(s3, [ServedBucket("kept", (KeyFilter("", ("",)),))], VersionWindow(since, until))
        assert len(page) == count
