"""Say which names a field of a key may have, and what a placeholder of such a name takes."""

import re

NAME = re.compile(r"[A-Za-z_][\w-]*(?:\.[\w-]+)*", re.ASCII)
MAX_NAME_CHARS = 100
SEGMENT = "[^/]+"
TWO_DIGITS = r"\d{1,2}"
SHAPES = {
    "year": r"\d{4}",
    "month": TWO_DIGITS,
    "day": TWO_DIGITS,
    "hour": TWO_DIGITS,
    "minute": TWO_DIGITS,
    "date": r"\d{4}[-/]?\d{2}[-/]?\d{2}",
    "cloud.account.id": r"\d{12}",
    "cloud.region": r"[a-z]{2,4}(?:-[a-z]+){1,2}-\d{1,2}",
}
"""What a placeholder of such a name takes; any other takes as much of its segment as it can."""
RESERVED = frozenset(
    {"level", "format", "log_id", "timestamp", "source", "source_file", "day_shard", "object_version", "processed_at"}
    | {"log_data", "offset", "length", "fields", "timestamp_from", "parse_error", "truncated", "continues"}
    | {"expires_at", "member"}
)
"""What a record has beside its fields: a field of such a name would be taken for it."""
