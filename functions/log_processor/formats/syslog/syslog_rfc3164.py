"""Parse BSD syslog as it is written to files: with or without a priority, with times of RFC 3339 too."""

import re
from typing import Any, NamedTuple

from log_processor.formats.lib.embedding import merge_message
from log_processor.formats.lib.format import (
    MEMBER,
    OUTPUT,
    Carrier,
    CarrierKind,
    Column,
    Embedded,
    Format,
    Parsed,
    ReadMessage,
    StrongStart,
    list_columns,
    read_nothing,
)
from log_processor.formats.lib.lazy import compile_lazily
from log_processor.formats.lib.levels import SYSLOG_SEVERITIES, normalise_level
from log_processor.formats.lib.timestamps import parse_any_ms, parse_bsd_ms, parse_ctime_ms
from log_processor.formats.lib.zones import ZONES
from log_processor.formats.syslog import vmware
from log_processor.formats.syslog.cisco import MNEMONIC, MONTH, put_mnemonic, read_cisco_prefix
from log_processor.formats.syslog.names import EVENT, WORD, put_names, put_tag
from log_processor.formats.syslog.programs import COLUMNS, NOTES, put_said
from log_processor.formats.syslog.syslog_named import ESXI, SOLARIS, put_leading_severity, put_named, read_decoded
from log_processor.formats.syslog.syslog_usual import parse_usual
from log_processor.state import Below

CLOCK = r"\d\d:\d\d:\d\d(?:[.,]\d{1,9})?"
ZONE = r"(?:Z|[+-]\d\d:?\d\d)"
NAMED_ZONE = "|".join(ZONES)
PRIORITY = r"(?:(?:\d{1,7} )?<(?P<priority>\d{1,3})>:? ?)?"
STAMP = re.compile(
    rf"{PRIORITY}(?:(?:[A-Z][a-z]{{2}} (?=[A-Z]))?(?:(?P<year>\d{{4}}) )?(?P<month>{MONTH}) {{1,2}}(?P<day>\d{{1,2}}) "
    rf"(?:(?P<between>\d{{4}}) )?(?P<clock>{CLOCK})"
    rf"(?: (?=[A-Z]{{1,5}} )(?P<zone>{NAMED_ZONE})(?= )| ?(?P<offset>[+-]\d\d:?\d\d)(?= ))?"
    rf"(?: (?P<after>(?:19|20)\d\d)(?= ))?|(?P<iso>\d{{4}}-\d\d-\d\dT{CLOCK}{ZONE}))(?: |$)"
)
NAMES = r" {1,2}[\w.-]{1,255} [^\s:\[\]]{1,64}"
LOOSE = compile_lazily(
    rf"{PRIORITY}(?:(?:[A-Z][a-z]{{2}} )?(?P<iso>\d{{4}}-\d\d-\d\d(?:"
    rf"[T ]{CLOCK}(?:(?:{ZONE}| (?:{NAMED_ZONE}))(?={NAMES}(?:\[\d|: ))|(?={NAMES}\[\d))"
    rf"|(?:T|(?(priority) )){CLOCK}(?={NAMES}: )))"
    rf"|(?P<epoch>\d{{10}}\.\d{{6}})(?={NAMES}(?:\[\d|: ))"
    rf"|\[ {{0,7}}\d{{1,9}}\.\d{{6}}\](?={NAMES}(?:\[\d|(?<=kernel): ))) {{1,2}}"
)
"""A time as other loggers write it too, with a blank, without a zone, or without a date.

A process shows that it is syslog; so does a tag, behind a priority or a `T` between date and clock.
"""
MAX_PRIORITY = 191
PRIORITY_ALONE = re.compile(rf'<(\d{{1,3}})> ?(?=[A-Za-z_./-]{{1,128}}(?:\[\d{{1,18}}\])?: |\{{ ?"|{EVENT.pattern})')
LEVEL_WORD = compile_lazily("(?i:trace|verbose|debug|info|notice|warn|warning|error|critical|fatal)")
WORD_SAID = compile_lazily("[A-Za-z]{4,8}: ")
"""A level that a message begins with is no tag: `<5>Warning: the disk is full`."""
SPOKEN = compile_lazily(rf"last message repeated |{EVENT.pattern}|{MNEMONIC.pattern}")
"""Messages that show that a line with an ISO time and no tag is syslog: syslogd's own, events, and Cisco's."""


class Prefix(NamedTuple):
    """Hold what stands before a message, and the message.

    The level is that of the priority; the time is in epoch milliseconds.
    """

    fields: dict[str, Any]
    timestamp_ms: int | None
    level: str | None
    message: str


def parse(text: str, last_modified_ms: int, read: ReadMessage = read_nothing) -> Parsed | None:
    """Parse one line; return None if it has no time and host, or a priority over 191."""
    return parse_usual(text, last_modified_ms) or parse_any(text, last_modified_ms, read)


def parse_any(text: str, last_modified_ms: int, read: ReadMessage = read_nothing) -> Parsed | None:
    """Parse any line of BSD syslog, usual or not."""
    prefix = read_prefix(text, last_modified_ms)
    if prefix is None:
        return None
    fields, moment, level, message = prefix
    if message.find(vmware.SIGN, 0, 120) >= 0:
        message, own_level = vmware.put_originator(fields, message)
        level = level or own_level
    elif level is None and (solaris := SOLARIS.match(message)):
        fields["syslog.msg.id"] = solaris[1]
        level = put_named(fields, solaris[2], solaris[3])
    elif message.find("%", 0, 80) >= 0:
        message = put_mnemonic(fields, message)
        level = level or normalise_level(fields.get("severity_text"))
    fields["message"] = message
    parsed = Parsed(fields, moment, level or put_leading_severity(fields, message))
    put_said(fields, message)
    return merge_message(parsed, message, last_modified_ms, read)


def read_prefix(text: str, last_modified_ms: int) -> Prefix | None:
    """Read the priority, time, host and tag of a line; return None if it has no time, or neither host nor tag."""
    has_percent = text.find("%", 0, 128) >= 0
    if text[:1].isalpha() and text[3:4] != " " and not has_percent:
        return _read_decoded(text) if text[6:7] == ":" else None  # neither a month nor a weekday
    if has_percent and (cisco := _read_cisco(text, last_modified_ms)):
        return cisco
    stamp = STAMP.match(text)
    if stamp is None and text.find(": ", 0, 256) >= 0:
        stamp = LOOSE.match(text)
    return _read_without_time(text) if stamp is None else _read_after_time(text, stamp, last_modified_ms)


def _read_after_time(text: str, stamp: re.Match[str], last_modified_ms: int) -> Prefix | None:
    priority, iso = stamp.group("priority", "iso")
    position = stamp.end()
    if priority is None and iso and (esxi := ESXI.match(text, position)):
        priority, position = esxi[1], esxi.end()
    if int(priority or 0) > MAX_PRIORITY:
        return None
    fields: dict[str, Any] = {}
    if iso and vmware.OWN.match(text, position):
        return Prefix(fields, _parse_time(stamp, last_modified_ms), None, text[position:])
    position, level = put_names(fields, text, position)
    if priority is not None:
        level = put_priority(fields, priority)
    elif _is_levelled(fields) or (iso and not (_is_named(fields) or SPOKEN.match(text, position))):
        return None
    if not fields and EVENT.match(text, position) is None:
        return None
    return Prefix(fields, _parse_time(stamp, last_modified_ms), level, text[position:])


def _parse_time(stamp: re.Match[str], last_modified_ms: int) -> int | None:
    if iso := stamp["iso"]:
        return parse_any_ms(iso)
    if stamp.re is not STAMP:
        return parse_any_ms(stamp["epoch"])
    month, day, clock, zone, offset = stamp.group("month", "day", "clock", "zone", "offset")
    if zone or offset:
        clock += offset or ZONES[zone]
    year = stamp["year"] or stamp["between"] or stamp["after"]
    return parse_ctime_ms(month, day, clock, year) if year else parse_bsd_ms(month, day, clock, last_modified_ms)


def _read_without_time(text: str) -> Prefix | None:
    """Read a priority with no time after it (RFC 3164, 4.3.2); a tag or an object must follow at once."""
    match = PRIORITY_ALONE.match(text)
    if match is None or int(match[1]) > MAX_PRIORITY:
        return None
    fields: dict[str, Any] = {}
    is_word = LEVEL_WORD.match(text, match.end()) and WORD_SAID.match(text, match.end())
    position = match.end() if is_word else put_tag(fields, text, match.end())
    return Prefix(fields, None, put_priority(fields, match[1]), text[position:])


def _read_decoded(text: str) -> Prefix | None:
    """Read what `dmesg -x` writes before a message of the kernel, or of what writes there."""
    fields: dict[str, Any] = {}
    level, position = read_decoded(fields, text)
    return Prefix(fields, None, level, text[position:]) if fields else None


def _read_cisco(text: str, last_modified_ms: int) -> Prefix | None:
    prefix = read_cisco_prefix(text, last_modified_ms)
    if prefix is None or int(prefix.priority or 0) > MAX_PRIORITY:
        return None
    return Prefix(prefix.fields, prefix.timestamp_ms, put_priority(prefix.fields, prefix.priority), text[prefix.stop :])


def _is_levelled(fields: dict[str, Any]) -> bool:
    """Tell whether a level stands in place of the host or tag, as in an application's own line with a time."""
    host, tag = fields.get("host.name", ""), fields.get("service.name", "")
    if host.isupper() and normalise_level(host) is not None:
        return True
    return tag.isupper() and normalise_level(tag) is not None


def _is_named(fields: dict[str, Any]) -> bool:
    """Tell whether a line with an ISO time names host and tag as syslog does.

    - The host must be no number and no level: `2026-05-04T10:00:00Z web1 sshd: …`.
    - The tag must be no level without a process: `2026-05-04T10:00:00Z shop error: …` is an application's own line.
    - Without a host there must be a tag with a process, as ESXi and Heroku write it. A process `router` does not count:
      it is Heroku's, whose lines are logfmt.
    """
    if "service.name" not in fields:
        return False
    host = fields.get("host.name")
    if host is None:
        return "process.pid" in fields and str(fields["process.pid"]) != "router"
    if "process.pid" not in fields and LEVEL_WORD.fullmatch(fields["service.name"]):
        return False
    return not host.isdecimal() and (host == "log" or not normalise_level(host))


def put_priority(fields: dict[str, Any], priority: str | None) -> str | None:
    """Put the facility and severity of a priority (8 * facility + severity); return the level."""
    if priority is None:
        return None
    fields["syslog.facility.code"], severity = divmod(int(priority), 8)
    fields |= {"syslog.severity.code": severity, "severity_text": SYSLOG_SEVERITIES[severity]}
    return normalise_level(SYSLOG_SEVERITIES[severity])


CARRIER = Carrier(CarrierKind.SYSLOG, parse)
FORMAT = Format(
    "syslog_rfc3164",
    CARRIER.bind(),
    title="BSD syslog, as written to files: priority optional, RFC 3339 times too",
    specification='RFC 3164, "The BSD syslog Protocol"',
    notes=(
        "A tag, its colon (where rsyslog got it by RFC 5424), or a host before a tag, may be missing; a year "
        "may stand before or behind month and day or behind the time, as may a zone. A line without a year has "
        "the one in which it lies near the object, without a zone it counts as UTC. Without a priority the "
        "severity is what Solaris (`[ID 702911 user.error]`), AIX (`user:err`), BusyBox (`user.err`), macOS "
        "(`<Error>`) or Cisco (`%SYS-3-NAME`, see `cisco`) write beside the tag, or Dovecot, Postfix and "
        "OpenSSH before the text (`warning: `), and programs (`ERROR `, `[error] `), or F5 before the tag. ESXi "
        "writes the priority behind the time "
        "(`In(14) `). Where UniFi writes a device with address and version or the host again before the tag, and "
        "HP the number of an event, the tag is the program's. What VMware says of the originator and the job of "
        "which launchd speaks are no part of the message. An ISO time needs no zone before host and tag. Events in CEF "
        "and LEEF need neither. The fields and level of what the application wrote stand beside these, where that is "
        f"of a format of its own.{NOTES}"
    ),
    schema=(
        Column("syslog.facility.code", drops="the name, if one stands for the number"),
        Column("syslog.severity.code", drops="the name, if one stands for the number"),
        *list_columns("severity_text host.name"),
        Column("service.name", note="the tag"),
        *list_columns("process.pid syslog.msg.id message"),
        Column("syslog.structured_data", note="VMware's `[Originator@6876 …]`"),
        Column("launchd.job", note="stood behind the tag"),
        Column("unifi.*", note="stood before the tag"),
        *COLUMNS,
    ),
    sample="<34>May  4 10:00:00 host su[42]: failed for root",
    below=Below.TRACE,
    strong=(
        StrongStart(
            re.compile(
                rf"(?:<\d{{1,3}}>)(?:{MONTH}) {{1,2}}\d{{1,2}} {CLOCK} "
                rf"|(?:{MONTH}) {{1,2}}\d{{1,2}} {CLOCK} [\w.:-]{{1,255}} {WORD}{{1,64}}(?:\[\d{{1,18}}\])?: ".encode()
            ),
            b"<JFMASOND",
            needs=b":",
            words="priority, month, day and clock; or without the priority also host, and tag with a colon",
        ),
    ),
    keeps_members=True,
    embedded=Embedded(OUTPUT | MEMBER, "<ADFJMNOS", ":"),
    carrier=CARRIER,
)
