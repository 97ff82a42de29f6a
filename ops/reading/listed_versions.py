"""List the object versions in the buckets of the sources that the stack serves, a page at a time."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from log_processor.work.ranges import NO_VERSION, ObjectRange

from stacks.config import Config
from stacks.source_policy import name_source_bucket
from stacks.sources.key_filter import KeyFilter

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


@dataclass(frozen=True, slots=True)
class ServedBucket:
    """A bucket whose objects start the function if their keys pass one of `filters`."""

    name: str
    filters: tuple[KeyFilter, ...]

    @property
    def prefix(self) -> str:
        """Return what all keys begin with that start the function."""
        first, *others = (one.prefix for one in self.filters)
        lengths = range(len(first), -1, -1)
        return next(first[:length] for length in lengths if all(one.startswith(first[:length]) for one in others))

    def serves(self, key: str) -> bool:
        """Tell whether an object of this key starts the function."""
        return any(one.matches(key) for one in self.filters)


@dataclass(frozen=True, slots=True)
class ListedVersion:
    """A version of an object as its bucket lists it; `version_id` is None in a bucket that keeps no versions."""

    bucket: str
    key: str
    version_id: str | None
    etag: str
    uploaded_ms: int
    size_bytes: int
    storage_class: str = "STANDARD"
    is_latest: bool = True

    @property
    def work(self) -> ObjectRange:
        """Return the whole of it as a range."""
        uploaded_ms = self.uploaded_ms if self.version_id is None else None
        return ObjectRange(self.bucket, self.key, self.version_id, self.etag, last_modified_ms=uploaded_ms)

    @property
    def uri(self) -> str:
        """Return the object's name: `s3://bucket/key`."""
        return f"s3://{self.bucket}/{self.key}"

    @property
    def version(self) -> str:
        """Return the name that the ledger has for the version."""
        return self.work.version


@dataclass(frozen=True, slots=True)
class VersionWindow:
    """Which versions are listed: those that were uploaded from `since` until `until`, whose `uri` begins so."""

    since: datetime
    until: datetime
    uri: str = ""

    def narrow(self, bucket: ServedBucket) -> str | None:
        """Return the prefix to list in a bucket; None if nothing in it can have a name that begins as asked."""
        served, asked = f"s3://{bucket.name}/{bucket.prefix}", self.uri
        if served.startswith(asked):
            return bucket.prefix
        return asked.removeprefix(f"s3://{bucket.name}/") if asked.startswith(served) else None


def list_buckets(config: Config, account: str) -> list[ServedBucket]:
    """Return the buckets that the stack serves: its own, then those of its sources, each once."""
    filters: dict[str, list[KeyFilter]] = {name_source_bucket(config, account): [config.own_keys]}
    for source in config.sources:
        filters.setdefault(source.bucket, []).append(source.keys)
    return [ServedBucket(name, tuple(keys)) for name, keys in filters.items()]


def list_versions(
    s3: "S3Client", buckets: Sequence[ServedBucket], window: VersionWindow
) -> Iterator[list[ListedVersion]]:
    """Yield the versions in the window of each page of each bucket, in the order of their keys.

    A page is one request, and lists a thousand versions at most; keys that start no function are left out.
    """
    for bucket in buckets:
        prefix = window.narrow(bucket)
        if prefix is None:
            continue
        for page in s3.get_paginator("list_object_versions").paginate(Bucket=bucket.name, Prefix=prefix):
            listed = page.get("Versions", ())
            yield [
                ListedVersion(
                    bucket.name,
                    one["Key"],
                    None if one["VersionId"] == NO_VERSION else one["VersionId"],
                    one["ETag"].strip('"'),
                    int(one["LastModified"].timestamp()) * 1000,
                    one["Size"],
                    one.get("StorageClass", "STANDARD"),
                    one["IsLatest"],
                )
                for one in listed
                if bucket.serves(one["Key"]) and window.since <= one["LastModified"] < window.until
            ]
