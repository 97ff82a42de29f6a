"""Build plain JSON of records as they would be stored."""

import json
import re
from typing import Any

import orjson
from log_processor.record import LogRecord
from log_processor.storing.items import ItemEncoder

UPLOAD_ATTRIBUTES = frozenset({"object_version", "processed_at", "source_file"})
CONTROL = re.compile("[\x7f-\x9f]")


def build_item(record: LogRecord, encoder: ItemEncoder) -> dict[str, Any]:
    """Return the record's item as plain values, without the attributes that only an uploaded object has."""
    item = orjson.loads(encoder.encode(record))["PutRequest"]["Item"]
    return {name: _convert_value(value) for name, value in item.items() if name not in UPLOAD_ATTRIBUTES}


def build_json_line(value: dict[str, Any]) -> bytes:
    r"""Return `value` as a line of JSON without control characters.

    JSON itself leaves DEL and `\x80` to `\x9f` as they are, and a terminal would obey them.
    """
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))  # orjson has no integers of more than 64 bits
    return CONTROL.sub(lambda match: f"\\u{ord(match[0]):04x}", text).encode() + b"\n"


def _convert_value(value: dict[str, Any]) -> Any:
    """Convert a value of DynamoDB's typed JSON: `{"N": "1"}` becomes 1, `{"L": [{"S": "a"}]}` becomes `["a"]`."""
    ((kind, content),) = value.items()
    match kind:
        case "M":
            return {name: _convert_value(member) for name, member in content.items()}
        case "L":
            return [_convert_value(member) for member in content]
        case "N":
            return float(content) if set(content) & set(".e") else int(content)
        case "NULL":
            return None
        case _:
            return content
