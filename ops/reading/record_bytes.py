"""Fetch the exact bytes of a record from its object in S3."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from log_processor.work.ranges import ObjectRange

from ops.errors import CommandError
from ops.reading.object_reader import ObjectReader
from ops.reading.row_ranges import make_version, split_uri
from ops.reading.store import Record

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


def fetch_bytes(record: Record, reader: ObjectReader, s3: "S3Client") -> bytes:
    """Return the bytes of a record as they stand in its object's decompressed stream.

    One ranged request gives those of a plain object. They are known to be right if they say the record's text;
    otherwise the object is read from its first byte, as far as the record.
    """
    first, length = int(record.get("offset")), int(record.get("length"))
    work = find_object(record, reader)
    if work.member is None and length:
        plain = _get_range(work, s3, first, length)
        if plain.decode("utf-8", "replace") == record.get("log_data"):
            return plain
    return cut_stream(reader.open_text(work), first, length)


def find_object(record: Record, reader: ObjectReader) -> ObjectRange:
    """Return the object version that a record is of, or the member of a zip: its id begins with the digest of it."""
    work = make_version(*split_uri(str(record.get("source_file"))), str(record.get("object_version") or ""))
    if not record.get("member"):
        return work
    whole_object = reader.source.open(work, 0)
    whole_object.close()
    for member in reader.list_members(work, whole_object.size_bytes):
        if member.digest == record.version_digest:
            return member
    raise CommandError(f"{work.uri} has no member {record.get('member')} any more: its object was changed")


def _get_range(work: ObjectRange, s3: "S3Client", first: int, length: int) -> bytes:
    request: Any = {"Bucket": work.bucket, "Key": work.key, "Range": f"bytes={first}-{first + length - 1}"}
    if work.version_id:
        request["VersionId"] = work.version_id
    try:
        answer = s3.get_object(**request)
    except s3.exceptions.ClientError as error:
        if error.response["Error"].get("Code") == "InvalidRange":  # the object is compressed, and shorter
            return b""
        raise
    return answer["Body"].read()


def cut_stream(chunks: Iterator[bytes], first: int, length: int) -> bytes:
    """Return the bytes `[first, first + length)` of a stream, of which no more is read."""
    position, parts = 0, bytearray()
    for chunk in chunks:
        start = max(0, first - position)
        parts += chunk[start : start + length - len(parts)]
        position += len(chunk)
        if len(parts) >= length:
            break
    return bytes(parts)
