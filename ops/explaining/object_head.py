"""Read the first bytes of a file or of an object in S3, with what decides how it is read."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from ops.errors import CommandError, UnreadableError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

MAX_BYTES = 4 * 1024 * 1024
"""How much of it is read, as it is stored: a request, and thousands of lines."""
EMPTY = "InvalidRange"
"""What S3 answers to a range of an object without a byte."""


@dataclass(frozen=True, slots=True)
class ObjectHead:
    """The first bytes of an object or a file, its size, and its last-modified time in epoch milliseconds.

    A file has the `key` of the object that it would be uploaded as, and no bucket.
    """

    name: str
    bucket: str | None
    key: str
    content: bytes
    size_bytes: int
    last_modified_ms: int

    @property
    def is_whole(self) -> bool:
        """Tell whether these are all its bytes."""
        return len(self.content) >= self.size_bytes


def read_file(path: Path, key: str) -> ObjectHead:
    """Return the beginning of a file; raises `UnreadableError` if it cannot be read."""
    try:
        if not path.is_file():
            reason = "is no regular file" if path.exists() else "does not exist"
            raise UnreadableError(path, f"{reason}: name one log file, or an object as s3://BUCKET/KEY")
        with path.open("rb") as stream:
            content = stream.read(MAX_BYTES)
        state = path.stat()
    except OSError as error:
        raise UnreadableError(path, f"{error.strerror or error}: give a file that can be read") from error
    return ObjectHead(str(path), None, key, content, state.st_size, int(state.st_mtime * 1000))


def read_object(s3: "S3Client", bucket: str, key: str) -> ObjectHead:
    """Return the beginning of the newest version of an object, from one request."""
    name = f"s3://{bucket}/{key}"
    try:
        answer = s3.get_object(Bucket=bucket, Key=key, Range=f"bytes=0-{MAX_BYTES - 1}")
    except ClientError as error:
        if error.response["Error"]["Code"] == EMPTY:
            raise CommandError(f"{name} is empty: the function stores nothing of it") from error
        raise
    size_bytes = int(answer["ContentRange"].rpartition("/")[2])
    last_modified_ms = int(answer["LastModified"].timestamp() * 1000)
    return ObjectHead(name, bucket, key, answer["Body"].read(), size_bytes, last_modified_ms)
