"""Objects that CloudWatch Logs exports to S3 (CloudWatch Logs User Guide, Exporting log data to Amazon S3).

Each event has the time of its arrival before it. Read are the events of AWS's own logs and JSON objects; the record's
time is the event's own, or else that one. Others are text; Lambda's are read by its own format.
Schema: that of vpc_flow, route53_public, cloudtrail, waf, route53 or json_lines, whichever reads the event; members of
what the application wrote as they stand.
Sample: 2026-05-04T10:00:00.000Z {"level": "info", "message": "started"}
"""

import re

from log_processor.formats import cloudtrail, json_lines, route53, route53_public, vpc_flow, waf
from log_processor.formats.base import Format
from log_processor.formats.timestamps import iso_ms
from log_processor.record import Parsed

TIME = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z) (?=[{\d])")
STARTS = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z ")
EVENTS = (cloudtrail.parse, waf.parse, route53.parse, json_lines.parse)
LINES = (vpc_flow.parse, route53_public.parse)


def parse(text: str, near_ms: int) -> Parsed | None:
    """Read one event; None where no time stands before it, or none of these formats reads it."""
    arrived = TIME.match(text)
    if arrived is None:
        return None
    event = text[arrived.end() :]
    for read in EVENTS if event[0] == "{" else LINES:
        if (parsed := read(event, near_ms)) is not None:
            if parsed.timestamp_ms is None:
                parsed.timestamp_ms = iso_ms(arrived[1])
            return parsed
    return None


FORMAT = Format("cloudwatch_export", parse, starts=STARTS)
