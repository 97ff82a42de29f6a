"""Read one object version as a stream of bytes: by a ranged GET that is resumed where a connection broke."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

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

from log_processor.errors import ServiceUnavailableError
from log_processor.service_errors import get_error_code, translate_error
from log_processor.work.ranges import ObjectRange

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


@dataclass(frozen=True, slots=True)
class OpenObject:
    """An object version, whose `chunks` of bytes can be read once, from the byte at which it was opened."""

    size_bytes: int
    last_modified_ms: int
    version_id: str | None
    etag: str
    chunks: Iterator[bytes]


class ObjectSource:
    """The source of objects; each request names the range's version, or else its ETag, so that no other is read."""

    def __init__(self, s3: "S3Client") -> None:
        self._s3 = s3

    def open(self, work: ObjectRange, position: int) -> OpenObject:
        """Return the object of `work` from byte `position` on; raise an error that names it if it cannot be read.

        While the chunks are read, resume after the last byte if the connection breaks. After `STREAM_ATTEMPTS` breaks
        raise `ServiceUnavailableError`.
        """
        response = self._get(work, position)
        size_bytes = _read_total_size(response, position)
        pinned = _pin_version(work, response)
        return OpenObject(
            size_bytes=size_bytes,
            last_modified_ms=int(response["LastModified"].timestamp() * 1000),
            version_id=pinned.version_id,
            etag=pinned.etag or "",
            chunks=self._read_chunks(pinned, response, position, size_bytes),
        )

    def _read_chunks(self, work: ObjectRange, response: Any, position: int, size_bytes: int) -> Iterator[bytes]:
        failures = 0
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
            response = self._get(work, position)

    def _get(self, work: ObjectRange, position: int) -> Any:
        request: dict[str, Any] = {"Bucket": work.bucket, "Key": work.key}
        if work.version_id:
            request["VersionId"] = work.version_id
        elif work.etag:
            request["IfMatch"] = f'"{work.etag}"'
        if position:
            request["Range"] = f"bytes={position}-"
        try:
            return self._s3.get_object(**request)
        except (ClientError, *STREAM_ERRORS) as error:
            if isinstance(error, ClientError) and get_error_code(error) == BEHIND_END_CODE and position:
                return self._get_without_bytes(work)
            raise translate_error(error, f"reading {work.uri} version {work.version or 'newest'}") from error

    def _get_without_bytes(self, work: ObjectRange) -> Any:
        """Return a response without bytes, for a range whose remainder begins at the object's end and is empty."""
        response = self._get(work, 0)
        response["Body"].close()
        size_bytes = response["ContentLength"]
        return response | {"Body": io.BytesIO(), "ContentLength": 0, "ContentRange": f"bytes */{size_bytes}"}


def _read_total_size(response: Any, position: int) -> int:
    content_range = response.get("ContentRange")
    if content_range:
        return int(content_range.rpartition("/")[2])
    return position + int(response["ContentLength"])


def _pin_version(work: ObjectRange, response: Any) -> ObjectRange:
    version_id = response.get("VersionId")
    etag = work.etag or response["ETag"].strip('"')
    return ObjectRange(work.bucket, work.key, version_id if version_id != "null" else work.version_id, etag)
