"""Parse exports of CloudWatch Logs."""

import re

from log_processor.formats.aws.embedded import parse_embedded
from log_processor.formats.lib.format import Carrier, CarrierKind, Column, Format, Parsed, ReadMessage
from log_processor.formats.lib.zones import parse_iso_ms
from log_processor.state import Below

STAMP = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z "
EVENT = re.compile(rf"({STAMP})(.*)", re.DOTALL)
KEY = re.compile(r"(?:^|/)[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/[^/]+/\d{6}(?:\.gz)?$")
"""Keys of exports: `<prefix>/<task id>/<log stream>/000000.gz`."""


def parse(text: str, last_modified_ms: int, read: ReadMessage) -> Parsed | None:
    """Parse one event; return None if it does not begin with a time in milliseconds, or no format reads its message."""
    event = EVENT.match(text)
    parsed = parse_embedded(event[2], last_modified_ms, read) if event else None
    if event is None or parsed is None:
        return None
    if parsed.timestamp_ms is None:
        parsed.timestamp_ms = parse_iso_ms(event[1].rstrip())
    return parsed


CARRIER = Carrier(CarrierKind.LOG_SERVICE, parse)
FORMAT = Format(
    "cloudwatch_export",
    CARRIER.bind(),
    title="CloudWatch Logs exports",
    specification="Amazon CloudWatch Logs User Guide, Exporting log data to Amazon S3",
    notes=(
        "A line an event: its time, a blank, then its message, which may go on for several lines. Read are "
        "messages that are of a format themselves, and have its fields; others are text that begins with a "
        "time. The time is the message's own, or else the event's."
    ),
    schema=(Column("message", note="the whole of it, unless it is an object or its format names one"),),
    sample='2026-05-04T10:00:00.000Z {"level": "info", "message": "started"}',
    keeps_members=True,
    embedded=None,
    carrier=CARRIER,
    starts=re.compile(STAMP.encode()),
    below=Below.ANYTHING,
    is_weak=True,
    key=KEY,
)
