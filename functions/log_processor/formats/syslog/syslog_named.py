"""Read severities by their names beside a tag or at the start of a message, in lines without a priority.

Solaris (`[ID 702911 user.error]`), AIX (`user:err`), BusyBox (`user.err`) and macOS (`<Error>`) write them beside the
tag; Dovecot, Postfix and OpenSSH begin their messages with them (`warning: `).
"""

import re
from typing import Any

from log_processor.formats.lib.levels import SYSLOG_SEVERITIES, normalise_level

SOLARIS = re.compile(r"\[ID (\d{1,9}) (\w+)\.(\w+)\] ")
FACILITIES = (
    *("kern", "user", "mail", "daemon", "auth", "syslog", "lpr", "news", "uucp", "cron", "authpriv", "ftp", "ntp"),
    *("audit", "console", "cron2", "local0", "local1", "local2", "local3", "local4", "local5", "local6", "local7"),
)
CODES = {name: code for code, name in enumerate(SYSLOG_SEVERITIES)} | {"panic": 0, "error": 3, "warn": 4}
NAMED = re.compile(rf"({'|'.join(FACILITIES)})(?:\|security)?[.:]({'|'.join(CODES)}) ")
ESXI = re.compile(r"(?:Em|Al|Cr|Er|Wa|No|In|Db)\((\d{1,3})\) (?=[A-Za-z][\w.-]{0,63}(?:\[\d{1,18}\]:?|:) )")
"""The two first letters of a severity and the whole priority, which ESXi 8 writes between time and tag."""
APPLE = re.compile(r"<(Emergency|Alert|Critical|Error|Warning|Notice|Info|Debug)>: ")
SAID = re.compile(r"(?:(?:Panic|Fatal|Error|Warning|Info|Debug)|(?:panic|fatal|error|warning)): ")


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
    fields["severity_text"] = match[0][:-2]
    return normalise_level(fields["severity_text"])
