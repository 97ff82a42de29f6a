"""Java applications' logs in the common log4j and logback patterns (`%d [%t] %p %c - %m`, `[%d] %p %m (%c)`).

Schema: thread.name, log.logger, severity_text, message. Time without a zone counts as UTC.
Sample: 2026-05-04 10:00:00,123 [main] INFO org.example.App - started
"""

import re

from log_processor.formats.base import Format
from log_processor.formats.levels import level_of
from log_processor.formats.timestamps import iso_ms
from log_processor.record import Parsed

TIME = r"(?P<time>\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?)"
LEVEL = r"(?P<level>TRACE|DEBUG|INFO|WARN|ERROR|FATAL)"
DASHED = re.compile(rf"{TIME} \[(?P<thread>[^\]]*)\] {LEVEL} {{1,2}}(?P<logger>[^\s]+) - (?P<message>.*)", re.DOTALL)
BRACKETED = re.compile(rf"\[{TIME}\] {LEVEL} (?P<message>[^\n]*) \((?P<logger>[^\s()]+)\)(?P<trace>\n.*)?", re.DOTALL)


def parse(text: str, _near_ms: int) -> Parsed | None:
    """Read one record; None where it follows neither pattern."""
    match = DASHED.fullmatch(text) or BRACKETED.fullmatch(text)
    if match is None:
        return None
    found = match.groupdict()
    fields = {
        "log.logger": found["logger"],
        "severity_text": found["level"],
        "message": found["message"] + (found.get("trace") or ""),
    }
    if found.get("thread"):
        fields["thread.name"] = found["thread"]
    return Parsed(fields, iso_ms(found["time"]), level_of(found["level"]))


STARTS = re.compile(rb"\[?\d{4}-\d\d-\d\d[ T]\d\d:\d\d")
FORMAT = Format("java", parse, starts=STARTS)
