"""Read what Cisco devices put before a syslog message: a sequence number, a time with a mark, `%FACILITY-5-NAME:`.

It is read as part of `syslog_rfc3164` (Cisco IOS System Message Guide, ASA and NX-OS too). Priority, device name, time,
year and zone may each be missing. The mark says how far the clock is trusted (`*` never set, `.` out of step).
"""

import re
from typing import Any, NamedTuple

from log_processor.formats.lib.lazy import compile_lazily
from log_processor.formats.lib.levels import SYSLOG_SEVERITIES
from log_processor.formats.lib.numbers import parse_number
from log_processor.formats.lib.timestamps import parse_bsd_ms, parse_ctime_ms
from log_processor.formats.lib.zones import ZONES

MONTH = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
HEADER = compile_lazily(
    r"(?:<(?P<priority>\d{1,3})>(?:: ?)?)?(?:\d{1,10}: )?(?:(?P<host>[A-Za-z][\w.-]{0,63})(?:: | (?=[A-Z0-9]{1,5}/)))?"
    r"(?:\d{1,10}: )?(?:[A-Z0-9]{1,5}(?:/[A-Z0-9]{1,8}){2,4}:)?"
    rf"(?:[*.]?(?:(?P<year>\d{{4}}) )?(?P<month>{MONTH}) {{1,2}}(?P<day>\d{{1,2}}) (?:(?P<between>\d{{4}}) )?"
    r"(?P<clock>\d\d:\d\d:\d\d(?:\.\d{1,9})?)(?: (?P<zone>[A-Z][A-Za-z-]{1,9}))?(?: (?P<after>\d{4}))? ?: )?"
    r"(?:(?P<process>[A-Za-z][\w.-]{0,63})\[(?P<pid>\d{1,18})\]: )?(?=%)"
)
MNEMONIC = compile_lazily(
    r"(?:%\$ VDC-\d{1,3} %\$ )?%([A-Z0-9_]{1,40}(?:-[A-Za-z0-9_]{1,40}){0,2}-([0-7])-[A-Z0-9_]{1,60}) ?: ?"
)
NAMES = ("host.name", "service.name")
RELAYED = compile_lazily(rf"(?:: |{HEADER.pattern})(?=%)")

OTHER_ZONES = {
    **dict.fromkeys(("MET", "WAT"), "+01:00"),
    **dict.fromkeys(("MEST", "MET-DST", "CAT"), "+02:00"),
    **dict.fromkeys(("EAT", "TRT"), "+03:00"),
    **dict.fromkeys(("GST", "MSD"), "+04:00"),
    **dict.fromkeys(("ICT", "WIT"), "+07:00"),
    "CCT": "+08:00",
    "NST": "-03:30",
    "NDT": "-02:30",
    **dict.fromkeys(("BRST", "WGST"), "-02:00"),
    "CLST": "-03:00",
    "CLT": "-04:00",
    **dict.fromkeys(("COT", "PET", "ECT"), "-05:00"),
    "HDT": "-09:00",
}
"""Names of zones that are words elsewhere too; here they stand behind a clock and before a colon."""


class CiscoPrefix(NamedTuple):
    """Hold the priority, the fields, the time in epoch milliseconds, and where the message begins."""

    priority: str | None
    fields: dict[str, Any]
    timestamp_ms: int | None
    stop: int


def read_cisco_prefix(text: str, last_modified_ms: int) -> CiscoPrefix | None:
    """Read a line up to its `%FACILITY-5-NAME`; return None if it has no such name after a prefix of Cisco's."""
    match = HEADER.match(text)
    if match is None or MNEMONIC.match(text, match.end()) is None:
        return None
    fields = {name: word for name, word in zip(NAMES, match.group("host", "process"), strict=True) if word}
    if match["pid"]:
        fields["process.pid"] = parse_number(match["pid"])
    moment = _parse_time(match, last_modified_ms) if match["month"] else None
    return CiscoPrefix(match["priority"], fields, moment, match.end())


def _parse_time(match: re.Match[str], last_modified_ms: int) -> int | None:
    """Return the time in epoch milliseconds, in UTC if its zone is not known.

    The year may stand before, between or after the other parts.
    """
    month, day = match.group("month", "day")
    clock = match["clock"] + (ZONES.get(match["zone"]) or OTHER_ZONES.get(match["zone"], "+00:00"))
    year = match["year"] or match["between"] or match["after"]
    return parse_ctime_ms(month, day, clock, year) if year else parse_bsd_ms(month, day, clock, last_modified_ms)


def put_mnemonic(fields: dict[str, Any], message: str) -> str:
    """Put `%FACILITY-5-NAME:` and return the message behind it.

    What a relay left before the name is dropped. The severity in the name counts if the line has no priority.
    """
    before = RELAYED.match(message)
    match = MNEMONIC.match(message, before.end() if before else 0)
    if match is None:
        return message
    fields["syslog.msg.id"] = match[1]
    if before and before["process"]:
        fields |= {"service.name": before["process"], "process.pid": parse_number(before["pid"])}
    elif "host.name" not in fields and fields.keys() & {"service.name", "process.pid"} == {"service.name"}:  # no tag
        fields["host.name"] = fields.pop("service.name")
    if "syslog.severity.code" not in fields:
        severity = int(match[2])
        fields |= {"syslog.severity.code": severity, "severity_text": SYSLOG_SEVERITIES[severity]}
    return message[match.end() :]
