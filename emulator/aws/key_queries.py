"""Answer a query for a few attributes of the items with one partition key at once, and leave every other to moto.

Where a record may replace others, the function asks so for each line. moto 5.2.5 takes 2 ms to parse such a query.
"""

import re
from collections.abc import Mapping
from typing import Any

import orjson
from moto.dynamodb.models import dynamodb_backends
from moto.dynamodb.models.dynamo_type import DynamoType, Item
from moto.dynamodb.models.table import Table

from emulator.aws.edge import Middleware, answer_at_once
from emulator.aws.item_sizes import count_item_bytes
from emulator.aws.page_reads import PAGE_BYTES
from emulator.aws.table_uses import copy_attributes, count_read_units, tell_read

TARGET = "DynamoDB_20120810.Query"
SELECT = "SPECIFIC_ATTRIBUTES"
CONDITION = re.compile(r"(\w+) = (:\w+)")
KNOWN = {
    "TableName",
    "KeyConditionExpression",
    "ProjectionExpression",
    "ExpressionAttributeNames",
    "ExpressionAttributeValues",
    "ConsistentRead",
    "Select",
}


def build_key_query_middleware(account_id: str, region: str) -> Middleware:
    """Return the middleware that answers such queries itself and passes every other request on."""
    backend = dynamodb_backends[account_id][region]
    return answer_at_once(TARGET, lambda body: answer_key_query(backend.tables, body))


def answer_key_query(tables: Mapping[str, Table], body: bytes) -> bytes | None:
    """Return the answer to a query for attributes of a partition; None if moto has to judge or to answer it.

    moto answers one that has more to it: an index, a page, a filter, a path, or a name that may be a reserved word.
    """
    try:
        asked = orjson.loads(body)
        table = tables[asked["TableName"]]
        condition = CONDITION.fullmatch(asked["KeyConditionExpression"])
        ((value_name, value),) = asked["ExpressionAttributeValues"].items()
        names = _read_names(table, asked)
    except (LookupError, AttributeError, TypeError, ValueError):
        return None
    if condition is None or asked.keys() - KNOWN or names is None or asked.get("Select", SELECT) != SELECT:
        return None
    if condition.groups() != (table.hash_key_attr, value_name) or not _is_key(table, value):
        return None
    return _answer(table, value, names, consistent=asked.get("ConsistentRead") is True)


def _read_names(table: Table, asked: Mapping[str, Any]) -> list[str] | None:
    """Return the attributes that are asked for: the partition key by its name, and others by the names of `#`."""
    asked_names = [name.strip() for name in asked["ProjectionExpression"].split(",")]
    aliases = asked.get("ExpressionAttributeNames", {})
    if (
        len(set(asked_names)) < len(asked_names)
        or {name for name in asked_names if name != table.hash_key_attr} != aliases.keys()
    ):
        return None
    names = [aliases.get(name, name) for name in asked_names]
    return None if len(set(names)) < len(names) else names


def _is_key(table: Table, value: Any) -> bool:
    """Tell whether a value is one of the partition key: text that is not empty."""
    kinds = {one["AttributeName"]: one["AttributeType"] for one in table.attr}
    return kinds[table.hash_key_attr] == "S" and value.keys() == {"S"} and bool(value["S"])


def _answer(table: Table, value: Any, names: list[str], *, consistent: bool) -> bytes | None:
    read = [copy_attributes(item) or {} for item in _list_partition(table, DynamoType(value))]
    size_bytes = sum(map(count_item_bytes, read))
    if size_bytes > PAGE_BYTES:
        return None
    tell_read(table.name, None, count_read_units(size_bytes, consistent=consistent))
    answer = [{name: attributes[name] for name in names if name in attributes} for attributes in read]
    return orjson.dumps({"Items": answer, "Count": len(answer), "ScannedCount": len(answer)})


def _list_partition(table: Table, key: DynamoType) -> list[Item]:
    """Return the items of a partition in the order of their sort keys; another thread may write to it meanwhile."""
    stored: Any = table.items
    below = stored.get(key)
    if below is None:
        return []
    if not table.range_key_attr:
        return [below]
    return [item for _, item in sorted(below.items(), key=lambda one: one[0].cast_value)]
