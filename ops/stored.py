"""Build the plain items of records as they would be stored."""

from typing import Any

import orjson
from log_processor.record import LogRecord
from log_processor.storing.items import ItemEncoder

from ops.reading.plain import convert_item
from ops.reading.said_elsewhere import add_said

UPLOAD_ATTRIBUTES = frozenset({"object_version", "processed_at", "source_file"})


def build_item(record: LogRecord, encoder: ItemEncoder) -> dict[str, Any]:
    """Return the record's item as plain values, without the attributes that only an uploaded object has."""
    item = orjson.loads(encoder.encode(record))["PutRequest"]["Item"]
    return add_said(convert_item({name: value for name, value in item.items() if name not in UPLOAD_ATTRIBUTES}))
