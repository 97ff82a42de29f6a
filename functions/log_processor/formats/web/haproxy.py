"""Parse HAProxy's HTTP, HTTPS, TCP and error logs, and its notices."""

import re
from string import digits
from typing import Any

from log_processor.formats.lib.format import ANYWHERE, Column, Embedded, Format, Parsed, StrongStart, list_columns
from log_processor.formats.lib.lazy import compile_lazily
from log_processor.formats.lib.levels import SYSLOG_SEVERITIES, normalise_level
from log_processor.formats.lib.numbers import parse_number
from log_processor.formats.lib.timestamps import parse_haproxy_ms
from log_processor.formats.lib.zones import parse_iso_ms
from log_processor.formats.syslog import syslog_rfc5424
from log_processor.formats.syslog.syslog_rfc3164 import MAX_PRIORITY, Prefix, put_priority, read_prefix
from log_processor.formats.web import access
from log_processor.formats.web.haproxy_connection import ACCEPTED, put_client, put_connection, put_refused
from log_processor.formats.web.haproxy_notice import STDERR, parse_stderr_ms, put_notice

ZONED_TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:?\d\d)"
BARE = re.compile(rf"(?:<(\d{{1,3}})>)?(?:({ZONED_TIME}) )?")
"""What HAProxy itself puts before a message: a level, a time, both or neither (its log formats short to raw)."""
BEGINS = re.compile(r"\S+:(?:\d{1,5}|-) \[\d\d/")
ERROR = compile_lazily(rf"{ACCEPTED}(?P<frontend>[^\s/]+)/(?P<bind>[^\s:]+): (?P<message>.*)", re.DOTALL)
ZONED = re.compile(r"(?:<\d{1,3}>(?:\d{1,2} )?)?\d{4}-\d\d-\d\dT")
NAMES = ("haproxy", "hapee")
OWN_FIELDS = frozenset({"haproxy.frontend", "haproxy.backend", "haproxy.proxy"})
QUARTER_HOUR_MS = 900_000
MAX_OFFSET_MS = 14 * 3_600_000
MAX_DELAY_MS = 60_000
"""The longest time between the end of a connection and the time in the prefix of its line."""


def parse(text: str, last_modified_ms: int) -> Parsed | None:
    """Parse one line that HAProxy wrote; return None for any other line.

    - A connection, or the error of one, alone or behind any syslog prefix.
    - Any message of a syslog process whose name begins with `haproxy` or `hapee`; if it is unknown, as `message` alone.
    - What HAProxy writes to its standard error: `[WARNING] (8) : …`.

    `last_modified_ms` gives the year to a time that has none.
    """
    if (bare := _parse_bare(text, last_modified_ms)) is not None:
        return bare
    prefix = read_prefix(text, last_modified_ms)
    if prefix is None and text[:1] == "<" and (rfc5424 := syslog_rfc5424.parse(text, last_modified_ms)) is not None:
        prefix = Prefix(rfc5424.fields, rfc5424.timestamp_ms, rfc5424.level, rfc5424.fields.pop("message", ""))
    if prefix is None:
        return _parse_stderr(text, last_modified_ms)
    named = str(prefix.fields.get("service.name", "")).startswith(NAMES)
    parsed = _read_line(prefix.message, prefix.timestamp_ms if ZONED.match(text) else None, last_modified_ms, clf=named)
    if parsed is None and named:
        parsed = Parsed({"message": prefix.message}, prefix.timestamp_ms)
        put_notice(parsed.fields, prefix.message)
    if parsed is None:
        return None
    return Parsed(prefix.fields | parsed.fields, parsed.timestamp_ms, prefix.level)


def _parse_bare(text: str, last_modified_ms: int) -> Parsed | None:
    """Parse a line without host and tag, or return None.

    It is a connection, or after a priority or a time also an access line or a notice. After a time alone it must name a
    frontend, backend or proxy: an access line there may be of any server.
    """
    bare = BARE.match(text)
    if bare is None or int(bare[1] or 0) > MAX_PRIORITY:
        return None
    content, prefixed = text[bare.end() :], bare.end() > 0
    zoned_ms = parse_iso_ms(bare[2]) if bare[2] else None
    parsed = _read_line(content, zoned_ms, last_modified_ms, clf=prefixed)
    if parsed is None and prefixed:
        parsed = _read_notice(content, zoned_ms)
    if parsed is None or not (bare[1] or parsed.fields.keys() & OWN_FIELDS):
        return None  # after a time alone it may be an access line of any server
    parsed.level = _put_level(parsed.fields, bare[1])
    return parsed


def _read_notice(content: str, zoned_ms: int | None) -> Parsed | None:
    fields: dict[str, Any] = {"message": content}
    return Parsed(fields, zoned_ms) if put_notice(fields, content) else None


def _put_level(fields: dict[str, Any], priority: str | None) -> str | None:
    """Put the number in angle brackets and return its level.

    It is a priority, or a severity alone if HAProxy leaves the facility out.
    """
    if priority is None or int(priority) >= len(SYSLOG_SEVERITIES):
        return put_priority(fields, priority)
    fields |= {"syslog.severity.code": int(priority), "severity_text": SYSLOG_SEVERITIES[int(priority)]}
    return normalise_level(SYSLOG_SEVERITIES[int(priority)])


def _read_line(content: str, zoned_ms: int | None, last_modified_ms: int, *, clf: bool) -> Parsed | None:
    """Parse a connection or the error of one; if `clf` is true also a request in Common Log Format.

    `zoned_ms` is the time of the prefix if it has a zone. From it follows the zone of the accept date, which has none.
    """
    if BEGINS.match(content) is None:
        return access.parse(content, last_modified_ms) if clf else None
    fields: dict[str, Any] = {}
    accepted = put_connection(fields, content) or put_refused(fields, content) or _put_error(fields, content)
    if accepted is None:
        return None
    time, duration_ms = accepted
    moment = parse_haproxy_ms(time)
    if moment is not None and zoned_ms is not None:
        moment -= _compute_offset_ms(moment + duration_ms - zoned_ms)
    return Parsed(fields, moment)


def _put_error(fields: dict[str, Any], content: str) -> tuple[str, int] | None:
    error = ERROR.fullmatch(content)
    if error is None:
        return None
    put_client(fields, error)
    fields |= {
        "haproxy.frontend": error["frontend"],
        "haproxy.bind": error["bind"],
        "message": error["message"],
    }
    return error["time"], 0


def _compute_offset_ms(ahead_ms: int) -> int:
    """Return the offset from UTC of an accept date, in milliseconds.

    The date is `ahead_ms` ahead of its line's prefix. The offset is the nearest quarter of an hour, or 0 if that is no
    zone's: over 14 hours, or more than a minute off.
    """
    offset = round(ahead_ms / QUARTER_HOUR_MS) * QUARTER_HOUR_MS
    return offset if abs(offset) <= MAX_OFFSET_MS and abs(ahead_ms - offset) <= MAX_DELAY_MS else 0


def _parse_stderr(text: str, last_modified_ms: int) -> Parsed | None:
    """Parse `[WARNING] (8) : …`, or a notice without a prefix; return None for any other line."""
    match = STDERR.fullmatch(text)
    notice: dict[str, Any] = {}
    if match is None:
        return Parsed(notice | {"message": text}) if put_notice(notice, text) else None
    fields: dict[str, Any] = {"severity_text": match["severity"], "process.pid": parse_number(match["pid"])}
    put_notice(fields, match["message"])
    fields["message"] = match["message"]
    moment = parse_stderr_ms(match["day"], match["clock"], last_modified_ms) if match["day"] else None
    return Parsed(fields, moment, normalise_level(match["severity"]))


PLUS = "the `+` of a number that may have grown"
FORMAT = Format(
    "haproxy",
    parse,
    title="HAProxy's HTTP, HTTPS, TCP and error logs and its notices",
    specification="Configuration Manual, Log formats",
    notes=(
        "With a syslog prefix (RFC 3164 or 5424), a priority alone, or none; what it writes to its standard "
        "error too. The accept date has no zone: it is UTC; or where the prefix has a zone and is whole "
        "quarters of an hour off, what this shows."
    ),
    schema=(
        *list_columns("client.address client.port"),
        Column("haproxy.frontend", note="`~` at its end: over TLS"),
        *list_columns("haproxy.backend haproxy.server"),
        *list_columns(
            "haproxy.request_time_ms haproxy.queue_time_ms haproxy.connect_time_ms haproxy.response_time_ms "
            "haproxy.total_time_ms",
            "ms",
            "-1: did not happen",
            drops=PLUS,
        ),
        Column("http.response.status_code"),
        Column("http.response.size", "bytes", "HTTP", drops=PLUS),
        Column("haproxy.bytes_read", "bytes", "TCP", drops=PLUS),
        Column("haproxy.termination_state"),
        Column("haproxy.retries", drops=PLUS),
        Column("haproxy.redispatched", note="true", drops="the `+` before the retries"),
        *list_columns(
            "haproxy.connections.actual haproxy.connections.frontend haproxy.connections.backend "
            "haproxy.connections.server haproxy.queue.server haproxy.queue.backend",
            drops=PLUS,
        ),
        *list_columns(
            "haproxy.captured.request_cookie haproxy.captured.request_headers haproxy.captured.response_cookie "
            "haproxy.captured.response_headers http.request.method url.* network.protocol.version",
        ),
        Column("http.request.line", note="what is no request"),
        *list_columns("haproxy.ssl.connection_error haproxy.ssl.client_error haproxy.ssl.ca_error haproxy.ssl.error"),
        Column("server.address", note="the name asked for by TLS"),
        Column("tls.resumed", drops="0 or 1, which are false and true"),
        *list_columns("tls.protocol.version tls.cipher"),
        Column("haproxy.server_state", note="UP, DOWN, …"),
        *list_columns("haproxy.check.result haproxy.check.reason haproxy.check.code haproxy.check.info"),
        Column("haproxy.check.duration_ms", "ms"),
        *list_columns("haproxy.servers.active haproxy.servers.backup haproxy.proxy"),
        Column("haproxy.stop_delay_ms", "ms"),
        *list_columns(
            "haproxy.connections.total.frontend haproxy.connections.total.backend haproxy.mode host.name "
            "service.name process.pid",
        ),
        Column("haproxy.bind", note="of an error"),
        Column("message", note="of an error or a notice"),
        Column("syslog.facility.code", note="of the prefix"),
        *list_columns("syslog.severity.code severity_text server.port syslog.version"),
        Column("http.response.body.size", "bytes"),
        Column("haproxy.accept_ms", "ms"),
        Column("extra", note="words beyond these"),
    ),
    sample=(
        "192.0.2.1:33317 [04/May/2026:10:00:00.655] http-in static/srv1 10/0/30/69/109 200 2750 - - ---- "
        '1/1/1/1/0 0/0 "GET /a HTTP/1.1"'
    ),
    embedded=Embedded(ANYWHERE, f"<{digits}-", "/20"),
    strong=(
        StrongStart(
            re.compile(rb"(?:[\w.:\[\]]{2,60}:\d{1,5}|-:-) \[\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d(?:\.\d{3})?\] "),
            digits.encode() + b"[abcdef:-",
            needs=b"/20",
            words="client and port, and the accept date in brackets",
        ),
    ),
)
