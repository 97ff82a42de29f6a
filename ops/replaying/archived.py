"""Find rejects: by the ledger, the ranges that have some; in the error archive, what each was and why."""

import gzip
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson

from ops.errors import CommandError
from ops.frame.aws_errors import MISSING, get_code
from ops.reading.ledger_days import RangeRow

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


@dataclass(frozen=True, slots=True)
class RejectFilter:
    """Which rejects are meant: by the source and format of their object, and words of their reason; None means any."""

    source: str | None = None
    format: str | None = None
    reason: str | None = None

    def matches(self, reject: "ArchivedReject") -> bool:
        """Tell whether a reject is meant; its range is known to be."""
        is_format = self.format is None or reject.format == self.format
        return is_format and (self.reason is None or self.reason.casefold() in reject.reason.casefold())


@dataclass(frozen=True, slots=True)
class ArchivedReject:
    """A reject: its key in the log table, the format of its object, and why it was one."""

    log_id: str
    timestamp_ms: int
    format: str
    reason: str


def select_ranges(ranges: Sequence[RangeRow], source: str | None) -> list[RangeRow]:
    """Return the finished ranges of a source that have rejects."""
    finished = (one for one in ranges if one.row.status in ("done", "continued") and one.row.rejected)
    return [one for one in finished if source is None or one.row.source == source]


def read_archive(s3: "S3Client", bucket: str, key: str) -> Iterator[ArchivedReject]:
    """Yield the rejects of a range; raises `CommandError` if their file has expired or is none."""
    try:
        body = s3.get_object(Bucket=bucket, Key=key)["Body"]
    except s3.exceptions.ClientError as error:
        if get_code(error) not in MISSING:
            raise
        raise CommandError(f"s3://{bucket}/{key} has expired: replay its object instead") from error
    try:
        with gzip.open(body) as lines:
            for line in lines:
                yield _parse_line(orjson.loads(line))
    except (OSError, EOFError, ValueError, KeyError, TypeError) as error:
        raise CommandError(f"s3://{bucket}/{key} is no file of rejects ({error}): replay its object instead") from error


def _parse_line(line: Any) -> ArchivedReject:
    return ArchivedReject(line["log_id"], int(line["timestamp"]), line["format"], line["reason"])
