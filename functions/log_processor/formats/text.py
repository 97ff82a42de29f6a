"""Plain text, the last resort: a line, with the trace below it, is a record.

The time is the ISO 8601 one that it starts with.

Schema: no fields; the record is its `log_data`.
Sample: 2026-05-04 10:00:00,123 service started
"""

import re

from log_processor.formats.base import Format
from log_processor.formats.timestamps import iso_ms
from log_processor.formats.traces import STARTS
from log_processor.record import Parsed

LEADING_TIME = re.compile(r"\[?(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?)")


def parse(text: str, _near_ms: int) -> Parsed:
    """Take any text; never None."""
    match = LEADING_TIME.match(text)
    return Parsed({}, iso_ms(match[1]) if match else None)


FORMAT = Format("text", parse, starts=STARTS)
