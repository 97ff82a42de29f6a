"""Keep the log of acts in the ledger table: a row for each command that changed something, by month and time."""

import json
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

PREFIX = "act#"
"""How the partition key of an act begins; that of a range begins with `s3://`."""
MONTH = slice(0, 7)
"""The part of a time that is its month: `2026-05`."""


class ActState(StrEnum):
    """How far an act is. One that was killed stays `running`."""

    RUNNING = "running"
    DONE = "done"
    INTERRUPTED = "interrupted"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class ActRow:
    """What the log says of one act.

    - `name`: the sort key of its row: when it was begun, and eight digits that tell it from others of that time.
    - `arguments`: what the command was given, without secrets and values of records.
    - `who`: the ARN of the credentials.
    - `planned`, `unit`: how many of what it was to work on: 12 `letters`.
    - `counts`: how many it has worked on, by what became of them.
    """

    name: str
    command: str
    arguments: Mapping[str, Any]
    who: str
    begun_at: str
    state: ActState
    planned: int
    unit: str
    counts: Mapping[str, int] = field(default_factory=dict)
    ended_at: str = ""
    reason: str = ""


class ActLog:
    """The log of acts of one environment."""

    def __init__(self, dynamodb: "DynamoDBClient", table: str) -> None:
        self._dynamodb = dynamodb
        self._table = table

    def write(self, row: ActRow) -> None:
        """Write the row of an act, in place of what it said before."""
        self._dynamodb.put_item(TableName=self._table, Item=_render_act(row))

    def list_acts(self, since: datetime, until: datetime) -> list[ActRow]:
        """Return the acts that were begun from `since` until `until`, in that order: a query a month."""
        first, last = format_moment(since), format_moment(until)
        return [_parse_act(item) for month in _list_months(since, until) for item in self._query(month, first, last)]

    def _query(self, month: str, first: str, last: str) -> Iterator[Mapping[str, Any]]:
        pages = self._dynamodb.get_paginator("query").paginate(
            TableName=self._table,
            KeyConditionExpression="#object = :month AND #range BETWEEN :first AND :last",
            ExpressionAttributeNames={"#object": "object", "#range": "range"},
            ExpressionAttributeValues={
                ":month": {"S": PREFIX + month},
                ":first": {"S": first},
                ":last": {"S": last},
            },
            ConsistentRead=True,
        )
        for page in pages:
            yield from page["Items"]


def name_act(moment: datetime) -> str:
    """Return a name for an act that begins at `moment`."""
    return f"{format_moment(moment)}#{secrets.token_hex(4)}"


def format_moment(moment: datetime) -> str:
    """Return a time as rows have it: `2026-05-04T10:00:00.000Z`."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _list_months(since: datetime, until: datetime) -> Iterator[str]:
    first, last = since.astimezone(UTC), until.astimezone(UTC)
    for number in range(first.year * 12 + first.month - 1, last.year * 12 + last.month):
        year, month = divmod(number, 12)
        yield f"{year:04d}-{month + 1:02d}"


def _render_act(row: ActRow) -> dict[str, Any]:
    item: dict[str, Any] = {
        "object": {"S": PREFIX + row.begun_at[MONTH]},
        "range": {"S": row.name},
        "command": {"S": row.command},
        "arguments": {"S": json.dumps(row.arguments, default=str)},
        "who": {"S": row.who},
        "begun_at": {"S": row.begun_at},
        "state": {"S": row.state},
        "planned": {"N": str(row.planned)},
        "unit": {"S": row.unit},
        "counts": {"M": {name: {"N": str(count)} for name, count in row.counts.items()}},
    }
    later = {"ended_at": row.ended_at, "reason": row.reason}
    return item | {name: {"S": text} for name, text in later.items() if text}


def _parse_act(item: Mapping[str, Any]) -> ActRow:
    return ActRow(
        name=item["range"]["S"],
        command=item["command"]["S"],
        arguments=json.loads(item["arguments"]["S"]),
        who=item["who"]["S"],
        begun_at=item["begun_at"]["S"],
        state=ActState(item["state"]["S"]),
        planned=int(item["planned"]["N"]),
        unit=item["unit"]["S"],
        counts={name: int(count["N"]) for name, count in item["counts"]["M"].items()},
        ended_at=item.get("ended_at", {}).get("S", ""),
        reason=item.get("reason", {}).get("S", ""),
    )
