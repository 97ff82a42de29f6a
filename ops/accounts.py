"""What the ledger's rows say of one object: an account for each of its versions."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from log_processor.storing.ledger_row import LedgerItem, Row, row_of

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

STATUSES = ("done", "continued", "failed", "running")
COUNTS = ("read", "stored", "filtered", "rejected", "bytes")
EFFORT = ("attempts", "duration_ms")


@dataclass(frozen=True, slots=True)
class VersionAccount:
    """The sum over the ranges of one version; bytes are decompressed ones, times are ISO 8601.

    `status` is `done` where every range ended well and none is missing, `failed` where one failed, else `running` or
    `waiting`. `missing` counts the ranges that were handed out and have no row yet. `closes` says that
    `read = stored + filtered + rejected` holds in every row.
    """

    version: str
    status: str
    format: str | None
    ranges: int
    done: int
    continued: int
    failed: int
    running: int
    missing: int
    read: int
    stored: int
    filtered: int
    rejected: int
    bytes: int
    attempts: int
    duration_ms: int
    closes: bool
    started_at: str
    finished_at: str
    reasons: tuple[str, ...]


def ledger_rows(dynamodb: "DynamoDBClient", table: str, name: str) -> list[LedgerItem]:
    """All rows of the object `name` (`s3://bucket/key`): one query, which DynamoDB answers in pages of 1 MB."""
    pages = dynamodb.get_paginator("query").paginate(
        TableName=table,
        KeyConditionExpression="#object = :object",
        ExpressionAttributeNames={"#object": "object"},
        ExpressionAttributeValues={":object": {"S": name}},
        ConsistentRead=True,
    )
    return [row for page in pages for row in page["Items"]]


def accounts(items: Iterable[LedgerItem]) -> list[VersionAccount]:
    """Return an account for each version, the one begun first before the others."""
    by_version: defaultdict[str, list[Row]] = defaultdict(list)
    for row in map(row_of, items):
        by_version[row.version].append(row)
    found = [_account(version, _of_newest_parser(rows)) for version, rows in by_version.items()]
    return sorted(found, key=lambda account: account.started_at)


def _of_newest_parser(rows: list[Row]) -> list[Row]:
    """Without what an older parser left: it may have stopped at other places."""
    newest = max(rows, key=lambda row: row.finished_at or row.processed_at)
    return [row for row in rows if row.parser_version == newest.parser_version]


def _account(version: str, rows: list[Row]) -> VersionAccount:
    ranges = [row for row in rows if row.ranges is None]  # a split object's own row says only how many there are
    statuses = Counter(row.status for row in ranges)
    missing = max(0, _handed_out(rows) + statuses["continued"] - len(ranges))
    return VersionAccount(
        version=version,
        status=_status(statuses, missing),
        format=next(filter(None, (row.format for row in rows)), None),
        ranges=len(ranges) + missing,
        missing=missing,
        **{status: statuses[status] for status in STATUSES},
        **_sums(ranges, COUNTS),
        **_sums(rows, EFFORT),
        closes=all(map(_closes, rows)),
        started_at=min(row.processed_at for row in rows),
        finished_at=max(row.finished_at for row in rows),
        reasons=_reasons(rows),
    )


def _handed_out(rows: list[Row]) -> int:
    """Return how many ranges an object was split into; one that was not split is one."""
    return sum(row.ranges or 0 for row in rows) or 1


def _sums(rows: list[Row], names: tuple[str, ...]) -> dict[str, int]:
    return {name: sum(getattr(row, name) for row in rows) for name in names}


def _reasons(rows: list[Row]) -> tuple[str, ...]:
    return tuple(sorted({row.reason for row in rows if row.status == "failed"}))


def _closes(row: Row) -> bool:
    return row.read == row.stored + row.filtered + row.rejected


def _status(statuses: Counter[str], missing: int) -> str:
    for status in ("failed", "running"):
        if statuses[status]:
            return status
    return "waiting" if missing else "done"
