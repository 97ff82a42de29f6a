"""Build plain JSON of records as they would be stored."""

import json
import re
from typing import Any

import orjson
from log_processor.record import LogRecord
from log_processor.storing.items import ItemEncoder

from ops.reading.plain import convert_item

UPLOAD_ATTRIBUTES = frozenset({"object_version", "processed_at", "source_file"})
CONTROL = re.compile("[\x7f-\x9f]")


def build_item(record: LogRecord, encoder: ItemEncoder) -> dict[str, Any]:
    """Return the record's item as plain values, without the attributes that only an uploaded object has."""
    item = orjson.loads(encoder.encode(record))["PutRequest"]["Item"]
    return convert_item({name: value for name, value in item.items() if name not in UPLOAD_ATTRIBUTES})


def build_json_line(value: dict[str, Any]) -> bytes:
    r"""Return `value` as a line of JSON without control characters.

    JSON itself leaves DEL and `\x80` to `\x9f` as they are, and a terminal would obey them.
    """
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))  # orjson has no integers of more than 64 bits
    return CONTROL.sub(lambda match: f"\\u{ord(match[0]):04x}", text).encode() + b"\n"
