"""Take the packs of the log table apart into items of one record each, without the function's own code."""

import base64
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from emulator.verify.pack_reader import read_pack

DynamoItem = Mapping[str, Mapping[str, Any]]
SHARED = ("source_file", "processed_at", "member")
MARKS = {"from": "timestamp_from", "error": "parse_error", "level": "level"}


def unpack_items(items: Iterable[DynamoItem]) -> Iterator[DynamoItem]:
    """Yield the items, each record of a pack as the item that it would be by itself."""
    for item in items:
        if "layout" in item:
            yield from _unpack(item)
        else:
            yield item


def _unpack(pack: DynamoItem) -> Iterator[DynamoItem]:
    data = pack["log_data"]["B"]
    shared = {name: pack[name] for name in SHARED if name in pack}
    log_id = pack["log_id"]["S"]
    for record in read_pack(log_id, data if isinstance(data, bytes) else base64.b64decode(data)):
        item = shared | {name: {"S": record[name]} for name in ("log_id", "log_data", "format")}
        item |= {name: {"N": str(record[name])} for name in ("timestamp", "length")}
        item |= {name: {"S": record[head]} for head, name in MARKS.items() if record[head]}
        if record["fields"]:
            item["fields"] = _type_value(record["fields"])
        if record["truncated"]:
            item["truncated"] = {"BOOL": True}
        if record["continues"] is not None:
            item["continues"] = {"S": f"{log_id.split('-')[0]}-{record['continues']:x}"}
        yield item


def _type_value(value: Any) -> dict[str, Any]:
    """Return a value in DynamoDB's typed JSON."""
    match value:
        case str():
            return {"S": value}
        case bool():
            return {"BOOL": value}
        case int() | float():
            return {"N": repr(value)}
        case dict():
            return {"M": {name: _type_value(member) for name, member in value.items()}}
        case list():
            return {"L": list(map(_type_value, value))}
    return {"NULL": True}
