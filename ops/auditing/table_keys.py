"""Read which records the log table holds: the keys of all, or whether some are there; in items and in packs."""

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from log_processor.packs.index_entry import PACK_INDEX
from log_processor.packs.unpacking import UnreadablePackError, list_pack_ids, read_records
from log_processor.storing.index_entry import QUERY_INDEX, WHOLE_RECORD_INDEX

from ops.reading.batch_get import MAX_KEYS, get_items, make_key
from ops.reading.grouping import group
from ops.reading.plain import convert_item, count_read_bytes
from ops.reading.spending import Spend

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

RecordKey = tuple[str, int]
"""The `log_id` and the timestamp of a record."""
PACK = ("log_id", "layout", "log_data")
CELLS_HELD = 8
MAX_NAMED = 3
"""How many records a finding names that are missing, or too many."""


@dataclass
class TableKeys:
    """The keys of the records in the log table.

    - `unreadable`: of each pack that cannot be read, why that is.
    - `repeated`: ids of the first records found more than once in the packs of their cells, as many as a finding names.
    """

    dynamodb: "DynamoDBClient"
    table: str
    spend: Spend
    unreadable: set[str] = field(default_factory=set)
    repeated: dict[str, None] = field(default_factory=dict)
    _cells: "OrderedDict[str, frozenset[RecordKey]]" = field(default_factory=OrderedDict)

    def measure(self) -> int:
        """Return about how many bytes `list_all` reads, as DynamoDB has counted them in the last six hours."""
        sizes = {
            one["IndexName"]: one.get("IndexSizeBytes", 0) for one in self._facts.get("GlobalSecondaryIndexes", ())
        }
        if self._is_indexed and not sizes[PACK_INDEX]:
            return int(sizes[QUERY_INDEX])
        return int(self._facts.get("TableSizeBytes", 0))

    def list_all(self) -> Iterator[tuple[RecordKey, RecordKey]]:
        """Yield the key of each record with the key of the item that holds it.

        The indexes are read, and the packs that they name. If a version before them stored records, or none is there,
        the table itself is read.
        """
        if not self._is_indexed:
            for item in self._scan(None, PACK):
                yield from self._list_records(item)
            return
        for item in self._scan(QUERY_INDEX, ("log_id",)):
            yield from self._list_records(item)
        for entries in group(self._scan(PACK_INDEX, ("log_id",)), MAX_KEYS):
            keys = [make_key(one["log_id"], one["timestamp"]) for one in entries]
            for item in get_items(self.dynamodb, self.table, keys, self.spend):
                yield from self._list_records(convert_item(item))

    def find_missing(self, keys: Sequence[RecordKey], *, packed: bool) -> list[RecordKey]:
        """Return those of some keys of records that the table does not hold, in their order."""
        missing = [key for key in keys if not packed or not self._is_packed(key)]
        held: set[RecordKey] = set()
        for some in group(missing, MAX_KEYS):
            items = get_items(self.dynamodb, self.table, [make_key(*key) for key in some], self.spend)
            held.update((item["log_id"]["S"], int(item["timestamp"]["N"])) for item in items)
        return [key for key in missing if key not in held]

    @cached_property
    def _is_indexed(self) -> bool:
        """Tell whether the two indexes hold all records together."""
        names = {one["IndexName"] for one in self._facts.get("GlobalSecondaryIndexes", ())}
        if not names >= {QUERY_INDEX, PACK_INDEX}:
            return False
        return WHOLE_RECORD_INDEX not in names or not self._has_items(WHOLE_RECORD_INDEX)

    @cached_property
    def _facts(self) -> Any:
        return self.dynamodb.describe_table(TableName=self.table)["Table"]

    def _has_items(self, index: str) -> bool:
        answer = self.dynamodb.scan(TableName=self.table, IndexName=index, Limit=1)
        return bool(answer["Items"] or answer.get("LastEvaluatedKey"))

    def _scan(self, index: str | None, names: Sequence[str]) -> Iterator[dict[str, Any]]:
        request: dict[str, Any] = {
            "TableName": self.table,
            "ProjectionExpression": ", ".join(("#time", *names)),
            "ExpressionAttributeNames": {"#time": "timestamp"},
            "ReturnConsumedCapacity": "TOTAL",
        }
        if index is not None:
            request["IndexName"] = index
        for page in self.dynamodb.get_paginator("scan").paginate(**request):
            self.spend(count_read_bytes(page))
            yield from map(convert_item, page["Items"])

    def _list_records(self, item: dict[str, Any]) -> Iterator[tuple[RecordKey, RecordKey]]:
        """Yield the records of an item, which is one, or a pack of many."""
        own = (item["log_id"], item["timestamp"])
        if "layout" not in item:
            yield own, own
            return
        try:
            for record in read_records(item["log_id"], item["layout"], item["log_data"]):
                yield (record.log_id, record.timestamp_ms), own
        except UnreadablePackError as error:
            self.unreadable.add(str(error))

    def _is_packed(self, key: RecordKey) -> bool:
        return any(key in self._read_cell(pack_id) for pack_id in list_pack_ids(key[0]))

    def _read_cell(self, pack_id: str) -> frozenset[RecordKey]:
        """Return the keys in all packs of a cell; those of the last few cells are kept."""
        if pack_id not in self._cells:
            pages = self.dynamodb.get_paginator("query").paginate(
                TableName=self.table,
                KeyConditionExpression="log_id = :id",
                ExpressionAttributeValues={":id": {"S": pack_id}},
                ReturnConsumedCapacity="TOTAL",
            )
            keys: set[RecordKey] = set()
            for page in pages:
                self.spend(count_read_bytes(page))
                for key, _ in (one for item in page["Items"] for one in self._list_records(convert_item(item))):
                    if key in keys and len(self.repeated) < MAX_NAMED:
                        self.repeated[key[0]] = None
                    keys.add(key)
            self._cells[pack_id] = frozenset(keys)
            if len(self._cells) > CELLS_HELD:
                self._cells.popitem(last=False)
        return self._cells[pack_id]
