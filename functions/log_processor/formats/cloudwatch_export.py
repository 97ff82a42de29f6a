r"""CloudWatch Logs exports: a line an event, its time and then its message (User Guide, Exporting log data to S3).

A line of any text may begin with a time, so an export is known by its object's key,
`<prefix>/<task id>/<log stream>/000000.gz`, or where a route declares it. A message is a log line of its own, and is
read as one; it may go on for several lines. The time is the event's.

Schema: message, and the fields of the message's own format.
Sample: 2026-05-04T10:00:00.123Z START RequestId: 00000000-0000-4000-8000-000000000001 Version: $LATEST
"""

import re

from log_processor.formats.base import Format
from log_processor.formats.carried import carried
from log_processor.formats.timestamps import iso_ms
from log_processor.record import Parsed

STAMP = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z "
EVENT = re.compile(rf"({STAMP})(.*)", re.DOTALL)
KEY = re.compile(r"(?:^|/)[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/[^/]+/\d{6}(?:\.gz)?$")


def parse(text: str, near_ms: int) -> Parsed | None:
    """Read one event; None where it does not begin with a time in milliseconds."""
    event = EVENT.match(text)
    if event is None:
        return None
    said = carried(event[2], near_ms)
    return Parsed(said.fields, iso_ms(event[1].rstrip()), said.level)


FORMAT = Format("cloudwatch_export", parse, starts=re.compile(STAMP.encode()), key=KEY)
