"""Plain text, the last resort: a line, with the trace below it, is a record.

Schema: that of `timed_text` where the line begins with a time; severity_text and message where it begins with a level
(`ERROR: `, `[warn] `); else none.
Sample: ERROR: no space left
"""

import re

from log_processor.formats import timed_text
from log_processor.formats.base import Format
from log_processor.formats.leading import LEVELS
from log_processor.formats.levels import level_of
from log_processor.formats.traces import STARTS
from log_processor.record import Parsed

LEVELLED = re.compile(rf"(?:({LEVELS}):|\[({timed_text.ANY_CASE})\]:?) +(.*)", re.DOTALL)


def parse(text: str, near_ms: int) -> Parsed:
    """Take any text; never None."""
    parsed = timed_text.parse(text, near_ms)
    if parsed is not None:
        return parsed
    found = LEVELLED.match(text)
    if found is None:
        return Parsed({})
    severity = found[1] or found[2]
    return Parsed({"severity_text": severity, "message": found[3]}, None, level_of(severity))


FORMAT = Format("text", parse, starts=STARTS)
