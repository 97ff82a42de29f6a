"""Python's logging: the usual dashed pattern, and basicConfig's default (Python library reference, `logging`).

Schema: log.logger, severity_text, message. Time without a zone counts as UTC.
Sample: 2026-05-04 10:00:00,123 - app.db - WARNING - slow query
"""

import re

from log_processor.formats.base import Format
from log_processor.formats.levels import level_of
from log_processor.formats.timestamps import iso_ms
from log_processor.record import Parsed

LEVEL = "(DEBUG|INFO|WARNING|ERROR|CRITICAL)"
DASHED = re.compile(rf"(\d{{4}}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(?:[.,]\d{{1,6}})?) - ([^\s]+) - {LEVEL} - (.*)", re.DOTALL)
BASIC = re.compile(rf"{LEVEL}:([^\s:]+):(.*)", re.DOTALL)


def parse(text: str, _near_ms: int) -> Parsed | None:
    """Read one line; None where it follows neither pattern."""
    if match := DASHED.fullmatch(text):
        time, logger, severity, message = match.groups()
        moment = iso_ms(time)
    elif match := BASIC.fullmatch(text):
        severity, logger, message = match.groups()
        moment = None
    else:
        return None
    return Parsed({"log.logger": logger, "severity_text": severity, "message": message}, moment, level_of(severity))


STARTS = re.compile(rb"\d{4}-\d\d-\d\d[ T]\d\d:\d\d|(?:DEBUG|INFO|WARNING|ERROR|CRITICAL):[^\s:]+:")
FORMAT = Format("python_logging", parse, starts=STARTS)
