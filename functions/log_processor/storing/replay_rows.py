"""Begin a replay in the ledger: the object's row is begun anew, and the rows of what was read before are removed."""

import math
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from log_processor.errors import OutOfTimeError, ServiceUnavailableError
from log_processor.service_errors import get_error_code, translate_error
from log_processor.storing.ledger_row import Row, parse_row
from log_processor.storing.replaced import describe_replaced
from log_processor.storing.table_client import iterate_rows
from log_processor.work.ranges import ObjectRange
from log_processor.work.replay import Replay

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

REFUSED = "ConditionalCheckFailedException"
MAX_TRIES = 5
CLOCK_SKEW_S = 5
"""How far the clocks of two machines that run the function may differ."""
NO_OTHER = "attribute_not_exists(#replay) OR #replay <> :replay"


@dataclass(frozen=True, slots=True)
class Reopened:
    """An object whose replay has begun: the replay with what it replaces, and the seconds until it may read."""

    replay: Replay
    wait_s: int = 0


class ReplayRows:
    """What a replay does with the rows of its object version in the ledger table."""

    def __init__(self, dynamodb: "DynamoDBClient", table: str, ttl_s: int = 0) -> None:
        self._dynamodb, self._table, self._ttl_s = dynamodb, table, ttl_s

    def reopen(
        self, work: ObjectRange, uploaded_ms: int, invocation_s: float, is_late: Callable[[], bool]
    ) -> Reopened | None:
        """Begin the replay of the whole object `work` in its row; return None if a later replay has begun already.

        The row loses all that earlier readings wrote. Their attempts may still run, for as long as an invocation may,
        `invocation_s`: the replay has to wait as long. Then the rows of their ranges are removed; raise
        `OutOfTimeError` if `is_late` says that there is no time for the rest. The object was uploaded at `uploaded_ms`,
        in epoch milliseconds.
        """
        replay_id = work.replay_id
        whole, rows = self._mark(work, uploaded_ms, invocation_s)
        if whole.replay != replay_id:
            return None
        stale = {label: row for label, row in rows.items() if label != work.label and row.replay != replay_id}
        replay_from = whole.replay_from
        if not replay_from and _are_running(stale.values()):
            replay_from = self._postpone(work, _choose_begin(invocation_s))
        wait_s = max(0, math.ceil(replay_from - time.time()))
        for label in () if wait_s else stale:
            if is_late():
                raise OutOfTimeError
            self._delete(work, label, NO_OTHER, replay_id)
        return Reopened(Replay.parse(replay_id, whole.replaced), wait_s)

    def find_replay(self, work: ObjectRange) -> Replay | None:
        """Return the replay that the row of the whole object names; None if it names none."""
        with self._translate(work):
            answer = self._dynamodb.get_item(
                TableName=self._table,
                Key=_make_key(work, work.whole.label),
                ProjectionExpression="#status, #replay, #replaced",
                ExpressionAttributeNames={"#status": "status", "#replay": "replay", "#replaced": "replaced"},
                ConsistentRead=True,
            )
        row = parse_row(answer["Item"]) if "Item" in answer else None
        return Replay.parse(row.replay, row.replaced) if row and row.replay else None

    def forget(self, work: ObjectRange) -> None:
        """Remove the row of a range of an earlier reading, unless a later reading has begun the same range."""
        if work.replay is None:
            self._delete(work, work.label, "attribute_not_exists(#replay)")
        else:
            self._delete(work, work.label, "#replay = :replay", work.replay.id)

    def _mark(self, work: ObjectRange, uploaded_ms: int, invocation_s: float) -> tuple[Row, Mapping[str, Row]]:
        """Return the object's row of this replay or of a later one, written if there was none, and all of its rows."""
        for _ in range(MAX_TRIES):
            rows = self._list(work)
            whole = rows.get(work.label)
            if whole is not None and whole.replay >= work.replay_id:
                return whole, rows
            replay_from = _choose_begin(invocation_s) if _are_running(rows.values()) else 0
            has_old_rows = self._may_have_expired(uploaded_ms)
            replay = describe_replaced(work.replay_id, rows, whole, may_have_expired=has_old_rows)
            if self._write(work, replay, replay_from, whole) and not rows:  # nobody has begun a range of it
                return Row("running", 0, "", replay=replay.id, replaced=replay.render_replaced()), rows
        raise ServiceUnavailableError(f"{work.uri}: its ledger row changed {MAX_TRIES} times while a replay began")

    def _may_have_expired(self, uploaded_ms: int) -> bool:
        """Tell whether rows of an object may have expired, so that nobody knows what is stored of it."""
        return self._ttl_s > 0 and uploaded_ms / 1000 + self._ttl_s < time.time()

    def _list(self, work: ObjectRange) -> dict[str, Row]:
        """Return all rows of the object version by their labels."""
        with self._translate(work):
            rows = iterate_rows(
                self._dynamodb,
                TableName=self._table,
                KeyConditionExpression="#object = :object AND begins_with(#range, :version)",
                ExpressionAttributeNames={"#object": "object", "#range": "range"},
                ExpressionAttributeValues={":object": {"S": work.uri}, ":version": {"S": f"{work.version}#"}},
                ConsistentRead=True,
            )
            return {item["range"]["S"]: parse_row(item) for item in rows}

    def _write(self, work: ObjectRange, replay: Replay, replay_from: int, before: Row | None) -> bool:
        """Replace the object's row by one of the replay, unless an attempt or another replay has changed it.

        Tell whether it is replaced.
        """
        item = {
            **_make_key(work, work.label),
            "status": {"S": "running"},
            "version": {"S": work.version},
            "start": {"N": "0"},
            "replay": {"S": replay.id},
            "replaced": {"S": replay.render_replaced()},
            **({"replay_from": {"N": str(replay_from)}} if replay_from else {}),
        }
        condition, values = "attribute_not_exists(#attempts)", dict[str, Any]()
        if before is not None and before.attempts:
            condition, values = "#attempts = :attempts", {":attempts": {"N": str(before.attempts)}}
        if before is not None and before.replay:
            condition, values = f"{condition} AND #replay = :before", values | {":before": {"S": before.replay}}
        else:
            condition += " AND attribute_not_exists(#replay)"
        names = {"#attempts": "attempts", "#replay": "replay"}
        request: Any = {"Item": item, "ConditionExpression": condition, "ExpressionAttributeNames": names}
        if values:
            request["ExpressionAttributeValues"] = values
        with self._translate(work):
            self._dynamodb.put_item(TableName=self._table, **request)
            return True
        return False

    def _postpone(self, work: ObjectRange, replay_from: int) -> int:
        """Note in the object's row from when on its replay may read, unless that is noted; return the time noted."""
        with self._translate(work):
            answer = self._dynamodb.update_item(
                TableName=self._table,
                Key=_make_key(work, work.label),
                UpdateExpression="SET replay_from = if_not_exists(replay_from, :begin)",
                ExpressionAttributeValues={":begin": {"N": str(replay_from)}},
                ReturnValues="ALL_NEW",
            )
        return int(answer["Attributes"]["replay_from"]["N"])

    def _delete(self, work: ObjectRange, label: str, condition: str, replay_id: str = "") -> None:
        request: Any = {"ConditionExpression": condition, "ExpressionAttributeNames": {"#replay": "replay"}}
        if replay_id:
            request["ExpressionAttributeValues"] = {":replay": {"S": replay_id}}
        with self._translate(work):
            self._dynamodb.delete_item(TableName=self._table, Key=_make_key(work, label), **request)

    @contextmanager
    def _translate(self, work: ObjectRange) -> Iterator[None]:
        """Raise the pipeline's error for one of DynamoDB; a condition that does not hold is none."""
        try:
            yield
        except (ClientError, BotoCoreError) as error:
            if not (isinstance(error, ClientError) and get_error_code(error) == REFUSED):
                raise translate_error(error, f"beginning a replay of {work.uri} in the ledger") from error


def _are_running(rows: Iterable[Row]) -> bool:
    return any(row.status == "running" for row in rows)


def _choose_begin(invocation_s: float) -> int:
    """Return the time, in epoch seconds, at which no invocation runs any more that has begun by now."""
    return math.ceil(time.time() + invocation_s) + CLOCK_SKEW_S


def _make_key(work: ObjectRange, label: str) -> Any:
    return {"object": {"S": work.uri}, "range": {"S": label}}
