"""Give a record what its item leaves out because the id and the key of the index say it."""

from collections.abc import Mapping
from typing import Any

from log_processor.storing.index_entry import INDEX_KEY

ADDED = ("offset", "source")


def add_said(attributes: dict[str, Any]) -> dict[str, Any]:
    """Return the plain attributes of an item with its `offset` and `source`, which items of earlier versions have."""
    if "layout" in attributes:
        return attributes
    if "offset" not in attributes:
        attributes["offset"] = int(attributes["log_id"].split("-")[1], 16)
    if "source" not in attributes and INDEX_KEY in attributes:
        attributes["source"] = find_source(attributes[INDEX_KEY])
    return attributes


def find_source(index_key: str) -> str:
    """Return the source in a key of an index, such as `web` in `web#2026-05-04#3`."""
    return index_key.rsplit("#", 2)[0]


def get_source(item: Mapping[str, Mapping[str, Any]]) -> str:
    """Return the source of an item in DynamoDB's typed JSON; it is empty if the item does not say it."""
    if "source" in item:
        return str(item["source"]["S"])
    return find_source(item[INDEX_KEY]["S"]) if INDEX_KEY in item else ""
