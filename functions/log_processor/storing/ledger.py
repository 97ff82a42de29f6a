"""One row a range: what was read, stored, filtered and rejected, and how it ended; the first final word wins."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from log_processor import PARSER_VERSION
from log_processor.services import error_code, sorted_error
from log_processor.state import ReaderState, encode
from log_processor.storing.batches import Checkpoint
from log_processor.storing.ledger_row import Row, row_of
from log_processor.work.ranges import ObjectRange

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

NOT_FINAL = "attribute_not_exists(#status) OR #status IN (:running, :failed) OR parser_version <> :parser"
OLD_WORDS = ("finished_at", "reason", "rejects_key", "resume", "sequential", "reader_state", "ranges", "header")
"""What an attempt may say at its end, and the next one, of another parser or with other settings, may not.

`header` is what versions before called the reader's state.
"""
STILL_OURS = "parser_version = :parser AND #status IN (:running, :failed)"


@dataclass(frozen=True, slots=True)
class Ending:
    """How an attempt ended: `resume` is the next range's start where the status is `continued`.

    `ranges` is how many ranges the object was split into; `rejects_key` names the archive of what was rejected.
    """

    status: str
    totals: Checkpoint
    duration_ms: int
    format: str | None = None
    reason: str | None = None
    resume: int | None = None
    state: ReaderState | None = None
    sequential: bool = False
    rejects_key: str | None = None
    ranges: int | None = None


class Ledger:
    """The ledger table; two writes a range: one when an attempt begins, one when it ends."""

    def __init__(self, dynamodb: "DynamoDBClient", table: str) -> None:
        self._dynamodb = dynamodb
        self._table = table

    def begin(self, work: ObjectRange) -> Row:
        """Count an attempt, unless the range is finished: then the finished row is returned unchanged."""
        names = {"#status": "status", "#version": "version", "#start": "start"}
        values = {
            ":running": {"S": "running"},
            ":failed": {"S": "failed"},
            ":parser": {"S": PARSER_VERSION},
            ":now": {"S": _now()},
            ":one": {"N": "1"},
            ":version": {"S": work.version},
            ":start": {"N": str(work.start)},
        }
        change = (
            "SET #status = :running, parser_version = :parser, #version = :version, #start = :start, "
            "started_at = if_not_exists(started_at, :now)"
        )
        if work.end is not None:
            change += ", #end = :end"
            names["#end"] = "end"
            values[":end"] = {"N": str(work.end)}
        names |= {f"#{name}": name for name in OLD_WORDS}
        change += f" REMOVE {', '.join(f'#{name}' for name in OLD_WORDS)} ADD attempts :one"
        return row_of(self._update(work, change, NOT_FINAL, names, values))

    def end(self, work: ObjectRange, ending: Ending) -> Row:
        """Write how the attempt ended; returns the row, which another attempt may have finished before."""
        totals = ending.totals
        attributes: dict[str, Any] = {
            "status": {"S": ending.status},
            "read": {"N": str(totals.read)},
            "stored": {"N": str(totals.stored)},
            "filtered": {"N": str(totals.filtered)},
            "rejected": {"N": str(totals.rejected)},
            "bytes": {"N": str(totals.position - work.start)},
            "duration_ms": {"N": str(ending.duration_ms)},
            "finished_at": {"S": _now()},
        }
        if ending.ranges is not None:
            attributes["ranges"] = {"N": str(ending.ranges)}
        for name in ("format", "reason", "rejects_key"):
            if value := getattr(ending, name):
                attributes[name] = {"S": value}
        if ending.state is not None:
            attributes["reader_state"] = {"S": encode(ending.state)}
        if ending.resume is not None:
            attributes["resume"] = {"N": str(ending.resume)}
            attributes["sequential"] = {"BOOL": ending.sequential}
        names = {f"#{name}": name for name in attributes}
        values = {f":{name}": value for name, value in attributes.items()}
        values |= {":running": {"S": "running"}, ":parser": {"S": PARSER_VERSION}}
        values.setdefault(":failed", {"S": "failed"})
        change = "SET " + ", ".join(f"#{name} = :{name}" for name in attributes)
        return row_of(self._update(work, change, STILL_OURS, names, values))

    def _update(
        self, work: ObjectRange, change: str, condition: str, names: dict[str, str], values: dict[str, Any]
    ) -> dict[str, Any]:
        """The row after the change, or as it stands where the condition refuses the change; raises where it is gone."""
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
            if isinstance(error, ClientError) and error_code(error) == "ConditionalCheckFailedException":
                refused: Any = error.response
                if "Item" in refused:
                    return dict(refused["Item"])
            raise sorted_error(error, f"writing the ledger row of {work.uri} {work.label}") from error
        return dict(response["Attributes"])


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
