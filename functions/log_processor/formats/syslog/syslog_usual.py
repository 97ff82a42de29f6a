"""Read the usual line of BSD syslog by one expression: it takes half the time of those that read all of them.

What it matches is read as `syslog_rfc3164.parse_any` reads it, and any other line is left to that.
"""

import re
from typing import Any

from log_processor.formats.lib.format import Parsed
from log_processor.formats.lib.timestamps import MONTHS, parse_bsd_ms
from log_processor.formats.syslog.programs import put_said

MONTH = "|".join(MONTHS)
LINE = re.compile(
    rf"({MONTH}) {{1,2}}(\d{{1,2}}) (\d\d:\d\d:\d\d) ([a-z][\w-]{{0,254}}) "
    r"([a-z][\w./()-]{0,126})(?:\[(0|[1-9]\d{0,17})\])?: "
    rf"((?!(?:{MONTH}) |[A-Za-z]{{4,7}}: |[A-Z]{{4,8}} )[A-Za-z]{{2}}[^=%\"@\n]*+)",
    re.ASCII,
)
"""A time, a host and a tag in small letters, and a message.

The message is prose that no other format reads: it begins with two letters, but with no month and no severity, and has
no `=`, no quote, and neither `%` nor `@`, which Cisco and VMware write.
"""


def parse_usual(text: str, last_modified_ms: int) -> Parsed | None:
    """Parse one line with time, host, tag and a plain message, and without a priority."""
    match = LINE.fullmatch(text)
    if match is None:
        return None
    month, day, clock, host, tag, process, message = match.groups()
    fields: dict[str, Any] = {"host.name": host, "service.name": tag}
    if process is not None:
        fields["process.pid"] = int(process)
    fields["message"] = message
    put_said(fields, message)
    return Parsed(fields, parse_bsd_ms(month, day, clock, last_modified_ms))
