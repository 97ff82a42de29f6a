"""Writes with conditions, and counts, of several threads come one after the other in the local AWS."""

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from emulator.aws.local_aws import LocalAws

pytestmark = pytest.mark.server

THREADS, WRITES = 4, 100
KEY = {"a": {"S": "counter"}}


@pytest.fixture
def _eager_threads() -> Iterator[None]:
    """Let threads take turns after a microsecond each, so that a window between two steps is met."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


@pytest.mark.usefixtures("_eager_threads")
def test_no_count_is_lost() -> None:
    """Each of 400 increments is there."""
    with LocalAws() as aws:
        tables = aws.client("dynamodb")
        tables.create_table(
            TableName="counted",
            BillingMode="PAY_PER_REQUEST",
            KeySchema=[{"AttributeName": "a", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "a", "AttributeType": "S"}],
        )

        def count(_: int) -> None:
            for _ in range(WRITES):
                tables.update_item(
                    TableName="counted",
                    Key=KEY,
                    UpdateExpression="ADD seen :one",
                    ExpressionAttributeValues={":one": {"N": "1"}},
                )

        with ThreadPoolExecutor(THREADS) as pool:
            list(pool.map(count, range(THREADS)))
        assert tables.get_item(TableName="counted", Key=KEY)["Item"]["seen"]["N"] == str(THREADS * WRITES)
