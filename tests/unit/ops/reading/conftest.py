"""The two tables of a stack in this process, with a count of the requests that they answer."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from log_processor.packs.index_entry import FIRST, PACK_DAY, PACK_INDEX, PACK_INDEXED
from log_processor.storing.index_entry import (
    INDEX_KEY,
    INDEXED,
    QUERY_INDEX,
    WHOLE_RECORD_INDEX,
    WHOLE_RECORD_KEY,
)
from log_processor.storing.ledger_row import DAY_INDEX, DAY_KEY
from moto import mock_aws

from emulator.aws.moto_fixes import apply_fixes

LOGS, LEDGER = "tap-serverless-dev-logs", "tap-serverless-dev-ledger"
KEYS = {LOGS: ("log_id", "timestamp"), LEDGER: ("object", "range")}
INDEXES = {
    LOGS: {
        QUERY_INDEX: (INDEX_KEY, "timestamp"),
        WHOLE_RECORD_INDEX: (WHOLE_RECORD_KEY, "timestamp"),
        PACK_INDEX: (PACK_DAY, FIRST),
    },
    LEDGER: {DAY_INDEX: (DAY_KEY, "started_at")},
}
ENTRIES = {
    QUERY_INDEX: {"ProjectionType": "INCLUDE", "NonKeyAttributes": list(INDEXED)},
    PACK_INDEX: {"ProjectionType": "INCLUDE", "NonKeyAttributes": list(PACK_INDEXED)},
}
NUMBERS = {"timestamp", FIRST}


class Tables:
    """A client of DynamoDB with the two tables; `requests` counts its requests by operation."""

    def __init__(self) -> None:
        self.requests: Counter[str] = Counter()
        self.client: Any = boto3.client("dynamodb", region_name="us-east-1")
        for name in KEYS:
            self._create(name)
        self.client.meta.events.register("before-call.dynamodb", self._count)

    def _count(self, model: Any, **_: Any) -> None:
        self.requests[model.name] += 1

    def _create(self, table: str) -> None:
        names = {name for keys in (KEYS[table], *INDEXES[table].values()) for name in keys}
        self.client.create_table(
            TableName=table,
            BillingMode="PAY_PER_REQUEST",
            KeySchema=define_key(*KEYS[table]),
            AttributeDefinitions=[
                {"AttributeName": name, "AttributeType": "N" if name in NUMBERS else "S"} for name in names
            ],
            GlobalSecondaryIndexes=[
                {
                    "IndexName": name,
                    "KeySchema": define_key(*keys),
                    "Projection": ENTRIES.get(name, {"ProjectionType": "ALL"}),
                }
                for name, keys in INDEXES[table].items()
            ],
        )


def define_key(partition: str, sort: str) -> list[dict[str, str]]:
    return [{"AttributeName": partition, "KeyType": "HASH"}, {"AttributeName": sort, "KeyType": "RANGE"}]


@pytest.fixture
def tables(monkeypatch: pytest.MonkeyPatch) -> Iterator[Tables]:
    """Yield both tables, empty."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "local")
    apply_fixes()
    with mock_aws():
        yield Tables()
