"""Syslog (RFC 5424, "The Syslog Protocol"), with the priority or, as some receivers write files, without it.

Schema: syslog.facility.code, syslog.severity.code (numbers), syslog.version, host.name, service.name (APP-NAME),
process.pid (PROCID, a number where it is one), syslog.msg.id, syslog.structured_data (a map of maps), message.
Sample: <165>1 2026-05-04T10:00:00.003Z host app 42 ID47 [id@32473 iut="3"] started
"""

import re
from typing import Any

from log_processor.formats.base import Format
from log_processor.formats.levels import level_of
from log_processor.formats.syslog_rfc3164 import MAX_PRIORITY, SEVERITIES
from log_processor.formats.timestamps import iso_ms
from log_processor.record import Parsed

HEADER = re.compile(
    r"(?:\d{1,6} )?(?:<(\d{1,3})>([1-9]\d{0,2}) |([1-9]\d?) )"
    r"(-|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?(?:Z|[+-]\d\d:\d\d)) "
    r"([!-~]{1,255}) ([!-~]{1,48}) ([!-~]{1,128}) ([!-~]{1,32}) (?=-|\[)"
)
ELEMENT = re.compile(r"\[([!#-<>-\\^-~]{1,32})((?: [!#-<>-\\^-~]{1,32}=\"(?:[^\"\\\]]|\\.)*\")*)\]", re.DOTALL)
PARAMETER = re.compile(r" ([!#-<>-\\^-~]{1,32})=\"((?:[^\"\\\]]|\\.)*)\"", re.DOTALL)
ESCAPED = re.compile(r"\\([\"\\\]])")
MARK = "\ufeff"


def parse(text: str, _near_ms: int) -> Parsed | None:
    """Read one line; None where the header or the structured data is not the RFC's."""
    header = HEADER.match(text)
    if header is None or int(header[1] or 0) > MAX_PRIORITY:
        return None
    priority, version, bare_version, time, *names = header.groups()
    end, structured = _structured_data(text, header.end())
    if structured is None or text[end : end + 1] not in {"", " "}:
        return None
    fields: dict[str, Any] = {"syslog.version": int(version or bare_version)}
    fields |= {
        name: word
        for name, word in zip(("host.name", "service.name", "process.pid", "syslog.msg.id"), names, strict=True)
        if word != "-"
    }
    if fields.get("process.pid", "").isdecimal():
        fields["process.pid"] = int(fields["process.pid"])
    if structured:
        fields["syslog.structured_data"] = structured
    message = text[end + 1 :].removeprefix(MARK)
    if message:
        fields["message"] = message
    return Parsed(fields, None if time == "-" else iso_ms(time), _put_priority(fields, priority))


def _structured_data(text: str, position: int) -> tuple[int, dict[str, Any] | None]:
    if text.startswith("-", position):
        return position + 1, {}
    found: dict[str, Any] = {}
    while element := ELEMENT.match(text, position):
        found[element[1]] = {name: ESCAPED.sub(r"\1", value) for name, value in PARAMETER.findall(element[2])}
        position = element.end()
    return position, found or None


def _put_priority(fields: dict[str, Any], priority: str | None) -> str | None:
    if priority is None:
        return None
    fields["syslog.facility.code"], severity = divmod(int(priority), 8)
    fields |= {"syslog.severity.code": severity, "severity_text": SEVERITIES[severity]}
    return level_of(SEVERITIES[severity])


FORMAT = Format("syslog_rfc5424", parse)
