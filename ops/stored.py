"""Records as they would be stored, in plain JSON."""

import re
from typing import Any

import orjson
from log_processor.record import LogRecord
from log_processor.storing.items import ItemEncoder

OF_UPLOADS = frozenset({"object_version", "processed_at", "source_file"})
LONGEST_INTEGER = 18
"""Digits of a number that every JSON reader takes as it is."""
CONTROL = re.compile("[\x7f-\x9f]")


def as_stored(record: LogRecord, encoder: ItemEncoder) -> dict[str, Any]:
    """Return the item of the record, of plain values and without the attributes that only an upload has."""
    item = orjson.loads(encoder.encode(record))["PutRequest"]["Item"]
    return {name: _plain(value) for name, value in item.items() if name not in OF_UPLOADS}


def json_line(value: dict[str, Any]) -> bytes:
    r"""Return `value` as a line of JSON that changes no terminal: JSON leaves DEL and `\x80` to `\x9f` as they are."""
    text = orjson.dumps(value).decode()
    return CONTROL.sub(lambda match: f"\\u{ord(match[0]):04x}", text).encode() + b"\n"


def _plain(value: dict[str, Any]) -> Any:
    """Return a value in DynamoDB's typed JSON as the JSON that it stands for."""
    ((kind, inner),) = value.items()
    match kind:
        case "M":
            return {name: _plain(member) for name, member in inner.items()}
        case "L":
            return [_plain(member) for member in inner]
        case "N":
            return float(inner) if set(inner) & set(".e") or len(inner) > LONGEST_INTEGER else int(inner)
        case "NULL":
            return None
        case _:
            return inner
