"""Plain text, the last resort: a line, with the trace below it, is a record.

Schema: none, or that of `timed_text` where the line begins with a time.
Sample: service started
"""

from log_processor.formats import timed_text
from log_processor.formats.base import Format
from log_processor.formats.traces import STARTS
from log_processor.record import Parsed


def parse(text: str, near_ms: int) -> Parsed:
    """Take any text; never None."""
    return timed_text.parse(text, near_ms) or Parsed({})


FORMAT = Format("text", parse, starts=STARTS)
