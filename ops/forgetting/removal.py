"""Note which records are forgotten, then remove them from the log table: an item whole, a pack by writing it anew."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError
from log_processor.packs import rewriting
from log_processor.storing.forgotten import IDS, name_object, name_stretch
from log_processor.storing.ledger_row import parse_row

from ops.accounts import read_ledger_rows
from ops.errors import CommandError
from ops.exit_codes import ExitCode
from ops.forgetting.matches import VersionRecords
from ops.frame.aws_errors import get_code
from ops.reading.batch_get import ItemKey, make_key

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

IDS_A_WRITE = 1_000
TRIES = 8
CHANGED = "ConditionalCheckFailedException"


@dataclass(frozen=True, slots=True)
class Eraser:
    """Removes records from the log table; `level` is how hard zstd tries to make packs small."""

    dynamodb: "DynamoDBClient"
    table: str
    ledger: str
    level: int

    def note(self, digest: str, log_ids: Iterable[str]) -> None:
        """Keep the ids of the records in the ledger, so that nothing stores them again; twice is the same as once."""
        stretches: defaultdict[str, list[str]] = defaultdict(list)
        for log_id in sorted(log_ids):
            part = log_id.partition("-")[2]
            stretches[name_stretch(int(part.partition("-")[0], 16))].append(part)
        for stretch, parts in stretches.items():
            for first in range(0, len(parts), IDS_A_WRITE):
                self.dynamodb.update_item(
                    TableName=self.ledger,
                    Key={"object": {"S": name_object(digest)}, "range": {"S": stretch}},
                    UpdateExpression="ADD #ids :ids",
                    ExpressionAttributeNames={"#ids": IDS},
                    ExpressionAttributeValues={":ids": {"SS": parts[first : first + IDS_A_WRITE]}},
                )

    def remove(self, version: VersionRecords) -> None:
        """Remove the records of an object version; what is gone already is no error."""
        for key, log_ids in version.items.items():
            if key in version.packs:
                self._write_anew(key, log_ids)
            else:
                self.dynamodb.delete_item(TableName=self.table, Key=make_key(*key))

    def _write_anew(self, key: ItemKey, log_ids: set[str]) -> None:
        """Write a pack without some records, or remove it if no other is left; read it again if somebody wrote it."""
        for _ in range(TRIES):
            answer = self.dynamodb.get_item(TableName=self.table, Key=make_key(*key), ConsistentRead=True)
            item: Any = answer.get("Item")
            if item is None:
                return
            kept, dropped = rewriting.drop_records(item, self.level, lambda record: record.log_id not in log_ids)
            if not dropped:
                return
            condition: Any = rewriting.make_condition(item)
            try:
                if kept is None:
                    self.dynamodb.delete_item(TableName=self.table, Key=make_key(*key), **condition)
                else:
                    self.dynamodb.put_item(TableName=self.table, Item=kept, **condition)
            except ClientError as error:
                if get_code(error) != CHANGED:
                    raise
            else:
                return
        raise CommandError(
            f"the pack {key[0]} is written again and again by others: run the same command later", ExitCode.TRY_AGAIN
        )

    def find_open(self, version: VersionRecords, begun: datetime) -> tuple[bool, bool]:
        """Tell whether ranges of the object version are being read, and whether some ended after `begun`.

        An attempt that began before the ids were noted stores the records once more.
        """
        items = read_ledger_rows(self.dynamodb, self.ledger, version.uri)
        rows = [row for row in map(parse_row, items) if row.version == version.version]
        is_read = any(row.status == "running" for row in rows)
        ended = any(row.finished_at and datetime.fromisoformat(row.finished_at) >= begun for row in rows)
        return is_read, ended
