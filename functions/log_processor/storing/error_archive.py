"""Failed objects: a server-side copy of the exact version and an error document, under keys that a retry overwrites."""

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson
from boto3.exceptions import Boto3Error
from botocore.exceptions import BotoCoreError, ClientError

from log_processor import PARSER_VERSION
from log_processor.errors import ObjectChangedError, ObjectMissingError, PipelineError
from log_processor.services import sorted_error
from log_processor.storing.items import day
from log_processor.work.ranges import ObjectRange

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

MAX_KEY_BYTES = 1024
SUFFIX_BYTES = 32


@dataclass(frozen=True, slots=True)
class Failure:
    """What the error document says of a failed range."""

    error: PipelineError
    attempts: int
    last_modified_ms: int | None
    position: int


class ErrorArchive:
    """The archive bucket."""

    def __init__(self, s3: "S3Client", bucket: str) -> None:
        self._s3 = s3
        self._bucket = bucket

    def keep(self, work: ObjectRange, failure: Failure) -> None:
        """Archive the object, if it is still there, then its error document; raises a sorted error where it cannot."""
        stem = archive_stem(work, failure.last_modified_ms)
        copied = not isinstance(failure.error, ObjectMissingError | ObjectChangedError)
        try:
            if copied:
                self._copy(work, f"{stem}.object")
            self._s3.put_object(
                Bucket=self._bucket,
                Key=f"{stem}.error.json",
                Body=orjson.dumps(_document(work, failure, f"{stem}.object" if copied else None)),
                ContentType="application/json",
            )
        except (ClientError, BotoCoreError, Boto3Error) as error:
            raise sorted_error(error, f"archiving {work.uri} to {self._bucket}") from error

    def _copy(self, work: ObjectRange, key: str) -> None:
        source: Any = {"Bucket": work.bucket, "Key": work.key}
        if work.version_id:
            source["VersionId"] = work.version_id
        self._s3.copy(source, self._bucket, key, ExtraArgs={"TaggingDirective": "REPLACE", "Tagging": ""})


def archive_stem(work: ObjectRange, last_modified_ms: int | None) -> str:
    """`errors/<date of the object>/<key>/<version>-<start>`, shortened by a digest where S3's 1,024 bytes end."""
    date = day(last_modified_ms) if last_modified_ms is not None else (work.event_time or "unknown")[:10]
    tail = f"/{work.version or 'unversioned'}-{work.start:015d}"
    room = MAX_KEY_BYTES - SUFFIX_BYTES - len(f"errors/{date}/".encode()) - len(tail.encode())
    key = work.key.encode()
    if len(key) > room:
        digest = hashlib.blake2b(key, digest_size=15).hexdigest()
        key = key[: room - len(digest) - 1].decode("utf-8", "ignore").encode() + b"~" + digest.encode()
    return f"errors/{date}/{key.decode()}{tail}"


def _document(work: ObjectRange, failure: Failure, object_key: str | None) -> dict[str, Any]:
    return {
        "bucket": work.bucket,
        "key": work.key,
        "version_id": work.version_id,
        "etag": work.etag,
        "start": work.start,
        "end": work.end,
        "position": failure.position,
        "error_code": failure.error.code,
        "error_message": str(failure.error),
        "attempts": failure.attempts,
        "parser_version": PARSER_VERSION,
        "archived_object": object_key,
    }
