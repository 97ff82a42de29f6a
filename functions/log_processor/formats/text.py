"""Plain text, the last resort: every line is a record, with its time where it starts with an ISO 8601 one.

Schema: no fields; the record is its `log_data`.
Sample: 2026-05-04 10:00:00,123 service started
"""

import re

from log_processor.formats.base import Format
from log_processor.formats.timestamps import iso_ms
from log_processor.record import Parsed

LEADING_TIME = re.compile(r"\[?(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?)")


def parse(text: str, _near_ms: int) -> Parsed:
    """Take any text; never None."""
    match = LEADING_TIME.match(text)
    return Parsed({}, iso_ms(match[1]) if match else None)


STARTS = re.compile(
    rb"(?!\t|  |Caused by: |Suppressed: |\.\.\. \d+ |Traceback \(most recent call last\):"
    rb"|[A-Za-z_][\w.]{0,100}(?:Error|Exception|Interrupt|Exit)(?::|$))"
)
"""A trace's lines are indented, or begin as those of Java and Python do; they belong to the line above."""
FORMAT = Format("text", parse, starts=STARTS)
