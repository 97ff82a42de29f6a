"""Name what the query index of the log table holds of a record, and find the HTTP status for it."""

from collections.abc import Mapping
from typing import Any

QUERY_INDEX = "by_time"
"""The index by source, day and time: it holds the keys and `INDEXED`, one write unit a record."""
INDEX_KEY = "day_shard"
"""The partition key of the index: `<source>#<YYYY-MM-DD>#<shard>`; the sort key is `timestamp`."""
INDEXED = ("level", "status", "format")
"""What queries filter by."""
WHOLE_RECORD_INDEX, WHOLE_RECORD_KEY = "by_source_day", "source_day"
"""The index that versions up to 1.0.0 filled, with whole records. What is written since has no key of it."""

STATUS_FIELDS = ("http.response.status_code", "status", "status_code", "statusCode", "http.status_code")
"""The field in which formats of access logs have the status of the answer, and those in which JSON usually has it."""
STATUSES = range(100, 600)


def find_status(fields: Mapping[str, Any]) -> int | None:
    """Return the HTTP status that the fields of a record say, as a number or as three digits; None if they say none."""
    for name in STATUS_FIELDS:
        value = fields.get(name)
        if value is None:
            continue
        if type(value) is str and len(value) == 3 and value.isdecimal():
            value = int(value)
        if type(value) is int and value in STATUSES:
            return value
    return None
