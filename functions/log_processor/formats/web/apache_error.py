"""Apache HTTP Server error logs, 2.2 and 2.4."""

import re
from typing import Any

from log_processor.formats.lib.format import ANYWHERE, Column, Embedded, Format, Parsed, columns_of
from log_processor.formats.lib.levels import level_of
from log_processor.formats.lib.timestamps import ctime_ms, iso_ms
from log_processor.formats.lib.tokens import number, put_address
from log_processor.formats.web.access import OWN_LINE

CLOCK = r"\d\d:\d\d:\d\d(?:\.\d{1,6})?"
# The compact ISO time is other programs' too: it counts with `[module:level]` or a log id behind it.
TIME = (
    rf"\[(?:[A-Z][a-z]{{2}} ([A-Z][a-z]{{2}}) {{1,2}}(\d{{1,2}}) ({CLOCK}) (\d{{4}})"
    rf"|(\d{{4}}-\d\d-\d\d) ({CLOCK})(?: ?([+-]\d{{4}}))?(?=\] \[[\w.-]{{1,80}}:[\w@+/]))\] "
)
LEVEL = r"\[(?:([\w.-]*):)?(emerg|alert|crit|error|warn|notice|info|debug|trace[1-8])\] "
UNLEVELLED = r"(?=\[[RC]:[\w@+/.-]{1,64}\] |[\w./-]{1,200}\.(?:cgi|fcgi|pl|pm): )"  # log ids; Perl's CGI::Carp
BRACKETS = (
    r"(?:\[pid (\d{1,18})(?::tid (\d{1,19}))?\] )?(?:\[vhost ([^\]\s]{1,255})\] )?"
    r"(?:\[R:([^\]\s]{1,64})\] )?(?:\[C:([^\]\s]{1,64})\] )?"
)
FILE = r"(?:([\w./\\-]{1,200})\((\d{1,9})\): )?"
STATUS = r"(?:\(((?:EAI |OS )?(?:0x[0-9A-Fa-f]{1,16}|\d{1,12}))\)([^:\[\n]{0,300}): )?"
LINE = re.compile(
    rf"{TIME}(?:{LEVEL}|{UNLEVELLED}){BRACKETS}{FILE}{STATUS}(?:\[(client|remote) ([^\]]*)\] ?)?{STATUS}"
    r"(?:(AH\d{5,6}): )?(.*)",
    re.DOTALL,
)
UNTIMED = re.compile(rf"{STATUS}(AH\d{{5,6}}): (.*)", re.DOTALL)
REFERER = (", referer: ", ", referer ")
DETAILS = ("server.address", "apache.request.id", "apache.connection.id", "code.file.path")


def parse(text: str, _near_ms: int) -> Parsed | None:
    """Read one line; None where it has no time and level in brackets, and no AH number of its own."""
    match = LINE.fullmatch(text)
    if match is None:
        return _parse_untimed(text)
    found = match.groups()
    month, day, clock, year, date, iso_clock, zone, module, severity, pid, tid = found[:11]
    fields: dict[str, Any] = {}
    if module and module != "-":
        fields["apache.module"] = module
    if severity:
        fields["severity_text"] = severity
    if pid:
        fields["process.pid"] = int(pid)
    if tid:
        fields["thread.id"] = int(tid)
    _put_event(fields, found[11:], ported=bool(pid or date))
    moment = iso_ms(f"{date}T{iso_clock}{zone or ''}") if date else ctime_ms(month, day, clock, year)
    return Parsed(fields, moment, level_of(severity.rstrip("12345678")) if severity else None)


def _parse_untimed(text: str) -> Parsed | None:
    match = UNTIMED.fullmatch(text)
    if match is None:
        return None
    status, reason, code, message = match.groups()
    fields: dict[str, Any] = {"error.code": code, "message": message}
    _put_status(fields, status, reason)
    return Parsed(fields)


def _put_status(fields: dict[str, Any], status: str | None, reason: str | None) -> None:
    if status:
        fields["apache.status.code"] = number(status)
        fields["apache.status.message"] = (reason or "").strip()


def _put_event(fields: dict[str, Any], found: tuple[str | None, ...], *, ported: bool) -> None:
    """What happened and to whom: 2.4 writes a client's port; 2.2 does not, and an IPv6 address may end like one."""
    vhost, request, connection, path, line, status, reason, role, address, late_status, late_reason, code, text = found
    if vhost or request or connection or path:
        fields |= {name: word for name, word in zip(DETAILS, (vhost, request, connection, path), strict=True) if word}
    if line:
        fields["code.line.number"] = int(line)
    if status or late_status:
        _put_status(fields, status or late_status, reason or late_reason)
    if address:
        name = "client" if role == "client" else "network.peer"
        if ported or address.count(":") == 1:
            put_address(fields, name, address)
        else:
            fields[f"{name}.address"] = address
    if code:
        fields["error.code"] = code
    fields["message"] = text
    if text and ", referer" in text:
        _take_referer(fields, text)


def _take_referer(fields: dict[str, Any], message: str) -> None:
    """It ends the message's first line; others may follow."""
    first, mark, others = message.partition("\n")
    for sign in REFERER:
        head, found, referer = first.rpartition(sign)
        if found:
            fields["http.request.header.referer"], fields["message"] = referer, head + mark + others
            return


STARTS = re.compile(
    rb"\[(?:[A-Z][a-z]{2} [A-Z][a-z]{2} |\d{4}-\d\d-\d\d \d\d:)|(?:\(\d{1,9}\)[^:\n]{0,300}: )?AH\d{5,6}: |" + OWN_LINE
)
FORMAT = Format(
    "apache_error",
    parse,
    title="Apache HTTP Server error logs, 2.2 and 2.4",
    specification="Apache core, ErrorLogFormat: its defaults and its documented examples",
    notes=(
        "A time without a zone is UTC; messages that the server writes before its log is open have none. What "
        "a CGI program writes belongs to the record above it."
    ),
    schema=(
        *columns_of("apache.module severity_text process.pid thread.id client.address client.port"),
        Column("error.code", note="AH…"),
        *columns_of("apache.request.id apache.connection.id"),
        Column("server.address", note="`[vhost …]`"),
        *columns_of("message http.request.header.referer"),
        Column("network.peer.address", note="a backend: `[remote …]`"),
        *columns_of("network.peer.port apache.status.code"),
        Column("apache.status.message", note="what the system said: `(111)Connection refused`"),
        Column("code.file.path", note="from level debug on"),
        Column("code.line.number"),
    ),
    sample=(
        "[Mon May 04 10:00:00.123456 2026] [core:error] [pid 42:tid 139] [client 192.0.2.1:4711] AH00124: too "
        "many redirects"
    ),
    embedded=Embedded(ANYWHERE, "["),
    starts=STARTS,
)
