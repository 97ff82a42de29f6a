"""Write the ledger: one row a range, with its counts and its status. The first final status of a row stays."""

import time
import zlib
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from log_processor.parser_version import get_parser_version
from log_processor.service_errors import get_error_code, translate_error
from log_processor.storing.ending import Ending
from log_processor.storing.forgotten import ForgottenRecords
from log_processor.storing.items import DAY_S
from log_processor.storing.ledger_row import DAY_KEY, DAY_SHARDS, Row, parse_row
from log_processor.storing.replay_rows import ReplayRows
from log_processor.storing.table_client import iterate_rows
from log_processor.work.plan import Plan, decode_plan, encode_plan
from log_processor.work.ranges import UPLOADED, ObjectRange
from log_processor.work.replay import NO_RULES

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

STATUSES = {":running": {"S": "running"}, ":failed": {"S": "failed"}}
"""The values of the conditions on the status."""
NOT_FINAL = "attribute_not_exists(#status) OR #status IN (:running, :failed)"
STALE_ATTRIBUTES = (
    "finished_at",
    "reason",
    "rejects_key",
    "resume",
    "sequential",
    "reader_state",
    "ranges",
    "denied_since",
    "first_time",
    "last_time",
    "expires_at",
    "header",
)
"""The attributes that an attempt may leave and the next one may not set, so that they are removed when that begins.

`header` is the name of `reader_state` in rows of earlier versions.
"""
UNFINISHED = "parser_version = :parser AND #status IN (:running, :failed)"


class Ledger:
    """The ledger table. An attempt writes its row when it begins and when it ends; the first one adds the plan."""

    def __init__(self, dynamodb: "DynamoDBClient", table: str, ttl_days: int = 0) -> None:
        self._dynamodb = dynamodb
        self._table = table
        self._ttl_s = ttl_days * DAY_S
        self.replays = ReplayRows(dynamodb, table, self._ttl_s)
        self.forgotten = ForgottenRecords(dynamodb, table)

    def begin(self, work: ObjectRange, record_rules: str, source: str) -> Row:
        """Set a row to `running`, count one attempt, and return the row; if it is finished, return it unchanged.

        Add the parser version and the version of the route's `record_rules` to those of earlier attempts. From its
        first write on, the row stands in the index of the day, with its `source`.
        """
        now, parser = _get_now(), get_parser_version()
        current = {
            "status": {"S": "running"},
            "parser_version": {"S": parser},
            "source": {"S": source},
            **_describe_range(work),
            **self._make_expiry(),
            **({"replay": {"S": work.replay.id}} if work.replay else {}),
        }
        first = {"started_at": {"S": now}, DAY_KEY: {"S": make_day_key(now, work)}}
        added = {
            "attempts": {"N": "1"},
            "marked_attempts": {"N": "1"},
            "parsers": {"SS": [parser]},
            "record_rules": {"SS": [record_rules or NO_RULES]},
        }
        stale = [name for name in STALE_ATTRIBUTES if name not in current]
        kept = ", ".join(f"#{name} = if_not_exists(#{name}, :{name})" for name in first)
        change = f"SET {_assign(current)}, {kept} REMOVE {', '.join(f'#{name}' for name in stale)}"
        change += f" ADD {', '.join(f'#{name} :{name}' for name in added)}"
        changed = current | first | added
        names = {f"#{name}": name for name in (*changed, *stale)}
        return self._update(work, change, NOT_FINAL, names, STATUSES | _make_values(changed))

    def has_begun(self, work: ObjectRange) -> bool:
        """Tell whether an attempt at a range was begun in the same reading of its object."""
        try:
            answer = self._dynamodb.get_item(
                TableName=self._table,
                Key={"object": {"S": work.uri}, "range": {"S": work.label}},
                ProjectionExpression="#status, #replay",
                ExpressionAttributeNames={"#status": "status", "#replay": "replay"},
                ConsistentRead=True,
            )
        except (ClientError, BotoCoreError) as error:
            raise translate_error(error, f"reading the ledger row of {work.uri} {work.label}") from error
        return "Item" in answer and parse_row(answer["Item"]).replay == work.replay_id

    def find_uploads(self, work: ObjectRange) -> list[Row]:
        """Return the whole object's row of each upload with the ETag of `work`, in a bucket that keeps no versions."""
        try:
            rows = iterate_rows(
                self._dynamodb,
                TableName=self._table,
                KeyConditionExpression="#object = :object AND begins_with(#range, :uploads)",
                FilterExpression="#start = :zero AND attribute_not_exists(#end) AND attribute_not_exists(member_name)",
                ExpressionAttributeNames={"#object": "object", "#range": "range", "#start": "start", "#end": "end"},
                ExpressionAttributeValues={
                    ":object": {"S": work.uri},
                    ":uploads": {"S": f"{work.etag}{UPLOADED}"},
                    ":zero": {"N": "0"},
                },
                ConsistentRead=True,
            )
            return [parse_row(item) for item in rows]
        except (ClientError, BotoCoreError) as error:
            raise translate_error(error, f"reading the ledger rows of {work.uri}") from error

    def keep_plan(self, work: ObjectRange, proposed: Plan) -> Plan:
        """Add the plan `proposed` to the row of the whole object if it has none, and return the plan of the row."""
        names = {"#plan": "plan", "#status": "status"}
        change, begun = "SET #plan = if_not_exists(#plan, :plan)", "attribute_exists(#status)"
        row = self._update_reading(work, change, begun, names, {":plan": {"S": encode_plan(proposed)}})
        return decode_plan(row.plan) or proposed

    def note_denial(self, work: ObjectRange, since: str | None, reason: str) -> None:
        """Note in the row that the range waits for access; it stays `running`."""
        values = {
            ":reason": {"S": f"waits: denied since {since}: {reason}"},
            ":since": {"S": str(since)},
            ":parser": {"S": get_parser_version()},
        }
        names = {"#status": "status", "#reason": "reason", "#since": "denied_since"}
        self._update_reading(work, "SET #reason = :reason, #since = :since", UNFINISHED, names, STATUSES | values)

    def end(self, work: ObjectRange, ending: Ending) -> Row:
        """Write how the attempt ended, and return the row.

        If another attempt has finished the row before, it stays as it is and is returned.
        """
        attributes = ending.build_attributes(work.start) | {"finished_at": {"S": _get_now()}} | self._make_expiry()
        names = {f"#{name}": name for name in attributes}
        values = STATUSES | {":parser": {"S": get_parser_version()}} | _make_values(attributes)
        return self._update_reading(work, f"SET {_assign(attributes)}", UNFINISHED, names, values)

    def _make_expiry(self) -> dict[str, Any]:
        """Return the attribute that says when the row expires, counted from now; none if rows are kept."""
        return {"expires_at": {"N": str(int(time.time()) + self._ttl_s)}} if self._ttl_s else {}

    def _update_reading(
        self, work: ObjectRange, change: str, condition: str, names: dict[str, str], values: dict[str, Any]
    ) -> Row:
        """Return the row as `_update` does; it stays as it is if the object is read by a later replay than `work`."""
        reading, named = "attribute_not_exists(#replay)", dict[str, Any]()
        if work.replay is not None:
            reading, named = "#replay = :replay", {":replay": {"S": work.replay.id}}
        names, values = names | {"#replay": "replay"}, values | named
        return self._update(work, change, f"({condition}) AND {reading}", names, values)

    def _update(
        self, work: ObjectRange, change: str, condition: str, names: dict[str, str], values: dict[str, Any]
    ) -> Row:
        """Return the row after the change, or unchanged if the condition refuses it; raise if there is no row."""
        try:
            response = self._dynamodb.update_item(
                TableName=self._table,
                Key={"object": {"S": work.uri}, "range": {"S": work.label}},
                UpdateExpression=change,
                ConditionExpression=condition,
                ExpressionAttributeNames=names,
                ExpressionAttributeValues=values,
                ReturnValues="ALL_NEW",
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        except (ClientError, BotoCoreError) as error:
            if isinstance(error, ClientError) and get_error_code(error) == "ConditionalCheckFailedException":
                refused: Any = error.response
                if "Item" in refused:
                    item = refused["Item"]
                    return parse_row(item, is_refused=not _has_all(item, names, values))
            raise translate_error(error, f"writing the ledger row of {work.uri} {work.label}") from error
        return parse_row(response["Attributes"])


def make_day_key(started_at: str, work: ObjectRange) -> str:
    """Return the partition of the day index in which a range stands that was begun at that time: `2026-05-04#3`."""
    shard = zlib.crc32(f"{work.uri} {work.label}".encode("utf-8", "surrogatepass")) % DAY_SHARDS
    return f"{started_at[:10]}#{shard}"


def _get_now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _describe_range(work: ObjectRange) -> dict[str, Any]:
    """Return the attributes that say which range the row is of, as far as its key does not."""
    attributes = {"version": {"S": work.version}, "start": {"N": str(work.start)}}
    if work.event_ms is not None:
        attributes["event_time"] = {"N": str(work.event_ms)}
    if work.end is not None:
        attributes["end"] = {"N": str(work.end)}
    if work.member is not None:
        attributes |= {"member": {"N": str(work.member.number)}, "member_name": {"S": work.member.name}}
    return attributes


def _has_all(item: Mapping[str, Any], names: Mapping[str, str], values: Mapping[str, Any]) -> bool:
    """Tell whether a row has all that a change sets: it was made, and its answer was lost."""
    return all(item.get(name) == values[f":{name}"] for name in names.values() if f":{name}" in values)


def _assign(attributes: Mapping[str, Any]) -> str:
    return ", ".join(f"#{name} = :{name}" for name in attributes)


def _make_values(attributes: Mapping[str, Any]) -> dict[str, Any]:
    return {f":{name}": value for name, value in attributes.items()}
