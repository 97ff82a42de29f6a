"""What Cisco's devices put around syslog messages: a sequence number, a time with a mark, and `%FACILITY-5-NAME:`.

Read as part of `syslog_rfc3164` (Cisco IOS System Message Guide, ASA and NX-OS too): with or without priority, name of
the device, time, year and zone. The mark says how far the clock is trusted (`*` never set, `.` out of step).
"""

import re
from typing import Any, NamedTuple

from log_processor.formats.lib.levels import SYSLOG_SEVERITIES
from log_processor.formats.lib.timestamps import ZONES, bsd_ms, ctime_ms

MONTH = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
HEADER = re.compile(
    r"(?:<(\d{1,3})>)?(?:\d{1,10}: )?(?:([A-Za-z][\w.-]{0,63}): )?(?:\d{1,10}: )?"
    rf"(?:[*.]?(?:(\d{{4}}) )?({MONTH}) {{1,2}}(\d{{1,2}}) (?:(\d{{4}}) )?(\d\d:\d\d:\d\d(?:\.\d{{1,9}})?)"
    r"(?: ([A-Z]{2,5}))?(?: (\d{4}))? ?: )?(?=%)"
)
MNEMONIC = re.compile(r"%([A-Z0-9_]{1,40}(?:-[A-Z0-9_]{1,40}){0,2}-([0-7])-[A-Z0-9_]{1,60}) ?: ?")
RELAYED = re.compile(rf"(?:: |{HEADER.pattern})(?=%)")


class Header(NamedTuple):
    """The priority, the fields, the time, and where the message begins."""

    priority: str | None
    fields: dict[str, Any]
    timestamp_ms: int | None
    stop: int


def read_header(text: str, near_ms: int) -> Header | None:
    """Read a line up to its `%FACILITY-5-NAME`; None where it has no such name behind a header of Cisco's."""
    match = HEADER.match(text)
    if match is None or MNEMONIC.match(text, match.end()) is None:
        return None
    priority, host, year_first, month, day, year, clock, zone, year_last = match.groups()
    moment = None
    if month:
        clock += ZONES.get(zone, "+00:00")
        written = year_first or year or year_last
        moment = ctime_ms(month, day, clock, written) if written else bsd_ms(month, day, clock, near_ms)
    return Header(priority, {"host.name": host} if host else {}, moment, match.end())


def put_mnemonic(fields: dict[str, Any], message: str) -> str:
    """Take `%FACILITY-5-NAME:`, and what a relay left before it, off; its severity counts without a priority."""
    before = RELAYED.match(message)
    match = MNEMONIC.match(message, before.end() if before else 0)
    if match is None:
        return message
    fields["syslog.msg.id"] = match[1]
    if "host.name" not in fields and "service.name" in fields:  # `name: %…` is no tag
        fields["host.name"] = fields.pop("service.name")
    if "syslog.severity.code" not in fields:
        severity = int(match[2])
        fields |= {"syslog.severity.code": severity, "severity_text": SYSLOG_SEVERITIES[severity]}
    return message[match.end() :]
