"""Archive what failed: a copy of the object, an error document, and the rejects, under keys that a retry overwrites."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import IO, TYPE_CHECKING, Any

import orjson
from botocore.exceptions import BotoCoreError, ClientError

from log_processor.errors import (
    ObjectArchivedError,
    ObjectChangedError,
    ObjectMissingError,
    PermanentError,
    PipelineError,
)
from log_processor.parser_version import get_parser_version
from log_processor.service_errors import translate_error
from log_processor.storing.items import format_day
from log_processor.work.ranges import ObjectRange

if TYPE_CHECKING:
    from boto3.s3.transfer import TransferConfig
    from mypy_boto3_s3 import S3Client

MAX_KEY_BYTES = 1024
SUFFIX_BYTES = 64
UNREADABLE = (ObjectMissingError, ObjectChangedError, ObjectArchivedError)
"""Errors of an object that S3 would not copy either."""
PART_BYTES = 64 * 1024 * 1024
"""The size from which an object is copied in parts, at the same time; S3 copies at most 5 GB in one part."""


@dataclass(frozen=True, slots=True)
class Failure:
    """What the error document says of a failed range.

    `remaining_s` returns the seconds that copying the object may take. `withheld_reason` is why the object must not be
    copied, or None if it may be.
    """

    error: PipelineError
    attempts: int
    last_modified_ms: int | None
    position: int
    remaining_s: Callable[[], float]
    withheld_reason: str | None = None


class _CopyTimeError(Exception):
    """The invocation ends before the object is copied."""


class ErrorArchive:
    """The bucket of the error archive; `transfer` says how objects are copied, by default in parts of 64 MiB."""

    def __init__(self, s3: "S3Client", bucket: str, transfer: "TransferConfig | None" = None) -> None:
        self._s3 = s3
        self._bucket = bucket
        self._transfer = transfer

    def keep(self, work: ObjectRange, failure: Failure) -> None:
        """Archive a copy of the object, if it still exists, and then the error document; raise on failure."""
        stem = make_archive_stem(work, failure.last_modified_ms)
        key, reason = self._try_copy(work, f"{stem}.object", failure)
        document = orjson.dumps(_make_document(work, failure, key, reason))
        self._put(work, f"{stem}{_mark_member(work)}-{work.start:015d}.error.json", document, "application/json")

    def keep_rejects(self, work: ObjectRange, stop: int | None, last_modified_ms: int, rejects: IO[bytes]) -> str:
        """Store the rejects (gzip JSON lines) of the bytes from `work.start` up to `stop`, and return their key.

        The key has `stop` in it, so two attempts at one range that stop at different offsets do not overwrite each
        other's rejects. The ledger row has the key of the attempt that finished it.
        """
        end = "end" if stop is None else f"{stop:015d}"
        stem = make_archive_stem(work, last_modified_ms) + _mark_member(work)
        key = f"{stem}-{work.start:015d}-{end}.rejects.jsonl.gz"
        rejects.seek(0)
        self._put(work, key, rejects, "application/gzip")
        return key

    def _put(self, work: ObjectRange, key: str, body: bytes | IO[bytes], content_type: str) -> None:
        try:
            self._s3.put_object(Bucket=self._bucket, Key=key, Body=body, ContentType=content_type)
        except (ClientError, BotoCoreError) as error:
            raise translate_error(error, f"archiving {work.uri} to {self._bucket}") from error

    def _try_copy(self, work: ObjectRange, key: str, failure: Failure) -> tuple[str | None, str | None]:
        """Return the key of the object's copy, or None and why there is none; raise if trying again may help."""
        if isinstance(failure.error, UNREADABLE):
            return None, str(failure.error)
        if failure.withheld_reason is not None:
            return None, failure.withheld_reason
        try:
            self._copy(work, key, failure.remaining_s)
        except _CopyTimeError:
            return None, "the copy did not end within the invocation; the source bucket still holds the version"
        except (ClientError, BotoCoreError, import_module("boto3.exceptions").Boto3Error) as error:
            refusal = translate_error(error, f"copying {work.uri} to {self._bucket}")
            if not isinstance(refusal, PermanentError):
                raise refusal from error
            return None, str(refusal)
        return key, None

    def _copy(self, work: ObjectRange, key: str, remaining_s: Callable[[], float]) -> None:
        source: Any = {"Bucket": work.bucket, "Key": work.key}
        extra = {"TaggingDirective": "REPLACE"}
        if work.version_id:
            source["VersionId"] = work.version_id
        elif work.etag:
            extra["CopySourceIfMatch"] = f'"{work.etag}"'

        def check_time(_size_bytes: int) -> None:
            if remaining_s() <= 0:
                raise _CopyTimeError

        transfer = self._transfer or _choose_transfer()
        self._s3.copy(source, self._bucket, key, ExtraArgs=extra, Callback=check_time, Config=transfer)


def _choose_transfer() -> "TransferConfig":
    """Return how objects are copied; what boto3 copies with is loaded with the first copy, not at a cold start."""
    transfer: TransferConfig = import_module("boto3.s3.transfer").TransferConfig(
        multipart_threshold=PART_BYTES, multipart_chunksize=PART_BYTES
    )
    return transfer


def _mark_member(work: ObjectRange) -> str:
    """Return what tells the keys of a zip's members apart."""
    return f"-{work.member.label}" if work.member else ""


def make_archive_stem(work: ObjectRange, last_modified_ms: int | None) -> str:
    """Return the beginning of all archive keys of an object: `errors/<date of the object>/<key>/<version>`.

    If an archive key would be longer than S3's 1,024 bytes, a digest replaces the end of the object's key.
    """
    date = format_day(last_modified_ms) if last_modified_ms is not None else (work.event_time or "unknown")[:10]
    tail = f"/{work.version or 'unversioned'}"
    room = MAX_KEY_BYTES - SUFFIX_BYTES - len(f"errors/{date}/".encode()) - len(tail.encode())
    key = work.key.encode()
    if len(key) > room:
        digest = hashlib.blake2b(key, digest_size=15).hexdigest()
        key = key[: room - len(digest) - 1].decode("utf-8", "ignore").encode() + b"~" + digest.encode()
    return f"errors/{date}/{key.decode()}{tail}"


def _make_document(work: ObjectRange, failure: Failure, object_key: str | None, reason: str | None) -> dict[str, Any]:
    document = {
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
        "parser_version": get_parser_version(),
        "archived_object": object_key,
    }
    if work.member is not None:
        document["member"] = work.member.name
    return document if reason is None else document | {"not_archived": reason}
