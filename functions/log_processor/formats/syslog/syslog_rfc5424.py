"""Parse syslog of RFC 5424, with the priority or, as some receivers write files, without it."""

import re
from typing import Any

from log_processor.formats.lib.embedding import merge_message
from log_processor.formats.lib.format import (
    ANYWHERE,
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
from log_processor.formats.lib.numbers import parse_number
from log_processor.formats.lib.zones import parse_iso_ms
from log_processor.formats.syslog import vmware
from log_processor.formats.syslog.lenient import read_leniently
from log_processor.formats.syslog.programs import COLUMNS, NOTES, put_said
from log_processor.formats.syslog.rfc5424_usual import parse_usual
from log_processor.formats.syslog.syslog_rfc3164 import MAX_PRIORITY, put_priority
from log_processor.state import Below

REST = r"(?P<host>[!-~]{1,255}) (?P<app>[!-~]{1,48}) (?P<process>[!-~]{1,128}) (?P<id>[!-~]{1,32}) "
HEADER = re.compile(
    r"(?:\d{1,7} (?=<))?(?:<(?P<priority>0|[1-9]\d{0,2})>(?P<version>[1-9]\d{0,2}) |(?P<bare_version>[1-9]\d?) )"
    rf"(?P<time>-|\d{{4}}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{{1,9}})?(?:Z|[+-]\d\d:\d\d)) {REST}"
)
LENIENT_HEADER = compile_lazily(
    r"<(?P<priority>\d{1,3})>(?P<version>[1-9]\d{0,2}) {1,2}(?P<bare_version>)"
    rf"(?P<time>\d{{4}}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(?:[.,]\d{{1,9}})?(?:[Zz]|[+-]\d\d:?\d\d)?) {REST}"
)
"""A header whose time has no zone, a blank before the clock or small letters."""
NAME = r"[!#-<>-\\^-~]{1,32}"
VALUE = r"(?:\"([^\"\\\]]*(?:\\.[^\"\\\]]*)*)\"|([^\s\"\]\\]{1,255}))"
ELEMENT = re.compile(rf"\[({NAME})(?= |\])")
PARAMETER = compile_lazily(rf" {{1,2}}({NAME})={VALUE}", re.DOTALL)
END = re.compile(r" ?\]")
ESCAPED = re.compile(r"\\([\"\\\]])")
MARK = "\ufeff"
LOGPLEX_HOST = "host"
NAMES = {"host": "host.name", "app": "service.name", "process": "process.pid", "id": "syslog.msg.id"}
MAX_DIGITS = 18


def parse(text: str, last_modified_ms: int, read: ReadMessage = read_nothing) -> Parsed | None:
    """Parse one line; return None if its header is not the RFC's."""
    return parse_usual(text) or parse_any(text, last_modified_ms, read)


def parse_any(text: str, last_modified_ms: int, read: ReadMessage = read_nothing) -> Parsed | None:
    """Parse any line of RFC 5424, usual or not."""
    match = HEADER.match(text) or (LENIENT_HEADER.match(text) if text[:1] == "<" else None)
    if match is None or int(match["priority"] or 0) > MAX_PRIORITY:
        return None
    fields = _read_fields(match)
    data = _read_structured_data(text, match.end()) or _read_logplex(match)
    if data is None or text[data[0] : data[0] + 1] not in {"", " "}:
        start = _put_readable(fields, text, match.end())
    else:
        start = data[0] + 1
        if data[1]:
            fields["syslog.structured_data"] = data[1]
    message = text[start:].removeprefix(MARK)
    level = None
    if message.find(vmware.SIGN, 0, 120) >= 0:
        message, level = vmware.put_originator(fields, message)
    if message:
        fields["message"] = message
        put_said(fields, message.removeprefix(" "))
    time = match["time"]
    moment = None if time == "-" else _parse_time(time)
    parsed = Parsed(fields, moment, put_priority(fields, match["priority"]) or level)
    # rsyslog keeps the blank that stood behind an older tag
    return merge_message(parsed, message.removeprefix(" "), last_modified_ms, read)


def _put_readable(fields: dict[str, Any], text: str, position: int) -> int:
    """Put what is readable of structured data that is not the RFC's; return where the message begins."""
    elements, nameless, stop = read_leniently(text, position)
    structured: dict[str, dict[str, Any]] = {}
    for name, parameters in elements.items():
        structured[name] = {}
        for parameter, value in parameters:
            _put_parameter(structured[name], parameter, value, None)
    if structured:
        fields["syslog.structured_data"] = structured
    for parameter, value in nameless:
        if parameter not in fields:
            _put_parameter(fields, parameter, value, None)
    return stop


def _read_logplex(match: re.Match[str]) -> tuple[int, dict[str, Any]] | None:
    """Return the end of the header of Heroku's Logplex, which writes no structured data, not even a `-`."""
    return (match.end() - 1, {}) if match["host"] == LOGPLEX_HOST and match["id"] == "-" else None


def _read_fields(match: re.Match[str]) -> dict[str, Any]:
    fields: dict[str, Any] = {"syslog.version": int(match["version"] or match["bare_version"])}
    fields |= {name: word for name, word in zip(NAMES.values(), match.group(*NAMES), strict=True) if word != "-"}
    pid = fields.get("process.pid", "")
    if pid.isdecimal() and len(pid) <= MAX_DIGITS and pid[0] != "0":
        fields["process.pid"] = parse_number(pid)
    return fields


def _parse_time(time: str) -> int | None:
    """Return the time in epoch milliseconds.

    A leap second, which the RFC excludes, counts as the first second of the next minute, as epoch clocks count it.
    """
    if time[17:19] != "60":
        moment = parse_iso_ms(time)
        return parse_iso_ms(time.upper()) if moment is None else moment
    before = parse_iso_ms(f"{time[:17]}59{time[19:]}")
    return None if before is None else before + 1000


def _read_structured_data(text: str, position: int) -> tuple[int, dict[str, Any]] | None:
    """Return where the elements at `position` end, and the elements; None if they are not the RFC's.

    Values without quotes are accepted too, and so is nothing at all between two blanks: network devices write so.
    """
    if text.startswith("-", position):
        return position + 1, {}
    if text.startswith(" ", position):
        return position, {}
    elements: dict[str, Any] = {}
    while element := ELEMENT.match(text, position):
        parameters: dict[str, Any] = {}
        position = element.end()
        while parameter := PARAMETER.match(text, position):
            _put_parameter(parameters, *parameter.groups())
            position = parameter.end()
        end = END.match(text, position)
        if end is None or element[1] in elements:
            return None
        elements[element[1]] = parameters
        position = end.end()
    return (position, elements) if elements else None


def _put_parameter(parameters: dict[str, Any], name: str, quoted: str | None, bare: str | None) -> None:
    value = bare if quoted is None else ESCAPED.sub(r"\1", quoted) if "\\" in quoted else quoted
    if name not in parameters:
        parameters[name] = value
    elif isinstance(parameters[name], list):
        parameters[name].append(value)
    else:
        parameters[name] = [parameters[name], value]


CARRIER = Carrier(CarrierKind.SYSLOG, parse)
FORMAT = Format(
    "syslog_rfc5424",
    CARRIER.bind(),
    title="Syslog, with the priority or, as some receivers write files, without it",
    specification='RFC 5424, "The Syslog Protocol"',
    notes=(
        "Also with the octet count of RFC 6587 before it, and as Heroku's Logplex writes it (host `host`, no "
        "structured data). More lenient than the RFC, for what senders do: up to nine digits of a second, "
        "values of parameters without quotes, a message that is not UTF-8, a time without a zone or with a "
        "blank. What is not readable in the structured data is left out, and what is none begins the message; "
        "parameters without an id (Check Point) are fields of their own. A backslash that escapes nothing "
        "stays (6.3.3). A message's byte order mark is no text. The fields and level of what the "
        "application wrote stand beside these, where that is of a format of its own."
        f"{NOTES}"
    ),
    schema=(
        *list_columns("syslog.facility.code syslog.severity.code severity_text syslog.version host.name"),
        Column("service.name", note="APP-NAME"),
        Column("process.pid", note="PROCID, a where it is one"),
        Column("syslog.msg.id"),
        Column("syslog.structured_data", note="a map of maps; a parameter that occurs again becomes a list"),
        Column("message", note="without its byte order mark"),
        *COLUMNS,
    ),
    sample='<165>1 2026-05-04T10:00:00.003Z host app 42 ID47 [id@32473 iut="3"] started',
    keeps_members=True,
    embedded=Embedded(ANYWHERE, "<1"),
    below=Below.TRACE,
    strong=(
        StrongStart(
            re.compile(rb"<\d{1,3}>[1-9]\d? (?:- |\d{4}-\d\d-\d\dT)"),
            b"<",
            words="priority, version, and a time or `-`",
        ),
    ),
    carrier=CARRIER,
)
