"""An environment whose log table has the index, and whose function has stored some objects."""

import gzip
import io
import zipfile
from typing import Any

import pytest
from log_processor import handler
from log_processor.packs.index_entry import FIRST, PACK_DAY, PACK_INDEX, PACK_INDEXED
from log_processor.storing.index_entry import INDEX_KEY, INDEXED, QUERY_INDEX

from tests.unit.log_processor.conftest import Stack
from tests.unit.ops.conftest import PREFIX
from tests.unit.ops.test_status import work_on

LOGS = f"{PREFIX}-logs"
ACCESS = '10.0.0.{n} - - [04/May/2026:10:{n:02}:00 +0000] "GET /{n} HTTP/1.1" {status} 10 "-" "curl/8"\n'


def write_lines(count: int, first: int = 0) -> bytes:
    """Return access lines, a minute apart, of which every tenth is a server's error."""
    numbers = range(first, first + count)
    return "".join(ACCESS.format(n=n, status=500 if n % 10 == 0 else 200) for n in numbers).encode()


def zip_files(**files: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in files.items():
            archive.writestr(f"{name}.log", body)
    return packed.getvalue()


OBJECTS = {
    "web/plain.log": write_lines(50),
    "web/packed.log.gz": gzip.compress(write_lines(50)),
    "web/wide.log": write_lines(50).decode().encode("utf-16"),
    "web/members.zip": zip_files(a=write_lines(5), b=write_lines(5, 20)),
    "app/document.json": b'{"Records": [' + b", ".join(b'{"n": %d, "level": "error"}' % n for n in range(9)) + b"]}",
}


@pytest.fixture
def stored(environment: Stack, monkeypatch: pytest.MonkeyPatch) -> Stack:
    """Return the environment with a log table that has the indexes of records and of packs."""
    environment.dynamodb.create_table(
        TableName=LOGS,
        BillingMode="PAY_PER_REQUEST",
        KeySchema=define_key("log_id"),
        AttributeDefinitions=[
            {"AttributeName": name, "AttributeType": "N" if name in {"timestamp", FIRST} else "S"}
            for name in ("log_id", "timestamp", INDEX_KEY, PACK_DAY, FIRST)
        ],
        GlobalSecondaryIndexes=[
            {
                "IndexName": name,
                "KeySchema": define_key(*keys),
                "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": list(held)},
            }
            for name, keys, held in (
                (QUERY_INDEX, (INDEX_KEY,), INDEXED),
                (PACK_INDEX, (PACK_DAY, FIRST), PACK_INDEXED),
            )
        ],
    )
    monkeypatch.setenv("DYNAMODB_TABLE", LOGS)
    handler.build_parts.cache_clear()
    return environment


def define_key(partition: str, sort: str = "timestamp") -> list[Any]:
    return [{"AttributeName": partition, "KeyType": "HASH"}, {"AttributeName": sort, "KeyType": "RANGE"}]


def upload(stack: Stack, key: str, body: bytes, calls: int = 10_000) -> None:
    """Upload an object and let the function finish it, in invocations that may read the clock `calls` times."""
    stack.invoke(stack.put(key, body))
    work_on(stack, calls)
