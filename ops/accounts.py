"""What the ledger's rows say of one object: an account for each of its versions."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

LedgerRow = Mapping[str, Mapping[str, Any]]
"""One row in DynamoDB's JSON, as `storing/ledger.py` writes it."""
COUNTS = ("read", "stored", "filtered", "rejected")


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


def ledger_rows(dynamodb: "DynamoDBClient", table: str, name: str) -> list[LedgerRow]:
    """All rows of the object `name` (`s3://bucket/key`): one query, which DynamoDB answers in pages of 1 MB."""
    pages = dynamodb.get_paginator("query").paginate(
        TableName=table,
        KeyConditionExpression="#object = :object",
        ExpressionAttributeNames={"#object": "object"},
        ExpressionAttributeValues={":object": {"S": name}},
        ConsistentRead=True,
    )
    return [row for page in pages for row in page["Items"]]


def accounts(rows: Iterable[LedgerRow]) -> list[VersionAccount]:
    """An account for each version, the one begun first before the others."""
    by_version: defaultdict[str, list[LedgerRow]] = defaultdict(list)
    for row in rows:
        by_version[_text(row, "version")].append(row)
    found = [_account(version, _of_newest_parser(ranges)) for version, ranges in by_version.items()]
    return sorted(found, key=lambda account: account.started_at)


def _of_newest_parser(rows: list[LedgerRow]) -> list[LedgerRow]:
    """Without what an older parser left: it may have stopped at other places."""
    newest = max(rows, key=lambda row: _text(row, "finished_at") or _text(row, "started_at"))
    return [row for row in rows if _text(row, "parser_version") == _text(newest, "parser_version")]


def _account(version: str, rows: list[LedgerRow]) -> VersionAccount:
    ranges = [row for row in rows if "ranges" not in row]  # a split object's own row says only how many there are
    statuses = Counter(_text(row, "status") for row in ranges)
    handed_out = sum(_number(row, "ranges") for row in rows) or 1
    missing = max(0, handed_out + statuses["continued"] - len(ranges))
    counts = {name: sum(_number(row, name) for row in ranges) for name in COUNTS}
    return VersionAccount(
        version=version,
        status=_status(statuses, missing),
        format=next((name for row in rows if (name := _text(row, "format"))), None),
        ranges=len(ranges) + missing,
        done=statuses["done"],
        continued=statuses["continued"],
        failed=statuses["failed"],
        running=statuses["running"],
        missing=missing,
        **counts,
        bytes=sum(_number(row, "bytes") for row in ranges),
        attempts=sum(_number(row, "attempts") for row in rows),
        duration_ms=sum(_number(row, "duration_ms") for row in rows),
        closes=all(_number(row, "read") == sum(_number(row, name) for name in COUNTS[1:]) for row in rows),
        started_at=min(_text(row, "started_at") for row in rows),
        finished_at=max(_text(row, "finished_at") for row in rows),
        reasons=tuple(sorted({_text(row, "reason") for row in rows if _text(row, "status") == "failed"})),
    )


def _status(statuses: Counter[str], missing: int) -> str:
    for status in ("failed", "running"):
        if statuses[status]:
            return status
    return "waiting" if missing else "done"


def _text(row: LedgerRow, name: str) -> str:
    return str(row.get(name, {}).get("S", ""))


def _number(row: LedgerRow, name: str) -> int:
    return int(row.get(name, {}).get("N", 0))
