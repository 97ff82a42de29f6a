"""Queries of the local AWS are answered from an index, as moto answers them by walking the table."""

from collections.abc import Iterator
from typing import Any

import boto3
import orjson
import pytest
from botocore.exceptions import ClientError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from moto import mock_aws
from moto.core.exceptions import JsonRESTError
from moto.dynamodb.exceptions import MockValidationException
from moto.dynamodb.models import dynamodb_backends
from moto.dynamodb.models.table import Table

from emulator.aws import batch_write
from emulator.aws.item_sizes import count_item_bytes
from emulator.aws.moto_fixes import apply_fixes

ACCOUNT_ID, REGION = "123456789012", "us-east-1"
PROJECTIONS = {
    "whole": ("g", "r", {"ProjectionType": "ALL"}),
    "keys": ("g", None, {"ProjectionType": "KEYS_ONLY"}),
    "some": ("r", "g", {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["x"]}),
}
TYPES = {"id": "S", "at": "N", "g": "S", "r": "N"}


def define_key(partition: str, sort: str | None) -> list[dict[str, str]]:
    keys = [{"AttributeName": partition, "KeyType": "HASH"}]
    return [*keys, {"AttributeName": sort, "KeyType": "RANGE"}] if sort else keys


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Yield a client of moto in this process, with an empty table `t`."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "local")
    apply_fixes()
    with mock_aws():
        client: Any = boto3.client("dynamodb", region_name=REGION)
        create_table(client)
        yield client


def create_table(client: Any, **more: str) -> None:
    client.create_table(
        TableName="t",
        KeySchema=define_key("id", "at"),
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": kind} for name, kind in TYPES.items()],
        GlobalSecondaryIndexes=[
            {"IndexName": name, "KeySchema": define_key(partition, sort), "Projection": projection}
            for name, (partition, sort, projection) in PROJECTIONS.items()
        ],
        BillingMode="PAY_PER_REQUEST",
        **more,
    )


def get_table() -> Table:
    table: Table = dynamodb_backends[ACCOUNT_ID][REGION].get_table("t")
    return table


IDS, WORDS, NUMBERS = st.sampled_from("ab"), st.sampled_from(["p", "q", "pq", "ü"]), st.integers(-2, 12)
ITEMS = st.fixed_dictionaries(
    {"id": IDS, "at": NUMBERS}, optional={"g": WORDS, "r": NUMBERS, "x": WORDS, "m": st.lists(NUMBERS, max_size=2)}
)
CHANGES = st.lists(st.tuples(st.sampled_from(["put", "batch", "delete", "set", "remove"]), ITEMS), max_size=30)


def type_value(value: Any) -> dict[str, Any]:
    if isinstance(value, list):
        return {"L": [type_value(one) for one in value]}
    return {"S": value} if isinstance(value, str) else {"N": str(value)}


def change(client: Any, kind: str, item: dict[str, Any]) -> None:
    """Change the table by moto's calls, or by the plain batch that the local AWS stores itself."""
    typed = {name: type_value(value) for name, value in item.items()}
    key = {name: typed[name] for name in ("id", "at")}
    match kind:
        case "put":
            client.put_item(TableName="t", Item=typed)
        case "batch":
            body = {"RequestItems": {"t": [{"PutRequest": {"Item": typed}}]}}
            assert batch_write.store_puts(dynamodb_backends[ACCOUNT_ID][REGION].tables, orjson.dumps(body))
        case "delete":
            client.delete_item(TableName="t", Key=key)
        case "set":
            client.update_item(
                TableName="t",
                Key=key,
                UpdateExpression="SET #g = :g, r = :r",
                ExpressionAttributeNames={"#g": "g"},
                ExpressionAttributeValues={":g": {"S": "p"}, ":r": {"N": "3"}},
            )
        case "remove":
            client.update_item(TableName="t", Key=key, UpdateExpression="REMOVE r")


CONDITIONS = st.one_of(
    st.none(),
    st.tuples(st.sampled_from(["=", "<", "<=", ">", ">="]), NUMBERS),
    st.tuples(st.just("BETWEEN"), NUMBERS, NUMBERS),
)
WORD_CONDITIONS = st.one_of(st.none(), st.tuples(st.sampled_from(["=", "<", ">=", "begins_with"]), WORDS))


@st.composite
def queries(draw: st.DrawFn) -> dict[str, Any]:
    """Draw a Query request of the table or of one of its indexes."""
    index = draw(st.sampled_from([None, *PROJECTIONS]))
    partition, sort = ("id", "at") if index is None else PROJECTIONS[index][:2]
    asked: dict[str, Any] = {"TableName": "t", "ScanIndexForward": draw(st.booleans())}
    values = {":p": type_value(draw({"id": IDS, "g": WORDS, "r": NUMBERS}[partition]))}
    expression = "#p = :p"
    names = {"#p": partition}
    condition = draw(WORD_CONDITIONS if sort == "g" else CONDITIONS) if sort else None
    if condition is not None:
        names["#s"] = str(sort)
        values |= {f":v{place}": type_value(value) for place, value in enumerate(condition[1:])}
        expression += {"BETWEEN": " AND #s BETWEEN :v0 AND :v1", "begins_with": " AND begins_with(#s, :v0)"}.get(
            condition[0], f" AND #s {condition[0]} :v0"
        )
    if draw(st.booleans()):
        asked["FilterExpression"], values[":f"] = "x = :f OR attribute_exists(m)", {"S": "p"}
    if draw(st.booleans()):
        asked["ProjectionExpression"] = "id, x"
    elif draw(st.booleans()):
        asked["Select"] = "COUNT"
    if index is not None:
        asked["IndexName"] = index
    if limit := draw(st.integers(0, 4)):
        asked["Limit"] = limit
    return asked | {
        "KeyConditionExpression": expression,
        "ExpressionAttributeNames": names,
        "ExpressionAttributeValues": values,
    }


def read_pages(client: Any, asked: dict[str, Any]) -> list[dict[str, Any]]:
    """Return what each page says, without an empty last one: moto looks ahead, and DynamoDB does not."""
    pages: list[dict[str, Any]] = []
    start: dict[str, Any] = {}
    while True:
        page = client.query(**asked, **start)
        pages.append({name: page.get(name) for name in ("Items", "Count", "ScannedCount")})
        if "LastEvaluatedKey" not in page:
            return [page for number, page in enumerate(pages) if page["ScannedCount"] or not number]
        start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), changes=CHANGES)
def test_answers_are_those_of_moto(client: Any, data: st.DataObject, changes: list[tuple[str, dict[str, Any]]]) -> None:
    """Whatever has changed since the query before: by moto's calls, or by plain batches; indexes are sparse."""
    client.delete_table(TableName="t")
    create_table(client)
    for first in range(0, len(changes) + 1, 10):
        for kind, item in changes[first : first + 10]:
            change(client, kind, item)
        for asked in data.draw(st.lists(queries(), min_size=1, max_size=4)):
            ours = read_pages(client, asked)
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(Table, "query", vars(Table.query)["__wrapped__"])
                assert ours == read_pages(client, asked)


def fill(client: Any, count: int, size: int = 1_000) -> None:
    """Put items of one partition of `whole`, in plain batches, and one of another into each batch."""
    tables = dynamodb_backends[ACCOUNT_ID][REGION].tables
    for first in range(0, count, 24):
        numbers = range(first, min(count, first + 24))
        items = [{"id": "a", "at": number, "g": "p", "r": number, "x": "x" * size} for number in numbers]
        items.append({"id": "b", "at": first, "g": "q", "r": first})
        puts = [{"PutRequest": {"Item": {name: type_value(value) for name, value in item.items()}}} for item in items]
        assert batch_write.store_puts(tables, orjson.dumps({"RequestItems": {"t": puts}}))
    assert client.describe_table(TableName="t")["Table"]["ItemCount"] == count + -(-count // 24)


def ask(index: str | None, value: str, **others: Any) -> dict[str, Any]:
    partition = "id" if index is None else "g"
    asked: dict[str, Any] = {"TableName": "t", "KeyConditionExpression": f"{partition} = :p", **others}
    return asked | {"ExpressionAttributeValues": {":p": {"S": value}}} | ({"IndexName": index} if index else {})


def test_a_page_ends_after_a_mebibyte_of_what_the_index_holds(client: Any) -> None:
    """An index of keys alone has it all in one page; what is consumed is half a unit for each 4 KiB begun."""
    fill(client, 1_500)
    pages = read_pages(client, ask("whole", "p"))
    assert [page["Count"] for page in pages] == [1_033, 467]
    (page,) = read_pages(client, ask("keys", "p"))
    assert page["Count"] == 1_500
    consumed = client.query(**ask("keys", "p", ReturnConsumedCapacity="INDEXES"))["ConsumedCapacity"]
    units = -(-sum(map(count_item_bytes, page["Items"])) // 4096) / 2
    assert consumed == {
        "TableName": "t",
        "CapacityUnits": units,
        "Table": {"CapacityUnits": 0.0},
        "GlobalSecondaryIndexes": {"keys": {"CapacityUnits": units}},
    }


def test_what_is_consumed_follows_what_was_read(client: Any) -> None:
    """A consistent read costs twice as much, a filter saves nothing, and nothing found is half a unit."""
    fill(client, 8)
    usual, consistent, filtered, nothing = (
        client.query(**ask(None, value, ReturnConsumedCapacity="TOTAL", **others))["ConsumedCapacity"]["CapacityUnits"]
        for value, others in (
            ("a", {}),
            ("a", {"ConsistentRead": True}),
            ("a", {"FilterExpression": "attribute_not_exists(x)"}),
            ("z", {}),
        )
    )
    assert (usual, consistent, filtered, nothing) == (1.0, 2.0, 1.0, 0.5)


def test_a_limit_that_ends_a_page_names_its_last_key(client: Any) -> None:
    """DynamoDB does not look ahead: the next page may be empty."""
    fill(client, 2)
    page = client.query(**ask("whole", "p", Limit=2))
    assert page["LastEvaluatedKey"] == {"id": {"S": "a"}, "at": {"N": "1"}, "g": {"S": "p"}, "r": {"N": "1"}}
    last = client.query(**ask("whole", "p", Limit=2, ExclusiveStartKey=page["LastEvaluatedKey"]))
    assert (last["Items"], "LastEvaluatedKey" in last) == ([], False)


def test_a_transaction_that_fails_leaves_no_trace(client: Any) -> None:
    """The index has the items of before, and then those of a transaction that does not fail."""
    fill(client, 2)
    assert client.query(**ask("whole", "p"))["Count"] == 2
    put = {"Put": {"TableName": "t", "Item": {"id": {"S": "c"}, "at": {"N": "1"}, "g": {"S": "p"}, "r": {"N": "9"}}}}
    check = {
        "ConditionCheck": {
            "TableName": "t",
            "Key": {"id": {"S": "a"}, "at": {"N": "0"}},
            "ConditionExpression": "attribute_not_exists(id)",
        }
    }
    with pytest.raises(ClientError, match="TransactionCanceled"):
        client.transact_write_items(TransactItems=[put, check])
    assert client.query(**ask("whole", "p"))["Count"] == 2
    client.transact_write_items(TransactItems=[put])
    assert client.query(**ask("whole", "p"))["Count"] == 3


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        (
            ask("none", "p"),
            "^An error occurred .ValidationException. .* The table does not have the specified index: none$",
        ),
        (ask("whole", "p", ConsistentRead=True), "Consistent reads are not supported"),
        (ask("keys", "p") | {"KeyConditionExpression": "x = :p"}, "missed key schema element"),
    ],
)
def test_what_moto_refuses_is_refused_by_moto(client: Any, asked: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ClientError, match=sentence):
        client.query(**asked)


def change_index(client: Any, kind: str, name: str, **facts: Any) -> None:
    definitions = [{"AttributeName": one, "AttributeType": type_} for one, type_ in TYPES.items()]
    change = {kind: {"IndexName": name, **facts}}
    client.update_table(TableName="t", AttributeDefinitions=definitions, GlobalSecondaryIndexUpdates=[change])


def test_a_projection_of_an_index_cannot_be_changed(client: Any) -> None:
    """It exists already; deleted and created anew it has the other projection, and the items that were there."""
    fill(client, 3)
    assert client.query(**ask("whole", "p"))["Items"][0]["x"] == {"S": "x" * 1_000}
    other = {"KeySchema": define_key("g", "r"), "Projection": {"ProjectionType": "KEYS_ONLY"}}
    with pytest.raises(ClientError, match="index which already exists: whole"):
        change_index(client, "Create", "whole", **other)
    change_index(client, "Delete", "whole")
    change_index(client, "Create", "whole", **other)
    page = client.query(**ask("whole", "p"))
    assert [sorted(item) for item in page["Items"]] == [["at", "g", "id", "r"]] * 3
    backend = dynamodb_backends[ACCOUNT_ID][REGION]
    with pytest.raises(MockValidationException, match="Projection of the index whole cannot be changed"):
        backend.update_table_global_indexes(get_table(), [{"Update": {"IndexName": "whole", **other}}])
    with pytest.raises(JsonRESTError, match="Only 1 online index"):
        backend.update_table_global_indexes(get_table(), [{"Delete": {"IndexName": name}} for name in PROJECTIONS])
