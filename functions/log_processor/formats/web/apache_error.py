"""Parse error logs of Apache HTTP Server, 2.2 and 2.4."""

import re
from typing import Any

from log_processor.formats.lib.format import ANYWHERE, Column, Embedded, Format, Parsed, StrongStart, list_columns
from log_processor.formats.lib.groups import get_group_numbers
from log_processor.formats.lib.lazy import compile_lazily
from log_processor.formats.lib.levels import normalise_level
from log_processor.formats.lib.numbers import parse_number
from log_processor.formats.lib.timestamps import parse_ctime_ms
from log_processor.formats.lib.tokens import put_address
from log_processor.formats.lib.zones import parse_iso_ms
from log_processor.formats.web.access import OWN_LINE
from log_processor.state import Below

CLOCK = r"\d\d:\d\d:\d\d(?:\.\d{1,6})?"
# Other programs write the compact ISO time too: it counts if `[module:level]` or a log id follows.
TIME = (
    r"\[(?:[A-Z][a-z]{2} (?P<month>[A-Z][a-z]{2}) {1,2}(?P<day>\d{1,2}) "
    rf"(?P<clock>{CLOCK}) (?P<year>\d{{4}})"
    rf"|(?P<date>\d{{4}}-\d\d-\d\d) (?P<time>{CLOCK})(?: ?(?P<zone>[+-]\d{{4}}))?(?=\] \[[\w.-]{{1,80}}:[\w@+/]))\] "
)
LEVEL = r"\[(?:(?P<module>[\w.-]*):)?(?P<severity>emerg|alert|crit|error|warn|notice|info|debug|trace[1-8])\] "
UNLEVELLED = r"(?=\[[RC]:[\w@+/.-]{1,64}\] |[\w./-]{1,200}\.(?:cgi|fcgi|pl|pm): )"  # log ids; Perl's CGI::Carp
PROCESS = r"(?:\[pid (?P<pid>\d{1,18})(?::tid (?P<tid>\d{1,19}))?\] )?"
BRACKETS = (
    r"(?:\[vhost (?P<vhost>[^\]\s]{1,255})\] )?"
    r"(?:\[R:(?P<request>[^\]\s]{1,64})\] )?(?:\[C:(?P<connection>[^\]\s]{1,64})\] )?"
)
FILE = r"(?:(?P<file>[\w./\\-]{1,200})\((?P<line>\d{1,9})\): )?"
STATUS = r"(?:\((?P<status>(?:EAI |OS )?(?:0x[0-9A-Fa-f]{1,16}|\d{1,12}))\)(?P<reason>[^:\[\n]{0,300}): )?"
LATE_STATUS = STATUS.replace("P<", "P<late_")
LINE = re.compile(
    rf"{TIME}(?:{LEVEL}|{UNLEVELLED}){PROCESS}(?P<details>{BRACKETS}{FILE}){STATUS}"
    rf"(?:\[(?P<role>client|remote) (?P<address>[^\]]*)\] ?)?"
    rf"{LATE_STATUS}(?:(?P<code>AH\d{{5,6}}): )?(?P<message>.*)",
    re.DOTALL,
)
UNTIMED = re.compile(rf"{STATUS}(?P<code>AH\d{{5,6}}): (?P<message>.*)", re.DOTALL)
REFERER = (", referer: ", ", referer ")
DETAILS = ("server.address", "apache.request.id", "apache.connection.id", "code.file.path")
DETAIL_GROUPS = get_group_numbers(LINE, "vhost request connection file")
HEAD_GROUPS = get_group_numbers(LINE, "module severity pid tid date")
DATE_GROUPS = get_group_numbers(LINE, "month day clock year")
EVENT_GROUPS = get_group_numbers(LINE, "details status late_status role address code message")


def parse(text: str, _last_modified_ms: int) -> Parsed | None:
    """Parse one line; return None if it has no time and level in brackets, and does not begin with an AH number."""
    match = LINE.fullmatch(text)
    if match is None:
        return _parse_untimed(text)
    module, severity, pid, tid, date = match.group(*HEAD_GROUPS)
    fields: dict[str, Any] = {}
    if module and module != "-":
        fields["apache.module"] = module
    if severity:
        fields["severity_text"] = severity
    if pid:
        fields["process.pid"] = parse_number(pid)
    if tid:
        fields["thread.id"] = parse_number(tid)
    _put_event(fields, match, ported=bool(pid or date))
    moment = _parse_iso(match) if date else parse_ctime_ms(*match.group(*DATE_GROUPS))
    return Parsed(fields, moment, normalise_level(severity.rstrip("12345678")) if severity else None)


def _parse_iso(match: re.Match[str]) -> int | None:
    return parse_iso_ms(f"{match['date']}T{match['time']}{match['zone'] or ''}")


def _parse_untimed(text: str) -> Parsed | None:
    match = UNTIMED.fullmatch(text)
    if match is None:
        return None
    fields: dict[str, Any] = {"error.code": match["code"], "message": match["message"]}
    if match["status"]:
        _put_status(fields, match["status"], match["reason"])
    return Parsed(fields)


def _put_status(fields: dict[str, Any], status: str, reason: str) -> None:
    fields["apache.status.code"] = parse_number(status)
    fields["apache.status.message"] = reason.strip()


def _put_event(fields: dict[str, Any], match: re.Match[str], *, ported: bool) -> None:
    """Put what happened, and to which client."""
    details, status, late_status, role, address, code, text = match.group(*EVENT_GROUPS)
    if details:
        _put_details(fields, match)
    if status:
        _put_status(fields, status, match["reason"])
    elif late_status:
        _put_status(fields, late_status, match["late_reason"])
    if address:
        _put_peer(fields, "client" if role == "client" else "network.peer", address, ported=ported)
    if code:
        fields["error.code"] = code
    fields["message"] = text
    if text and ", referer" in text:
        _take_referer(fields, text)


def _put_details(fields: dict[str, Any], match: re.Match[str]) -> None:
    pairs = zip(DETAILS, match.group(*DETAIL_GROUPS), strict=True)
    fields |= {name: word for name, word in pairs if word}
    if match["line"]:
        fields["code.line.number"] = parse_number(match["line"])


def _put_peer(fields: dict[str, Any], name: str, address: str, *, ported: bool) -> None:
    """Put the address of a client or peer, with its port if `ported` says that one is written.

    Version 2.4 writes the port; 2.2 does not, and the end of an IPv6 address may look like one.
    """
    if ported or address.count(":") == 1:
        put_address(fields, name, address)
    else:
        fields[f"{name}.address"] = address


def _take_referer(fields: dict[str, Any], message: str) -> None:
    """Take the referer from the end of the message's first line; other lines may follow."""
    first, mark, others = message.partition("\n")
    for sign in REFERER:
        head, separator, referer = first.rpartition(sign)
        if separator:
            fields["http.request.header.referer"], fields["message"] = referer, head + mark + others
            return


STARTS = compile_lazily(
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
        *list_columns("apache.module severity_text process.pid thread.id client.address client.port"),
        Column("error.code", note="AH…"),
        *list_columns("apache.request.id apache.connection.id"),
        Column("server.address", note="`[vhost …]`"),
        *list_columns("message http.request.header.referer"),
        Column("network.peer.address", note="a backend: `[remote …]`"),
        *list_columns("network.peer.port apache.status.code"),
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
    below=Below.ANYTHING,
    strong=(
        StrongStart(
            re.compile(rf"\[[A-Z][a-z]{{2}} [A-Z][a-z]{{2}} {{1,2}}\d{{1,2}} {CLOCK} \d{{4}}\] ".encode()),
            b"[",
            needs=b"] ",
            words="weekday, month, day, clock and year in brackets",
        ),
    ),
)
