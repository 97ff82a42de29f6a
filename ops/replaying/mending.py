"""Read the rejects of a range again, and write those that parse now in place of their texts.

The items and the range's ledger row change in one transaction, each only if it is still as it was read: so it may end
at any point and be done twice, and the account of the range closes all the time.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import orjson
from botocore.exceptions import ClientError
from log_processor.parser_version import get_parser_version
from log_processor.storing.ledger_row import Row
from log_processor.storing.record_counts import FALLBACK
from log_processor.work.ranges import ObjectRange

from ops.errors import CommandError
from ops.exit_codes import ExitCode
from ops.reading.batch_get import get_items, make_key
from ops.reading.ledger_days import RangeRow
from ops.reading.object_reader import ObjectReader
from ops.replaying.archived import ArchivedReject

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

MAX_MENDED = 40
"""How many rejects a transaction mends: it has 100 changes at most, two for each, and one of the ledger's row."""
MAX_BYTES = 3_000_000
"""How large the items of a transaction are together; DynamoDB allows 4 MB."""
FAILED_CHECK, INVALID, NO_FAULT = "ConditionalCheckFailed", "ValidationError", "None"


@dataclass(frozen=True, slots=True)
class MendedReject:
    """A reject that parses now: `text` is the item that it has, and `item` what takes its place."""

    reject: ArchivedReject
    text: Mapping[str, Any]
    item: Mapping[str, Any]
    size_bytes: int

    @property
    def moves(self) -> bool:
        """Tell whether it has another key than its text: its time is read now."""
        return int(self.item["timestamp"]["N"]) != self.reject.timestamp_ms


@dataclass(slots=True)
class RangeRejects:
    """The rejects of one range, and what they are now.

    - `mended`: those that parse; `still` why the others do not, by their ids.
    - `done`: how many are no text any more, or are not in the table.
    """

    one: RangeRow
    work: ObjectRange
    rejects: list[ArchivedReject]
    mended: list[MendedReject] = field(default_factory=list)
    still: dict[str, str] = field(default_factory=dict)
    done: int = 0

    @property
    def is_packed(self) -> bool:
        """Tell whether its records are in packs, of which no single one can be written."""
        return self.work.is_packed


def read_again(rejected: RangeRejects, reader: ObjectReader, dynamodb: "DynamoDBClient", table: str) -> None:
    """Parse the rejects of a range anew, with the records before them, as the function would read the range now."""
    texts: dict[str, Mapping[str, Any]] = {}
    if not rejected.is_packed:
        texts = _find_texts(dynamodb, table, rejected.rejects)
        rejected.done = len(rejected.rejects) - len(texts)
        rejected.rejects = [reject for reject in rejected.rejects if reject.log_id in texts]
    left = {reject.log_id: reject for reject in rejected.rejects}
    encoder = reader.make_encoder(rejected.work, rejected.one.row.processed_at, reader.config.record_ttl_days)
    for record in reader.read_logs(rejected.work) if left else ():
        reject = left.pop(record.log_id, None) if record else None
        if record is not None and reject is not None:
            if record.parse_error is None:
                put = encoder.encode(record)
                item = orjson.loads(put)["PutRequest"]["Item"]
                rejected.mended.append(MendedReject(reject, texts.get(reject.log_id, {}), item, len(put)))
            else:
                rejected.still[reject.log_id] = record.parse_error
        if not left:
            break
    rejected.still |= dict.fromkeys(left, "no record begins there any more: replay the object")


def _find_texts(
    dynamodb: "DynamoDBClient", table: str, rejects: Sequence[ArchivedReject]
) -> dict[str, Mapping[str, Any]]:
    """Return the items of rejects that are still texts, by their ids."""
    unique = {(reject.log_id, reject.timestamp_ms) for reject in rejects}
    keys = [make_key(*key) for key in sorted(unique)]
    items = get_items(dynamodb, table, keys)
    return {item["log_id"]["S"]: item for item in items if "parse_error" in item}


def make_batches(rejected: RangeRejects) -> Iterator[list[MendedReject]]:
    """Yield the rejects that parse in groups that a transaction takes."""
    batch: list[MendedReject] = []
    size_bytes = 0
    for mended in rejected.mended:
        if batch and (len(batch) == MAX_MENDED or size_bytes + mended.size_bytes > MAX_BYTES):
            yield batch
            batch, size_bytes = [], 0
        batch.append(mended)
        size_bytes += mended.size_bytes
    if batch:
        yield batch


@dataclass(frozen=True, slots=True)
class MendingTables:
    """The tables in which rejects are mended."""

    dynamodb: "DynamoDBClient"
    log_table: str
    ledger_table: str

    def write(self, one: RangeRow, row: Row, batch: Sequence[MendedReject]) -> tuple[Row, list[MendedReject]]:
        """Mend rejects of a range; return its row after that, and those that were mended.

        Leave out those that are no texts any more, and those that the table refuses. Raises `CommandError` if the row
        has changed since it was read.
        """
        left = list(batch)
        while left:
            after = _count_mended(row, left)
            changes = [change for mended in left for change in self._replace_text(mended)]
            try:
                self.dynamodb.transact_write_items(TransactItems=[self._update_row(one, row, after), *changes])
            except ClientError as error:
                left = _drop_refused(error, left, one)
            else:
                return after, left
        return row, []

    def _replace_text(self, mended: MendedReject) -> list[Any]:
        is_text = {"ConditionExpression": "attribute_exists(parse_error)", "TableName": self.log_table}
        if not mended.moves:
            return [{"Put": {"Item": mended.item, **is_text}}]
        key = make_key(mended.reject.log_id, mended.reject.timestamp_ms)
        return [{"Delete": {"Key": key, **is_text}}, {"Put": {"Item": mended.item, "TableName": self.log_table}}]

    def _update_row(self, one: RangeRow, before: Row, after: Row) -> Any:
        counts = {"stored": after.stored, "rejected": after.rejected}
        if after.text_fallbacks is not None:
            counts["text_fallbacks"] = after.text_fallbacks
        times = {"first_time": after.first_time, "last_time": after.last_time}
        counts |= {name: time_ms for name, time_ms in times.items() if time_ms is not None}
        setting = ", ".join(f"#{name} = :{name}" for name in (*counts, "levels"))
        changed: dict[str, Any] = {name: {"N": str(count)} for name, count in counts.items()}
        changed["levels"] = {"M": {level: {"N": str(count)} for level, count in after.levels.items()}}
        return {
            "Update": {
                "TableName": self.ledger_table,
                "Key": {"object": {"S": one.object}, "range": {"S": one.label}},
                "UpdateExpression": f"SET {setting} ADD parsers :parser, mended_by :parser",
                "ConditionExpression": "#rejected = :before AND finished_at = :finished",
                "ExpressionAttributeNames": {f"#{name}": name for name in changed},
                "ExpressionAttributeValues": {
                    **{f":{name}": value for name, value in changed.items()},
                    ":before": {"N": str(before.rejected)},
                    ":finished": {"S": before.finished_at},
                    ":parser": {"SS": [get_parser_version()]},
                },
            }
        }


def _count_mended(row: Row, batch: Sequence[MendedReject]) -> Row:
    """Return the row of a range after some of its rejects are stored."""
    levels = Counter(row.levels)
    levels.update(filter(None, (_get_level(mended.item) for mended in batch)))
    levels.subtract(filter(None, (_get_level(mended.text) for mended in batch)))
    own = [int(mended.item["timestamp"]["N"]) for mended in batch if "timestamp_from" not in mended.item]
    fallbacks = sum(mended.item["format"]["S"] != FALLBACK for mended in batch)
    return replace(
        row,
        stored=row.stored + len(batch),
        rejected=row.rejected - len(batch),
        levels={level: count for level, count in levels.items() if count > 0},
        text_fallbacks=None if row.text_fallbacks is None else max(0, row.text_fallbacks - fallbacks),
        first_time=min([*own, *_list_known(row.first_time)], default=None),
        last_time=max([*own, *_list_known(row.last_time)], default=None),
    )


def _get_level(item: Mapping[str, Any]) -> str:
    return str(item.get("level", {}).get("S", ""))


def _list_known(time_ms: int | None) -> list[int]:
    return [] if time_ms is None else [time_ms]


def _drop_refused(error: ClientError, batch: list[MendedReject], one: RangeRow) -> list[MendedReject]:
    """Return the rejects of a transaction that did not stand in its way; raise if something else did."""
    answer: Any = error.response
    codes = [str(reason.get("Code", NO_FAULT)) for reason in answer.get("CancellationReasons", ())]
    if not codes:
        raise error
    if codes[0] == FAILED_CHECK:
        raise CommandError(
            f"{one.object} {one.label}: its ledger row has changed since it was read: run the same command again",
            ExitCode.TRY_AGAIN,
        )
    position, kept = 1, []
    for mended in batch:
        own = codes[position : position + 1 + mended.moves]
        position += 1 + mended.moves
        if not {FAILED_CHECK, INVALID} & set(own):
            kept.append(mended)
    if len(kept) == len(batch):
        raise CommandError(
            f"the tables did not take a transaction ({', '.join(sorted(set(codes) - {NO_FAULT}))}): run the same "
            "command again later",
            ExitCode.TRY_AGAIN,
        )
    return kept
