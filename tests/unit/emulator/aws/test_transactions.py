"""A transaction of the local AWS that fails takes back its own changes, and leaves those of others."""

from collections.abc import Iterator
from typing import Any

import boto3
import orjson
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws
from moto.dynamodb.models import DynamoDBBackend, dynamodb_backends
from moto.dynamodb.models.dynamo_type import Item

from emulator.aws import batch_write
from emulator.aws.moto_fixes import apply_fixes

ACCOUNT_ID, REGION = "123456789012", "us-east-1"
KEPT, NEW, REFUSED = ({"id": {"S": name}} for name in ("kept", "new", "refused"))
STORED = [{"id": {"S": f"{number}"}, "n": {"N": f"{number}"}} for number in range(20)]


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Yield a client of moto in this process, with a table `t` of twenty items."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "local")
    apply_fixes()
    with mock_aws():
        client: Any = boto3.client("dynamodb", region_name=REGION)
        client.create_table(
            TableName="t",
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        store_batch(STORED)
        yield client


def store_batch(items: list[dict[str, Any]]) -> None:
    puts = [{"PutRequest": {"Item": item}} for item in items]
    body = orjson.dumps({"RequestItems": {"t": puts}})
    assert batch_write.store_puts(dynamodb_backends[ACCOUNT_ID][REGION].tables, body)


def make_changes(condition: str) -> list[dict[str, Any]]:
    """Return one change of each kind, and a check that fails unless the condition is met."""
    key_0, key_1 = {"id": {"S": "0"}}, {"id": {"S": "1"}}
    count = {"UpdateExpression": "ADD n :one", "ExpressionAttributeValues": {":one": {"N": "1"}}}
    return [
        {"Put": {"TableName": "t", "Item": NEW}},
        {"Delete": {"TableName": "t", "Key": key_0}},
        {"Update": {"TableName": "t", "Key": key_1, **count}},
        {"ConditionCheck": {"TableName": "t", "Key": REFUSED, "ConditionExpression": condition}},
    ]


def read_all(client: Any) -> dict[str, Any]:
    return {item["id"]["S"]: item.get("n") for item in client.scan(TableName="t")["Items"]}


def test_what_others_store_meanwhile_stays(client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A batch that is stored between the changes of a transaction is there when the transaction has failed."""
    before, moto_get = read_all(client), DynamoDBBackend.get_item

    def store_and_get(*arguments: Any, **named: Any) -> Any:
        store_batch([KEPT])
        return moto_get(*arguments, **named)

    monkeypatch.setattr(DynamoDBBackend, "get_item", store_and_get)
    with pytest.raises(ClientError, match="TransactionCanceled"):
        client.transact_write_items(TransactItems=make_changes("attribute_exists(id)"))
    assert read_all(client) == before | {"kept": None}


def test_a_transaction_copies_what_it_changes(client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not the table: of twenty items, one that is deleted and one that is updated, which moto copies again."""
    copied, moto_copy = [], vars(Item)["__deepcopy__"]

    def copy_item(item: Item, memo: Any) -> Any:
        copied.append(item)
        return moto_copy(item, memo)

    monkeypatch.setattr(Item, "__deepcopy__", copy_item)
    client.transact_write_items(TransactItems=make_changes("attribute_not_exists(id)"))
    assert len(copied) == 3
    assert read_all(client) == {item["id"]["S"]: item["n"] for item in STORED[2:]} | {"new": None, "1": {"N": "2"}}


def test_a_backup_is_a_copy(client: Any) -> None:
    """What is stored after it is not in the table that is restored from it."""
    arn = client.create_backup(TableName="t", BackupName="before")["BackupDetails"]["BackupArn"]
    store_batch([KEPT])
    client.restore_table_from_backup(TargetTableName="restored", BackupArn=arn)
    assert client.scan(TableName="restored")["Count"] == len(STORED)
