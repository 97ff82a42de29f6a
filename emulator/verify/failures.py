"""Read what failed: the messages of the dead-letter queue and the error documents of the error archive."""

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
    """One message of the dead-letter queue: the key of the object that it concerns, and the error."""

    key: str
    error: str


@dataclass(frozen=True)
class ErrorDocument:
    """One error document: the object that failed, the error, and the key of the archived copy, if there is one."""

    name: str
    error: str
    document_key: str
    copy_key: str | None


def read_dead_letters(messages: Iterable[tuple[str, Mapping[str, str]]]) -> list[DeadLetter]:
    """Return the dead letters of the queue's messages, sorted by key; each message is a body and its attributes."""
    letters = [DeadLetter(_read_key(body), _read_error(attributes)) for body, attributes in messages]
    return sorted(letters, key=lambda letter: letter.key)


def read_error_documents(s3: "S3Client", bucket: str) -> list[ErrorDocument]:
    """Return the error documents of the archive, sorted by their keys."""
    return [_read_document(s3, bucket, key) for key in _list_keys(s3, bucket) if key.endswith(DOCUMENT_SUFFIX)]


def find_archived_whole(
    s3: "S3Client", bucket: str, archived: list[ErrorDocument], files: Mapping[str, Path]
) -> set[str]:
    """Return the objects whose archived copy equals their file (`files` maps `s3://bucket/key` to the file)."""
    return {
        document.name
        for document in archived
        if document.copy_key
        and document.name in files
        and _digest_copy(s3, bucket, document.copy_key) == _digest_file(files[document.name])
    }


def _list_keys(s3: "S3Client", bucket: str) -> Iterator[str]:
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=ARCHIVE_PREFIX):
        yield from (listed["Key"] for listed in page.get("Contents", []))


def _read_document(s3: "S3Client", bucket: str, key: str) -> ErrorDocument:
    document = json.loads(s3.get_object(Bucket=bucket, Key=key)["Body"].read())
    name = f"s3://{document['bucket']}/{document['key']}"
    error = f"{document['error_code']}: {document['error_message']}"
    return ErrorDocument(name, error, key, document.get("archived_object"))


def _digest_copy(s3: "S3Client", bucket: str, key: str) -> bytes:
    body = s3.get_object(Bucket=bucket, Key=key)["Body"]
    return _digest_pieces(iter(lambda: body.read(READ_BYTES), b""))


def _digest_file(path: Path) -> bytes:
    with path.open("rb") as file:
        return _digest_pieces(iter(lambda: file.read(READ_BYTES), b""))


def _digest_pieces(pieces: Iterator[bytes]) -> bytes:
    digest = hashlib.sha256()
    for piece in pieces:
        digest.update(piece)
    return digest.digest()


def _read_key(body: str) -> str:
    """Return the object's key from a dead letter's body, or the body's first 80 characters if it names none.

    The body is an S3 notification (only there the key is URL-encoded), an EventBridge event, or a range.
    """
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


def _read_error(attributes: Mapping[str, str]) -> str:
    """Return the error. A numeric ErrorCode is Lambda's own and says nothing; else it is the name of an error class."""
    code, message = (attributes.get(name, "") for name in ("ErrorCode", "ErrorMessage"))
    words = [word for word in (code, message) if word and not word.isdigit()]
    return ": ".join(words) or "received too often without success"
