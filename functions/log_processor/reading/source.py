"""Read one object version as a stream of bytes: by a ranged GET that is resumed after a connection broke."""

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from botocore.exceptions import (
    ClientError,
    HTTPClientError,
    IncompleteReadError,
    ReadTimeoutError,
    ResponseStreamingError,
)
from botocore.exceptions import (
    ConnectionError as BotoConnectionError,
)
from urllib3.exceptions import HTTPError

from log_processor.calls.clients import TimeUpError
from log_processor.errors import ObjectChangedError, OutOfTimeError, ServiceUnavailableError
from log_processor.service_errors import OVERWRITTEN, get_error_code, translate_error
from log_processor.work.ranges import NO_VERSION, ObjectRange

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

CHUNK_BYTES = 1024 * 1024
STREAM_ATTEMPTS = 4
BEHIND_END_CODE = "InvalidRange"
STREAM_ERRORS = (
    BotoConnectionError,
    HTTPClientError,
    IncompleteReadError,
    ReadTimeoutError,
    ResponseStreamingError,
    HTTPError,
    OSError,
)


class UploadName(NamedTuple):
    """What names one upload of an object; None is what is not known of it.

    A bucket that keeps no versions answers without a version id. Its uploads of equal bytes have equal ETags, and
    differ in `last_modified_ms`.
    """

    version_id: str | None
    etag: str | None
    last_modified_ms: int | None


@dataclass(frozen=True, slots=True)
class OpenObject:
    """An object version, whose `chunks` of bytes can be read once, from the byte at which it was opened.

    Call `close` if they are not read.
    """

    size_bytes: int
    last_modified_ms: int
    version_id: str | None
    etag: str
    chunks: Iterator[bytes]
    close: Callable[[], None]


class ObjectSource:
    """The source of objects; each request names the range's version, or else its ETag, so that no other is read.

    Each answer is compared with what was asked for, because a store may ignore the condition of a request.
    """

    def __init__(self, s3: "S3Client") -> None:
        self._s3 = s3

    def open(self, work: ObjectRange, position: int) -> OpenObject:
        """Return the object of `work` from byte `position` on; raise an error that names it if it cannot be read.

        While the chunks are read, resume after the last byte if the connection breaks. After `STREAM_ATTEMPTS` breaks
        raise `ServiceUnavailableError`, and `ObjectChangedError` if another upload answers.
        """
        asked_etag = None if work.version_id else work.etag
        response = self._get_upload(work, position, UploadName(work.version_id, asked_etag, work.last_modified_ms))
        upload = _read_upload(response)
        size_bytes = _read_total_size(response, position)
        return OpenObject(
            size_bytes=size_bytes,
            last_modified_ms=upload.last_modified_ms or 0,
            version_id=upload.version_id,
            etag=upload.etag or "",
            chunks=self._read_chunks(work, response, position, size_bytes),
            close=response["Body"].close,
        )

    def _read_chunks(self, work: ObjectRange, response: Any, position: int, size_bytes: int) -> Iterator[bytes]:
        failures = 0
        upload = _read_upload(response)
        work = replace(work, version_id=work.version_id or upload.version_id, etag=upload.etag)
        while True:
            try:
                while chunk := response["Body"].read(CHUNK_BYTES):
                    position += len(chunk)
                    yield chunk
                if position >= size_bytes:
                    return
                raise IncompleteReadError(actual_bytes=position, expected_bytes=size_bytes)
            except STREAM_ERRORS as error:
                failures += 1
                if failures >= STREAM_ATTEMPTS:
                    reason = f"{work.uri}: the connection broke {failures} times, last at byte {position}: {error}"
                    raise ServiceUnavailableError(reason) from error
            finally:
                response["Body"].close()
            response = self._get_upload(work, position, upload)

    def _get_upload(self, work: ObjectRange, position: int, asked: UploadName) -> Any:
        """Return the answer from byte `position` on; close that of another upload, and raise `ObjectChangedError`."""
        response = self._get(work, position)
        try:
            _check_upload(work, asked, _read_upload(response))
        except ObjectChangedError:
            response["Body"].close()
            raise
        return response

    def _get(self, work: ObjectRange, position: int) -> Any:
        request: dict[str, Any] = {"Bucket": work.bucket, "Key": work.key}
        if work.version_id:
            request["VersionId"] = work.version_id
        elif work.etag:
            request["IfMatch"] = f'"{work.etag}"'
        if position:
            request["Range"] = f"bytes={position}-"
        try:
            response = self._s3.get_object(**request)
        except TimeUpError as error:
            raise OutOfTimeError from error
        except (ClientError, *STREAM_ERRORS) as error:
            if isinstance(error, ClientError) and get_error_code(error) == BEHIND_END_CODE and position:
                return self._get_without_bytes(work)
            raise translate_error(error, f"reading {work.uri} version {work.version or 'newest'}") from error
        _check_first_byte(work, position, response)
        return response

    def _get_without_bytes(self, work: ObjectRange) -> Any:
        """Return a response without bytes, for a range whose remainder begins at the object's end and is empty."""
        response = self._get(work, 0)
        response["Body"].close()
        size_bytes = response["ContentLength"]
        return response | {"Body": io.BytesIO(), "ContentLength": 0, "ContentRange": f"bytes */{size_bytes}"}


def _check_first_byte(work: ObjectRange, position: int, response: Any) -> None:
    """Raise `ServiceUnavailableError` if an answer does not begin at the byte `position`, and close it.

    A store may ignore the range of a request, and answer with the whole object.
    """
    answered = response.get("ContentRange", "") if position else ""
    if position and not answered.startswith(f"bytes {position}-"):
        response["Body"].close()
        reason = f"it was asked for the bytes from {position} on, and its range is {answered or 'the whole object'}"
        raise ServiceUnavailableError(f"reading {work.uri}: the answer is of other bytes: {reason}")


def _read_total_size(response: Any, position: int) -> int:
    content_range = response.get("ContentRange")
    if content_range:
        return int(content_range.rpartition("/")[2])
    return position + int(response["ContentLength"])


def _read_upload(response: Any) -> UploadName:
    version_id, etag = response.get("VersionId"), response["ETag"].strip('"')
    return UploadName(None if version_id == NO_VERSION else version_id, etag, _to_ms(response["LastModified"]))


def _to_ms(time: datetime) -> int:
    return int(time.timestamp() * 1000)


def _check_upload(work: ObjectRange, asked: UploadName, answered: UploadName) -> None:
    """Raise `ObjectChangedError` if what is known of the upload that was asked for is not so in the answer."""
    pairs = zip(asked, answered, strict=True)
    if all(None in pair or pair[0] == pair[1] for pair in pairs):
        return
    uploaded = datetime.fromtimestamp((answered.last_modified_ms or 0) / 1000, UTC).isoformat()
    raise ObjectChangedError(
        f"reading {work.uri} version {work.version or 'newest'}: the answer is of version {answered.version_id} with "
        f"the ETag {answered.etag}, uploaded {uploaded}; {OVERWRITTEN}"
    )
