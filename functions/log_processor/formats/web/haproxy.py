"""HAProxy's HTTP, HTTPS, TCP and error logs and its notices (Configuration Manual, Log formats).

With a syslog prefix (RFC 3164 or 5424), a priority alone, or none; what it writes to its standard error too. The accept
date has no zone: it is UTC; or where the prefix has a zone and is whole quarters of an hour off, what this shows.
Schema: client.address, client.port, haproxy.frontend (`~` at its end: over TLS), haproxy.backend, haproxy.server,
haproxy.{request,queue,connect,response,total}_time_ms (-1: did not happen), http.response.status_code,
http.response.size (bytes, HTTP), haproxy.bytes_read (TCP), haproxy.termination_state, haproxy.retries,
haproxy.redispatched (true), haproxy.connections.{actual,frontend,backend,server}, haproxy.queue.{server,backend},
haproxy.captured.{request,response}_{cookie,headers}, http.request.method, url.*, network.protocol.version,
http.request.line (what is no request), haproxy.ssl.{connection,client,ca}_error and haproxy.ssl.error, server.address
(the name asked for by TLS), tls.resumed, tls.protocol.version, tls.cipher; haproxy.bind and message of an error; of a
notice message, haproxy.server_state (UP, DOWN, …), haproxy.check.{result,reason,code,info},
haproxy.check.duration_ms, haproxy.servers.{active,backup}, haproxy.proxy, haproxy.stop_delay_ms,
haproxy.connections.total.{frontend,backend}, haproxy.mode; host.name, service.name, process.pid and syslog.* of the
prefix; `extra` for more.
Sample: 192.0.2.1:33317 [04/May/2026:10:00:00.655] http-in static/srv1 10/0/30/69/109 200 2750 - - ---- 1/1/1/1/0 0/0
"GET /a HTTP/1.1"
"""

import re
from string import digits
from typing import Any

from log_processor.formats.lib.format import ANYWHERE, Embedded, Format, Parsed
from log_processor.formats.lib.levels import SYSLOG_SEVERITIES, level_of
from log_processor.formats.lib.timestamps import haproxy_ms, iso_ms
from log_processor.formats.syslog import syslog_rfc5424
from log_processor.formats.syslog.syslog_rfc3164 import MAX_PRIORITY, Prefix, put_priority, read_prefix
from log_processor.formats.web import access
from log_processor.formats.web.haproxy_entry import ACCEPTED, put_entry, put_refused
from log_processor.formats.web.haproxy_notice import STDERR, put_notice, stderr_ms

ZONED_TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:?\d\d)"
BARE = re.compile(rf"(?:<(\d{{1,3}})>)?(?:({ZONED_TIME}) )?")
"""What HAProxy itself puts before a message: a level, a time, both or neither (its log formats short to raw)."""
BEGINS = re.compile(r"\S+:\d{1,5} \[\d\d/")
ERROR = re.compile(rf"{ACCEPTED}([^\s/]+)/([^\s:]+): (.*)", re.DOTALL)
ZONED = re.compile(r"(?:<\d{1,3}>(?:\d{1,2} )?)?\d{4}-\d\d-\d\dT")
NAMES = ("haproxy", "hapee")
OWN_FIELDS = frozenset({"haproxy.frontend", "haproxy.backend", "haproxy.proxy"})
QUARTER_HOUR_MS = 900_000
MOST_OFFSET_MS = 14 * 3_600_000
MOST_DELAY_MS = 60_000
"""What may lie between the end of a connection and the prefix that its line gets."""


def parse(text: str, near_ms: int) -> Parsed | None:
    """Read one line; None where it is no entry of HAProxy's and no line that a process of its name sent to syslog."""
    if (bare := _parse_bare(text, near_ms)) is not None:
        return bare
    prefix = read_prefix(text, near_ms)
    if prefix is None and text[:1] == "<" and (header := syslog_rfc5424.parse(text, near_ms)) is not None:
        prefix = Prefix(header.fields, header.timestamp_ms, header.level, header.fields.pop("message", ""))
    if prefix is None:
        return _parse_stderr(text, near_ms)
    named = str(prefix.fields.get("service.name", "")).startswith(NAMES)
    entry = _read_entry(prefix.message, prefix.timestamp_ms if ZONED.match(text) else None, near_ms, clf=named)
    if entry is None and named:
        entry = Parsed({"message": prefix.message}, prefix.timestamp_ms)
        put_notice(entry.fields, prefix.message)
    if entry is None:
        return None
    return Parsed(prefix.fields | entry.fields, entry.timestamp_ms, prefix.level)


def _parse_bare(text: str, near_ms: int) -> Parsed | None:
    """A line without a host and a tag: an entry, or behind a level or a time also an access line or a notice."""
    bare = BARE.match(text)
    if bare is None or int(bare[1] or 0) > MAX_PRIORITY:
        return None
    content, prefixed = text[bare.end() :], bare.end() > 0
    zoned_ms = iso_ms(bare[2]) if bare[2] else None
    entry = _read_entry(content, zoned_ms, near_ms, clf=prefixed)
    if entry is None and prefixed and put_notice(notice := {"message": content}, content):
        entry = Parsed(notice, zoned_ms)
    if entry is None or not (bare[1] or entry.fields.keys() & OWN_FIELDS):
        return None  # behind a time alone any server's access line may stand
    entry.level = _put_level(entry.fields, bare[1])
    return entry


def _put_level(fields: dict[str, Any], written: str | None) -> str | None:
    """What stands in angle brackets: a priority, or where HAProxy leaves the facility out a severity alone."""
    if written is None or int(written) >= len(SYSLOG_SEVERITIES):
        return put_priority(fields, written)
    fields |= {"syslog.severity.code": int(written), "severity_text": SYSLOG_SEVERITIES[int(written)]}
    return level_of(SYSLOG_SEVERITIES[int(written)])


def _read_entry(content: str, zoned_ms: int | None, near_ms: int, *, clf: bool) -> Parsed | None:
    """An entry or an error of a connection, or where `clf` allows for it a request in the common log format."""
    if BEGINS.match(content) is None:
        return access.parse(content, near_ms) if clf else None
    fields: dict[str, Any] = {}
    accepted = put_entry(fields, content) or put_refused(fields, content) or _put_error(fields, content)
    if accepted is None:
        return None
    time, duration_ms = accepted
    moment = haproxy_ms(time)
    if moment is not None and zoned_ms is not None:
        moment -= _offset_ms(moment + duration_ms - zoned_ms)
    return Parsed(fields, moment)


def _put_error(fields: dict[str, Any], content: str) -> tuple[str, int] | None:
    error = ERROR.fullmatch(content)
    if error is None:
        return None
    client, port, time, frontend, bind, message = error.groups()
    fields |= {
        "client.address": client.strip("[]"),
        "client.port": int(port),
        "haproxy.frontend": frontend,
        "haproxy.bind": bind,
        "message": message,
    }
    return time, 0


def _offset_ms(ahead_ms: int) -> int:
    """The offset from UTC of an accept date that is `ahead_ms` before its line's prefix; 0 where it is no zone's."""
    offset = round(ahead_ms / QUARTER_HOUR_MS) * QUARTER_HOUR_MS
    return offset if abs(offset) <= MOST_OFFSET_MS and abs(ahead_ms - offset) <= MOST_DELAY_MS else 0


def _parse_stderr(text: str, near_ms: int) -> Parsed | None:
    """`[WARNING] (8) : …`, or a notice that stands alone; None where it is another's."""
    match = STDERR.fullmatch(text)
    fields: dict[str, Any] = {"severity_text": match[1], "process.pid": int(match[4])} if match else {}
    message = match[5] if match else text
    if not put_notice(fields, message) and match is None:
        return None
    fields["message"] = message
    moment = stderr_ms(match[2], match[3], near_ms) if match and match[2] else None
    return Parsed(fields, moment, level_of(match[1]) if match else None)


FORMAT = Format("haproxy", parse, embedded=Embedded(ANYWHERE, f"<{digits}", "/20"))
