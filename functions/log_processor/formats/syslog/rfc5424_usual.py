"""Read the usual line of RFC 5424 by one expression: priority, no structured data, and a message that is prose.

What it matches is read as `syslog_rfc5424.parse_any` reads it, and any other line is left to that.
"""

import re
from typing import Any

from log_processor.formats.lib.format import Parsed
from log_processor.formats.lib.levels import SYSLOG_SEVERITIES, normalise_level
from log_processor.formats.lib.timestamps import MONTHS
from log_processor.formats.lib.zones import read_iso_ms
from log_processor.formats.syslog.programs import put_said

LINE = re.compile(
    r"<(\d|[1-9]\d|1[0-8]\d|19[01])>([1-9]\d{0,2}) "
    r"(\d{4}-\d\d-\d\dT\d\d:\d\d:[0-5]\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)) "
    r"([!-,.-~][!-~]{0,254}) ([!-,.-~][!-~]{0,47}) "
    r"(?:-|([1-9]\d{0,17})|([A-Za-z][!-~]{0,127})) (?:-|([!-,.-~][!-~]{0,31})) - "
    rf"((?!(?:{'|'.join(MONTHS)}) )[A-Za-z]{{2}}[^=\"@]*+)",
    re.ASCII,
)
"""A header with its time, host and application, no structured data, and a message.

The message is prose that no other format reads: it begins with two letters, but with no month, and has no `=`, no quote
and no `@`, which VMware writes.
"""
SEVERITIES = tuple((name, normalise_level(name)) for name in SYSLOG_SEVERITIES)


def parse_usual(text: str) -> Parsed | None:
    """Parse one line with a priority, a time, a host, an application and a plain message."""
    match = LINE.fullmatch(text)
    if match is None:
        return None
    priority, version, time, host, application, number, process, message_id, message = match.groups()
    fields: dict[str, Any] = {"syslog.version": int(version), "host.name": host, "service.name": application}
    if number is not None:
        fields["process.pid"] = int(number)
    elif process is not None:
        fields["process.pid"] = process
    if message_id is not None:
        fields["syslog.msg.id"] = message_id
    fields["message"] = message
    put_said(fields, message)
    fields["syslog.facility.code"], severity = divmod(int(priority), 8)
    fields["syslog.severity.code"] = severity
    fields["severity_text"], level = SEVERITIES[severity]
    return Parsed(fields, read_iso_ms(time), level)
