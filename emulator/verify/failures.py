"""Read what failed: the messages of the dead-letter queue and the error documents of the archive."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote_plus

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

ARCHIVE_PREFIX = "errors/"
DOCUMENT_SUFFIX = ".error.json"
READ_BYTES = 1 << 20


@dataclass(frozen=True)
class DeadLetter:
    """One message of the dead-letter queue: the object it is about and why it ended there."""

    key: str
    error: str


@dataclass(frozen=True)
class ArchivedObject:
    """One error document: the object it is about, the error, and the archive's copy of the object (or none)."""

    name: str
    error: str
    document_key: str
    copy_key: str | None


def dead_letters(messages: Iterable[tuple[str, Mapping[str, str]]]) -> list[DeadLetter]:
    """Return the dead letters of the queue's messages (body and text attributes of each), sorted by key."""
    letters = [DeadLetter(_key_of(body), _error_of(attributes)) for body, attributes in messages]
    return sorted(letters, key=lambda letter: letter.key)


def archived_objects(s3: "S3Client", bucket: str) -> list[ArchivedObject]:
    """Return the archive's error documents, sorted by key."""
    return [_read_document(s3, bucket, key) for key in _keys(s3, bucket) if key.endswith(DOCUMENT_SUFFIX)]


def names_kept_whole(
    s3: "S3Client", bucket: str, archived: list[ArchivedObject], files: Mapping[str, Path]
) -> set[str]:
    """Return the objects whose copy in the archive has the bytes of its file (`s3://bucket/key` to file)."""
    return {
        entry.name
        for entry in archived
        if entry.copy_key
        and entry.name in files
        and _digest_of_copy(s3, bucket, entry.copy_key) == _digest(files[entry.name])
    }


def _keys(s3: "S3Client", bucket: str) -> Iterator[str]:
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=ARCHIVE_PREFIX):
        yield from (entry["Key"] for entry in page.get("Contents", []))


def _read_document(s3: "S3Client", bucket: str, key: str) -> ArchivedObject:
    document = json.loads(s3.get_object(Bucket=bucket, Key=key)["Body"].read())
    name = f"s3://{document['bucket']}/{document['key']}"
    error = f"{document['error_code']}: {document['error_message']}"
    return ArchivedObject(name, error, key, document.get("archived_object"))


def _digest_of_copy(s3: "S3Client", bucket: str, key: str) -> bytes:
    body = s3.get_object(Bucket=bucket, Key=key)["Body"]
    return _digest_of(iter(lambda: body.read(READ_BYTES), b""))


def _digest(path: Path) -> bytes:
    with path.open("rb") as file:
        return _digest_of(iter(lambda: file.read(READ_BYTES), b""))


def _digest_of(pieces: Iterator[bytes]) -> bytes:
    digest = hashlib.sha256()
    for piece in pieces:
        digest.update(piece)
    return digest.digest()


def _key_of(body: str) -> str:
    """The key in a dead letter's body: an S3 notification (URL-encoded there), an EventBridge event, or a range."""
    try:
        event = json.loads(body)
    except ValueError:
        return body[:80]
    match event:
        case {"Records": [{"s3": {"object": {"key": str(key)}}}, *_]}:
            return unquote_plus(key)
        case {"detail": {"object": {"key": str(key)}}} | {"object_range": {"key": str(key)}}:
            return key
        case _:
            return body[:80]


def _error_of(attributes: Mapping[str, str]) -> str:
    """Return the error's words: Lambda's own code is a status, the same for every error, the function's is a class."""
    code, message = (attributes.get(name, "") for name in ("ErrorCode", "ErrorMessage"))
    words = [word for word in (code, message) if word and not word.isdigit()]
    return ": ".join(words) or "received too often without success"
