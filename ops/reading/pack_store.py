"""Records that are stored in packs: found by the packs' own index, and taken out of them."""

import heapq
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError
from log_processor.packs.index_entry import FIRST, PACK_DAY, PACK_INDEX, name_pack_day
from log_processor.packs.unpacking import UnreadablePackError, list_pack_ids, read_records
from log_processor.record import LogRecord
from log_processor.storing.index_entry import find_status
from log_processor.storing.items import DAY_MS

from ops.errors import CommandError
from ops.exit_codes import ExitCode
from ops.frame.aws_errors import lacks_index
from ops.reading.batch_get import get_items, make_key
from ops.reading.plain import convert_item, count_read_bytes
from ops.reading.pool import open_pool
from ops.reading.span import EPOCH
from ops.reading.spending import Spend
from ops.reading.store import Position, Question, Record

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

PACKS_AHEAD = 8
WORKERS = 16
MAX_UNREADABLE = 10
"""So many packs that cannot be read are named."""
SHARED = ("source", "source_file", "object_version", "processed_at", "member")
DAYS_AHEAD = 3
"""How many further days are asked for while one is read."""
Entry = Mapping[str, Any]
Answers = list[Future[list[Entry]]]


@dataclass(slots=True)
class PackStore:
    """The packs of the log table; a table without their index has none.

    `unreadable` says of each pack that was met and cannot be read why that is; `check` raises it after all others.
    """

    dynamodb: "DynamoDBClient"
    table: str
    unreadable: dict[str, None] = field(default_factory=dict)

    def read(self, question: Question, spend: Spend) -> Iterator[Record]:
        """Yield the records that `question` asks for, in its order, as they are found."""
        condition: Any = question.condition
        records = self._read_all(question, spend)
        if condition is not None:
            records = (record for record in records if condition.test(record.get))
        yield from islice(records, question.limit)

    def check(self) -> None:
        """Raise `CommandError` that names the packs that were met and cannot be read."""
        if self.unreadable:
            first = list(self.unreadable)[:MAX_UNREADABLE]
            more = len(self.unreadable) - len(first)
            raise CommandError("; ".join(first) + (f"; and {more:,} more" if more else ""), ExitCode.WRONG)

    def complete(self, records: Sequence[Record], _spend: Spend) -> list[Record]:
        """Return the records, each of which is whole as it is found."""
        return list(records)

    def find(self, log_id: str) -> Record | None:
        """Return a record by its id, or None: the cells of all grids in which it may be are asked for at once."""
        pack_ids = list_pack_ids(log_id)
        with ThreadPoolExecutor(len(pack_ids) or 1) as pool:
            answers = pool.map(self._query_cell, pack_ids)
        packs = [pack for answer in answers for pack in answer]
        records = (record for pack in packs for record in self._unpack(pack))
        return next((record for record in records if record.log_id == log_id), None)

    def _query_cell(self, pack_id: str) -> list[dict[str, Any]]:
        pages = self.dynamodb.get_paginator("query").paginate(
            TableName=self.table,
            KeyConditionExpression="log_id = :id",
            ExpressionAttributeValues={":id": {"S": pack_id}},
        )
        return [convert_item(item) for page in pages for item in page["Items"]]

    def _read_all(self, question: Question, spend: Spend) -> Iterator[Record]:
        """Yield the records of the span, day by day; the entries of the next days are asked for while one is read."""
        days, asked = deque(question.list_days()), deque[tuple[date, Answers]]()
        with open_pool(WORKERS) as pool:
            rest = _join(self._ask(None, question, spend, pool))
            outliers = [record for _, pack in self._fetch(rest, spend) for record in self._unpack(pack)]
            while days or asked:
                while days and len(asked) <= DAYS_AHEAD:
                    day = days.popleft()
                    asked.append((day, self._ask(day.isoformat(), question, spend, pool)))
                day, answers = asked.popleft()
                of_day = [record for record in outliers if _is_of_day(record, day)]
                yield from self._merge(_join(answers), of_day, question, spend)

    def _ask(self, day: str | None, question: Question, spend: Spend, pool: Executor) -> Answers:
        """Ask for the entries of a day, of all sources at once; None stands for no one day."""
        return [
            pool.submit(lambda source: list(self._list_entries(source, day, question, spend)), source)
            for source in question.sources
        ]

    def _list_entries(self, source: str, day: str | None, question: Question, spend: Spend) -> Iterator[Entry]:
        """Yield the entries of the packs of a source and day that have records in the span."""
        pages = self.dynamodb.get_paginator("query").paginate(
            TableName=self.table,
            IndexName=PACK_INDEX,
            KeyConditionExpression="#day = :day AND #first <= :to",
            FilterExpression="#last >= :from",
            ExpressionAttributeNames={"#day": PACK_DAY, "#first": FIRST, "#last": "last"},
            ExpressionAttributeValues={
                ":day": {"S": name_pack_day(source, day)},
                ":to": {"N": str(question.span.last_ms)},
                ":from": {"N": str(question.span.first_ms)},
            },
            ReturnConsumedCapacity="TOTAL",
        )
        try:
            for page in pages:
                spend(count_read_bytes(page))
                yield from map(convert_item, page["Items"])
        except ClientError as error:
            if not lacks_index(error):
                raise

    def _fetch(self, entries: Sequence[Entry], spend: Spend) -> Iterator[tuple[Entry, dict[str, Any]]]:
        """Yield each entry with its pack, in their order; one that is gone meanwhile is left out."""
        for first in range(0, len(entries), PACKS_AHEAD):
            some = entries[first : first + PACKS_AHEAD]
            keys = [make_key(listed["log_id"], listed["timestamp"]) for listed in some]
            items = map(convert_item, get_items(self.dynamodb, self.table, keys, spend))
            packs = {(item["log_id"], item["timestamp"]): item for item in items}
            for listed in some:
                if (pack := packs.get((listed["log_id"], listed["timestamp"]))) is not None:
                    yield listed, pack

    def _merge(self, entries: list[Entry], others: list[Record], question: Question, spend: Spend) -> Iterator[Record]:
        """Yield the records of the packs of a day, and `others`, in order; only packs that overlap are held at once."""
        direction, edge = (-1, "last") if question.newest_first else (1, FIRST)
        entries.sort(key=lambda listed: direction * listed[edge])
        held: list[tuple[int, str, Record]] = []
        _hold(others, question, held)
        for listed, pack in self._fetch(entries, spend):
            while held and held[0][0] < direction * listed[edge]:
                yield heapq.heappop(held)[2]
            _hold(self._unpack(pack), question, held)
        while held:
            yield heapq.heappop(held)[2]

    def _unpack(self, pack: Mapping[str, Any]) -> Iterator[Record]:
        """Yield the records of a pack; if it cannot be read, remember why."""
        shared = {name: pack[name] for name in SHARED if name in pack}
        try:
            for record in read_records(pack["log_id"], pack["layout"], pack["log_data"]):
                position = Position(record.timestamp_ms, record.log_id, record.log_id)
                yield Record(position, shared | describe_record(record), whole=True)
        except UnreadablePackError as error:
            self.unreadable[str(error)] = None


def _join(answers: Answers) -> list[Entry]:
    return [listed for answer in answers for listed in answer.result()]


def _hold(records: Iterable[Record], question: Question, held: list[tuple[int, str, Record]]) -> None:
    """Add those records to a heap that are in the span, and stand after the place to go on from."""
    direction = -1 if question.newest_first else 1
    span, after = question.span, question.after
    for record in records:
        rank = (direction * record.timestamp, record.position.partition)
        if span.first_ms <= record.timestamp <= span.last_ms and (
            after is None or rank > (direction * after.timestamp, after.partition)
        ):
            heapq.heappush(held, (*rank, record))


def _is_of_day(record: Record, day: date) -> bool:
    return record.timestamp // DAY_MS == (day - EPOCH).days


def describe_record(record: LogRecord) -> dict[str, Any]:
    """Return the attributes that the record would have as an item of its own."""
    attributes: dict[str, Any] = {
        "log_id": record.log_id,
        "timestamp": record.timestamp_ms,
        "format": record.format,
        "log_data": record.log_data,
        "offset": record.offset,
        "length": record.length,
        "fields": record.fields or None,
        "timestamp_from": record.timestamp_from,
        "level": record.level,
        "parse_error": record.parse_error,
        "truncated": record.truncated or None,
        "continues": record.continues,
        "status": find_status(record.fields),
    }
    return {name: value for name, value in attributes.items() if value is not None}
