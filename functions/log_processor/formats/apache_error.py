"""Apache HTTP Server error logs, 2.2 and 2.4 (Apache core, ErrorLogFormat and its defaults).

Schema: apache.module, severity_text, process.pid, thread.id, client.address, client.port, error.code (AH…), message,
http.request.header.referer. Time without a zone counts as UTC.
Sample: [Mon May 04 10:00:00.123456 2026] [core:error] [pid 42:tid 139] [client 192.0.2.1:4711] AH00124: too many
redirects
"""

import re
from typing import Any

from log_processor.formats.base import Format
from log_processor.formats.levels import level_of
from log_processor.formats.timestamps import ctime_ms
from log_processor.formats.tokens import put_address
from log_processor.record import Parsed

LINE = re.compile(
    r"\[(?:[A-Z][a-z]{2}) ([A-Z][a-z]{2}) {1,2}(\d{1,2}) (\d\d:\d\d:\d\d(?:\.\d{1,6})?) (\d{4})\] "
    r"\[(?:([\w.-]*):)?(emerg|alert|crit|error|warn|notice|info|debug|trace[1-8])\] "
    r"(?:\[pid (\d{1,18})(?::tid (\d{1,20}))?\] )?(?:([^\s:]*\(\d+\)[^:\[]*): )?(?:\[client ([^\]]*)\] )?(.*)",
    re.DOTALL,
)
CODE = re.compile(r"(AH\d{5}): ")


def parse(text: str, _near_ms: int) -> Parsed | None:
    """Read one line; None where it has no time and level in brackets."""
    match = LINE.fullmatch(text)
    if match is None:
        return None
    month, day, clock, year, module, severity, pid, tid, cause, client, message = match.groups()
    fields: dict[str, Any] = {"severity_text": severity}
    if module:
        fields["apache.module"] = module
    if pid:
        fields["process.pid"] = int(pid)
    if tid:
        fields["thread.id"] = int(tid)
    if cause:
        fields["apache.status"] = cause
    if client and pid:
        put_address(fields, "client", client)
    elif client:  # 2.2 writes no port, and an IPv6 address of its own may end like one
        fields["client.address"] = client
    code = CODE.match(message)
    if code:
        fields["error.code"] = code[1]
        message = message[code.end() :]
    head, mark, referer = message.rpartition(", referer: ")
    if mark and " " not in referer:
        message, fields["http.request.header.referer"] = head, referer
    fields["message"] = message
    return Parsed(fields, ctime_ms(month, day, clock, year), level_of(severity.rstrip("12345678")))


STARTS = re.compile(rb"\[[A-Z][a-z]{2} [A-Z][a-z]{2} ")
FORMAT = Format("apache_error", parse, starts=STARTS)
