"""BSD syslog (RFC 3164, "The BSD syslog Protocol"), as written to files: priority optional, RFC 3339 times too.

Schema: syslog.facility.code, syslog.severity.code (numbers), host.name, service.name (the tag), process.pid, message.
Sample: <34>May  4 10:00:00 host su[42]: failed for root
"""

import re

from log_processor.formats.base import Format
from log_processor.formats.levels import level_of
from log_processor.formats.timestamps import MONTHS, iso_ms, yearless_ms
from log_processor.record import Parsed

LINE = re.compile(
    r"(?:<(\d{1,3})>)?(?:([A-Z][a-z]{2}) {1,2}(\d{1,2}) (\d\d:\d\d:\d\d(?:\.\d{1,6})?)"
    r"|(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d))) "
    r"(\S+) (?:([^\s:\[]+)(?:\[(\d{1,18})\])?: ?)?(.*)",
    re.DOTALL,
)
SEVERITIES = ("emerg", "alert", "crit", "err", "warning", "notice", "info", "debug")
MAX_PRIORITY = 191


def parse(text: str, near_ms: int) -> Parsed | None:
    """Read one line; None where it has no time and host, or a priority over 191."""
    match = LINE.fullmatch(text)
    if match is None or (match[2] and match[2] not in MONTHS) or int(match[1] or 0) > MAX_PRIORITY:
        return None
    priority, month, day, clock, iso, host, tag, pid, message = match.groups()
    if iso and (not tag or level_of(host)):
        return None  # an application's line: a time and a level, no host and tag
    moment = iso_ms(iso) if iso else yearless_ms(f"{MONTHS[month]:02d}-{int(day):02d}T{clock}", near_ms)
    fields: dict[str, str | int] = {"host.name": host, "message": message}
    if tag:
        fields["service.name"] = tag
    if pid:
        fields["process.pid"] = int(pid)
    if priority is None:
        return Parsed(fields, moment)
    fields["syslog.facility.code"], severity = divmod(int(priority), 8)
    fields |= {"syslog.severity.code": severity, "severity_text": SEVERITIES[severity]}
    return Parsed(fields, moment, level_of(SEVERITIES[severity]))


FORMAT = Format("syslog_rfc3164", parse)
