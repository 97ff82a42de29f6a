"""Read severities by their names beside a tag or at the start of a message, in lines without a priority.

Solaris (`[ID 702911 user.error]`), AIX (`user:err`), BusyBox (`user.err`) and macOS (`<Error>`) write them beside the
tag; Dovecot, Postfix and OpenSSH begin their messages with them (`warning: `).
"""

import re
from typing import Any

from log_processor.formats.lib.lazy import compile_lazily
from log_processor.formats.lib.levels import SYSLOG_SEVERITIES, normalise_level

SOLARIS = re.compile(r"\[ID (\d{1,9}) (\w+)\.(\w+)\] ")
FACILITIES = (
    *("kern", "user", "mail", "daemon", "auth", "syslog", "lpr", "news", "uucp", "cron", "authpriv", "ftp", "ntp"),
    *("audit", "console", "cron2", "local0", "local1", "local2", "local3", "local4", "local5", "local6", "local7"),
)
CODES = {name: code for code, name in enumerate(SYSLOG_SEVERITIES)} | {"panic": 0, "error": 3, "warn": 4}
NAMED = compile_lazily(rf"({'|'.join(FACILITIES)})(?:\|security)?[.:]({'|'.join(CODES)}) ")
ESXI = compile_lazily(r"(?:Em|Al|Cr|Er|Wa|No|In|Db)\((\d{1,3})\) (?=[A-Za-z][\w.-]{0,63}(?:\[\d{1,18}\]:?|:) )")
"""The two first letters of a severity and the whole priority, which ESXi 8 writes between time and tag."""
APPLE = re.compile(r"<(Emergency|Alert|Critical|Error|Warning|Notice|Info|Debug)>: ")
JOB = re.compile(r"\(([^()\s]{1,200}\[\d{1,18}\])\)(?:: ?| (?=<[A-Z]))")
"""Of which job launchd speaks: `launchd[1] (com.apple.mdworker[123]): `."""
CAPITALS = "TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|CRITICAL|FATAL|SEVERE|PANIC"
SAID = compile_lazily(
    r"(?:(?:Panic|Fatal|Error|Warning|Info|Debug)|(?:panic|fatal|error|warning)): |<(?:info|warn|error|debug)> "
    rf"|(?:{CAPITALS})(?::? (?=\S)| {{2,5}})|\[ ?(?:{CAPITALS}|error|warn|warning|info|debug) ?\]:? "
)
SEVERITY = "emerg|alert|crit|err|error|warning|warn|notice|info|debug"
UNIFI = r"(?P<mac>[0-9a-f]{12}),(?P<version>[\w.+-]{1,64})"
ODD = compile_lazily(
    rf"(?P<facility>{'|'.join(FACILITIES)})(?:\|security)?[.:](?P<severity>{'|'.join(CODES)}) "
    rf"|(?P<level>{SEVERITY}) (?=[A-Za-z][\w./-]{{0,63}}\[\d{{1,18}}\]: )"
    rf"|(?P<host>[A-Za-z][\w.-]{{0,63}}) (?=[A-Za-z][\w./-]{{0,63}}(?:\[\d{{1,18}}\])?: )"
    rf"|(?:\(\")?(?:[A-Za-z][\w.-]{{0,63}},)?{UNIFI}(?:\"\) |: ?(?:: )?)"
    r"|(?P<event>\d{5}) (?=[a-z][\w-]{0,31}: )"
)
"""What stands before a tag in place of it.

Facility and severity (AIX, BusyBox), a severity (F5), the host again or device, address and version (UniFi), or the
number of an event (HP).
"""
ODD_NAMES = ("syslog.msg.id", "unifi.mac", "unifi.version")
DECODED = compile_lazily(rf"({'|'.join(FACILITIES)}) {{0,5}}:({SEVERITY}) {{0,5}}: ?")


def put_named(fields: dict[str, Any], facility: str | None, severity: str) -> str | None:
    """Put a facility and a severity by their names, as far as they are known; return the level."""
    code = CODES.get(severity.lower().removesuffix("ical").removesuffix("ency"))
    if code is not None:
        fields |= {"syslog.severity.code": code, "severity_text": severity}
    if facility in FACILITIES:
        fields["syslog.facility.code"] = FACILITIES.index(facility)
    return normalise_level(severity)


def put_leading_severity(fields: dict[str, Any], message: str) -> str | None:
    """Put the severity that a message begins with, which also stays in the message; return its level."""
    match = SAID.match(message)
    if match is None:
        return None
    fields["severity_text"] = match[0].strip("<>[]: ")
    return normalise_level(fields["severity_text"])


def read_decoded(fields: dict[str, Any], text: str) -> tuple[str | None, int]:
    """Put facility and severity of a line of `dmesg -x`; return its level, and the position of its message."""
    match = DECODED.match(text)
    if match is None:
        return None, 0
    if match[1] == "kern":
        fields["service.name"] = "kernel"
    return put_named(fields, match[1], match[2]), match.end()
