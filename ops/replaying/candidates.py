"""Find the object versions that may be replayed, in the buckets or in the ledger, with what the ledger says of each."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError
from log_processor.work.ranges import UPLOADED, parse_upload_ms

from ops.accounts import WORKERS, VersionAccount
from ops.frame.aws_errors import MISSING, get_code
from ops.reading.grouping import group
from ops.reading.ledger_days import list_ranges
from ops.reading.listed_versions import ListedVersion
from ops.reading.row_ranges import split_uri
from ops.replaying.version_rows import read_versions

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client

DAY, PAGE = timedelta(days=1), 1_000
ARCHIVED = frozenset({"GLACIER", "DEEP_ARCHIVE"})
"""The storage classes that nobody can read from before an object is restored."""
OTHERS = frozenset({"412", "PreconditionFailed", "400"})
"""What S3 answers if the object was overwritten, or if the version id is none."""


class State(StrEnum):
    """What the ledger says of an object version."""

    NEW = "never read"
    DONE = "done"
    MIXED = "read by several parsers or rules"
    FAILED = "failed"
    UNFINISHED = "not finished"


@dataclass(frozen=True, slots=True)
class Candidate:
    """An object version that may be replayed.

    - `replay`: the id of the replay that its rows are of; empty if of none.
    - `records`: how many items the table holds of it; None if that is not known.
    """

    version: ListedVersion
    state: State
    replay: str = ""
    records: int | None = None

    @property
    def is_archived(self) -> bool:
        """Tell whether it has to be restored before it can be read."""
        return self.version.storage_class in ARCHIVED


@dataclass(slots=True)
class Gone:
    """How many versions that the ledger has rows of are in no bucket any more."""

    count: int = 0
    names: list[str] = field(default_factory=list)


def judge_versions(
    dynamodb: "DynamoDBClient", table: str, versions: Sequence[ListedVersion], ttl_days: int
) -> list[Candidate]:
    """Return each version with what the ledger says of it, whose rows expire after `ttl_days`."""
    known = read_versions(dynamodb, table, versions, ttl_days)
    return [_judge(one, known.get((one.uri, one.version))) for one in versions]


def _judge(version: ListedVersion, account: VersionAccount | None) -> Candidate:
    if account is None:
        return Candidate(version, State.NEW)
    return Candidate(version, _find_state(account), account.replay, account.stored + account.rejected)


def _find_state(account: VersionAccount) -> State:
    if account.status == "failed":
        return State.FAILED
    if account.status in ("running", "waiting"):
        return State.UNFINISHED
    return State.MIXED if len(account.parsers) > 1 or len(account.record_rules) > 1 else State.DONE


def list_day(
    s3: "S3Client", dynamodb: "DynamoDBClient", table: str, day: datetime, gone: Gone
) -> Iterator[list[ListedVersion]]:
    """Yield the versions that the function began on a day of the ledger, some at a time; count those that are gone."""
    rows = list_ranges(dynamodb, table, day, day + DAY)
    keys = list(dict.fromkeys((one.object, one.row.version or one.label.rpartition("#")[0]) for one in rows))
    with ThreadPoolExecutor(WORKERS) as pool:
        for part in group(keys, PAGE):
            versions = list(pool.map(lambda key: _find_version(s3, *key), part))
            gone.names += [name for (name, _), version in zip(part, versions, strict=True) if version is None]
            yield [version for version in versions if version is not None]
    gone.count = len(gone.names)


def _find_version(s3: "S3Client", name: str, version: str) -> ListedVersion | None:
    """Return a version by its name in the ledger, with what S3 says of it; None if it is gone."""
    bucket, key = split_uri(name)
    etag, uploaded, _ = version.partition(UPLOADED)
    asked: dict[str, Any] = {"IfMatch": f'"{etag}"'} if uploaded else {"VersionId": version}
    try:
        answer = s3.head_object(Bucket=bucket, Key=key, **asked)
    except ClientError as error:
        if get_code(error) in MISSING | OTHERS:
            return None
        raise
    uploaded_ms = int(answer["LastModified"].timestamp()) * 1000
    if uploaded and uploaded_ms != parse_upload_ms(version):
        return None
    return ListedVersion(
        bucket,
        key,
        None if uploaded else version,
        answer["ETag"].strip('"'),
        uploaded_ms,
        answer["ContentLength"],
        answer.get("StorageClass", "STANDARD"),
    )
