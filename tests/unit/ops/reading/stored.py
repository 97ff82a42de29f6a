"""Records for the tests of reading: written as the function writes them, and asked for as the commands do."""

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice
from typing import Any

import orjson
from log_processor.record import LogRecord
from log_processor.storing.index_entry import INDEX_KEY, WHOLE_RECORD_KEY
from log_processor.storing.items import ItemEncoder, ObjectFacts
from moto.dynamodb.models import dynamodb_backends

from emulator.aws import batch_write
from ops.reading.item_store import ItemStore
from ops.reading.spending import ignore_bytes
from ops.reading.store import Question, Record
from tests.unit.ops.reading.conftest import LOGS, Tables

FIRST_MS = int(datetime(2026, 5, 1, tzinfo=UTC).timestamp() * 1000)
SHARDS = 8
DIGEST = "0123456789abcdef0123456789abcd"


def make_record(number: int, at_ms: int) -> LogRecord:
    """Return a record; one of a hundred is an error, and one of a thousand is of a user of its own."""
    status = 500 if number % 100 == 0 else 200
    fields = {"http.response.status_code": status, "user": {"name": "root" if number % 1000 == 7 else "web"}}
    return LogRecord(f"{DIGEST}-{number:x}", at_ms, "combined", f"line {number}", number, 8, fields, level="info")


def put_records(records: Iterator[LogRecord], source: str = "web") -> None:
    encoder = ItemEncoder(ObjectFacts("s3://b/a.log", source, "v1", "now"), index_shards=SHARDS, record_ttl_days=0)
    stored = dynamodb_backends["123456789012"]["us-east-1"].tables
    while batch := b",".join(encoder.encode(record) for record in islice(records, 25)):
        assert batch_write.store_puts(stored, b'{"RequestItems":{"%s":[%s]}}' % (LOGS.encode(), batch))


def ask(tables: Tables, question: Question) -> list[Record]:
    """Return the answer, after the count of requests was set to zero."""
    tables.requests.clear()
    return list(ItemStore(tables.client, LOGS, SHARDS).read(question, ignore_bytes))


def number(record: Record) -> int:
    return int(record.log_id.partition("-")[2], 16)


def put_old(client: Any, record: LogRecord) -> None:
    """Put a record as versions with the old index wrote it."""
    facts = ObjectFacts("s3://b/a.log", "web", "v1", "now")
    put = ItemEncoder(facts, index_shards=SHARDS, record_ttl_days=0).encode(record)
    item: dict[str, Any] = orjson.loads(put)["PutRequest"]["Item"]
    item[WHOLE_RECORD_KEY] = item.pop(INDEX_KEY)
    del item["status"]
    client.put_item(TableName=LOGS, Item=item)
