"""BSD syslog (RFC 3164, "The BSD syslog Protocol"), as written to files: priority optional, RFC 3339 times too.

Schema: syslog.facility.code, syslog.severity.code (numbers), severity_text, host.name, service.name (the tag),
process.pid, message. A tag, or a host before a tag, may be missing; a year may follow the day or stand before the
month's time. Solaris' `[ID 702911 user.error]` gives syslog.msg.id and the severity where there is no priority.
Sample: <34>May  4 10:00:00 host su[42]: failed for root
"""

import re
from typing import Any, NamedTuple

from log_processor.formats.base import Format
from log_processor.formats.levels import SYSLOG_SEVERITIES, level_of
from log_processor.formats.timestamps import bsd_ms, ctime_ms, iso_ms
from log_processor.record import Parsed

MONTH = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
CLOCK = r"\d\d:\d\d:\d\d(?:[.,]\d{1,9})?"
STAMP = re.compile(
    rf"(?:<(\d{{1,3}})>)?(?:({MONTH}) {{1,2}}(\d{{1,2}}) (?:(\d{{4}}) )?({CLOCK})(?: ((?:19|20)\d\d)(?= ))?"
    rf"|(\d{{4}}-\d\d-\d\dT{CLOCK}(?:Z|[+-]\d\d:?\d\d)))(?: |$)"
)
HOST = re.compile(r"([A-Za-z0-9_.:%/@-]*[A-Za-z0-9_.%/@-]) ")
WORD = r"[^\s:\[\]]"
TAG = re.compile(
    rf"([^\s:\[\d][^\s:\[]{{0,127}})(?:\[(\d{{1,18}})\]: ?|:(?: |$|(?=\[)))"
    rf"|([A-Za-z]{WORD}{{0,63}}(?: {WORD}{{1,63}}){{0,3}})\[(\d{{1,18}})\](?:: ?| ?(?=\())"
    r"|([^\s:\[\d][^\s:\[]{0,127})\[([^\]\s]{1,64})\]: ?"
)
SOLARIS = re.compile(r"\[ID (\d{1,9}) \w+\.(\w+)\] ")
MAX_PRIORITY = 191
PRIORITY_ALONE = re.compile(r"<(\d{1,3})>(?=[A-Za-z_./-]+(?:\[\d{1,18}\])?: )")


class Prefix(NamedTuple):
    """What stands before a message: its fields, the time, the level of the priority, and the message."""

    fields: dict[str, Any]
    timestamp_ms: int | None
    level: str | None
    message: str


def parse(text: str, near_ms: int) -> Parsed | None:
    """Read one line; None where it has no time and host, or a priority over 191."""
    prefix = read_prefix(text, near_ms)
    if prefix is None:
        return None
    fields, moment, level, message = prefix
    if level is None and (solaris := SOLARIS.match(message)) and (level := level_of(solaris[2])):
        fields |= {"syslog.msg.id": solaris[1], "severity_text": solaris[2]}
    fields["message"] = message
    return Parsed(fields, moment, level)


def read_prefix(text: str, near_ms: int) -> Prefix | None:
    """Take the priority, time, host and tag off a line; None where it has no time, or neither host nor tag."""
    stamp = STAMP.match(text)
    if stamp is None:
        return _without_time(text)
    priority, month, day, year, clock, year_after, iso = stamp.groups()
    if int(priority or 0) > MAX_PRIORITY:
        return None
    fields: dict[str, Any] = {}
    position = _put_names(fields, text, stamp.end())
    if not fields or not _is_syslog(fields, priority, iso):
        return None
    level = put_priority(fields, priority)
    if iso:
        moment = iso_ms(iso)
    elif year or year_after:
        moment = ctime_ms(month, day, clock, year or year_after)
    else:
        moment = bsd_ms(month, day, clock, near_ms)
    return Prefix(fields, moment, level, text[position:])


def _without_time(text: str) -> Prefix | None:
    """RFC 3164, 4.3.2: a priority with no time after it; taken only where a tag follows at once."""
    match = PRIORITY_ALONE.match(text)
    if match is None or int(match[1]) > MAX_PRIORITY:
        return None
    fields: dict[str, Any] = {}
    position = _put_tag(fields, text, match.end())
    return Prefix(fields, None, put_priority(fields, match[1]), text[position:])


def _put_names(fields: dict[str, Any], text: str, position: int) -> int:
    """Host and tag, either of which may be missing; the position of the message."""
    if text.startswith("--- last message repeated ", position):
        fields["service.name"] = "syslogd"
        return position
    if host := HOST.match(text, position):
        fields["host.name"] = host[1]
        position = host.end()
    return _put_tag(fields, text, position)


def _put_tag(fields: dict[str, Any], text: str, position: int) -> int:
    tag = TAG.match(text, position)
    if tag is None:
        return position
    name, pid, spaced, spaced_pid, odd, odd_id = tag.groups()
    fields["service.name"] = name or spaced or odd
    if number := pid or spaced_pid:
        fields["process.pid"] = int(number)
    elif odd_id:
        fields["process.pid"] = odd_id
    return tag.end()


def _is_syslog(fields: dict[str, Any], priority: str | None, iso: str | None) -> bool:
    """An application's own line has a time too, but then a level, a number or free words: no host and tag."""
    if priority is not None:
        return True
    host, tag = fields.get("host.name", ""), fields.get("service.name", "")
    if any(word.isupper() and level_of(word) for word in (host, tag)):
        return False
    return not iso or bool(host and tag and not host.isdecimal() and not level_of(host))


def put_priority(fields: dict[str, Any], priority: str | None) -> str | None:
    """Facility and severity of a priority (8 * facility + severity) as fields; returns the level."""
    if priority is None:
        return None
    fields["syslog.facility.code"], severity = divmod(int(priority), 8)
    fields |= {"syslog.severity.code": severity, "severity_text": SYSLOG_SEVERITIES[severity]}
    return level_of(SYSLOG_SEVERITIES[severity])


FORMAT = Format("syslog_rfc3164", parse)
