"""One object version as a stream of bytes: a ranged GET that resumes where a connection broke."""

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
from log_processor.services import get_error_code, translate_error
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
    """An object whose bytes are ready to be read once, from where it was opened."""

    size_bytes: int
    last_modified_ms: int
    version_id: str | None
    etag: str
    chunks: Iterator[bytes]


class ObjectSource:
    """Opens objects; every read is pinned to the version (or ETag) that the range names."""

    def __init__(self, s3: "S3Client") -> None:
        self._s3 = s3

    def open(self, wanted: ObjectRange, position: int) -> OpenObject:
        """Open the object at byte `position`; raises a sorted error that names the object."""
        response = self._get(wanted, position)
        size_bytes = _total_size(response, position)
        pinned = _pin(wanted, response)
        return OpenObject(
            size_bytes=size_bytes,
            last_modified_ms=int(response["LastModified"].timestamp() * 1000),
            version_id=pinned.version_id,
            etag=pinned.etag or "",
            chunks=self._chunks(pinned, response, position, size_bytes),
        )

    def _chunks(self, wanted: ObjectRange, response: Any, position: int, size_bytes: int) -> Iterator[bytes]:
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
                    reason = f"{wanted.uri}: the connection broke {failures} times, last at byte {position}: {error}"
                    raise ServiceUnavailableError(reason) from error
            finally:
                response["Body"].close()
            response = self._get(wanted, position)

    def _get(self, wanted: ObjectRange, position: int) -> Any:
        request: dict[str, Any] = {"Bucket": wanted.bucket, "Key": wanted.key}
        if wanted.version_id:
            request["VersionId"] = wanted.version_id
        elif wanted.etag:
            request["IfMatch"] = f'"{wanted.etag}"'
        if position:
            request["Range"] = f"bytes={position}-"
        try:
            return self._s3.get_object(**request)
        except (ClientError, *STREAM_ERRORS) as error:
            if isinstance(error, ClientError) and get_error_code(error) == BEHIND_END_CODE and position:
                return self._without_bytes(wanted)
            raise translate_error(error, f"reading {wanted.uri} version {wanted.version or 'newest'}") from error

    def _without_bytes(self, wanted: ObjectRange) -> Any:
        """The answer for a place behind the object's end, where the rest of a range may begin that has none."""
        response = self._get(wanted, 0)
        response["Body"].close()
        size_bytes = response["ContentLength"]
        return response | {"Body": io.BytesIO(), "ContentLength": 0, "ContentRange": f"bytes */{size_bytes}"}


def _total_size(response: Any, position: int) -> int:
    content_range = response.get("ContentRange")
    if content_range:
        return int(content_range.rpartition("/")[2])
    return position + int(response["ContentLength"])


def _pin(wanted: ObjectRange, response: Any) -> ObjectRange:
    version_id = response.get("VersionId")
    etag = wanted.etag or response["ETag"].strip('"')
    return ObjectRange(wanted.bucket, wanted.key, version_id if version_id != "null" else wanted.version_id, etag)
