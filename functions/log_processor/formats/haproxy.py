"""HAProxy's HTTP, HTTPS, TCP and error logs, with or without a syslog prefix (Configuration Manual, Log formats).

Schema: client.address, client.port, haproxy.frontend, haproxy.backend, haproxy.server,
haproxy.{request,queue,connect,response,total}_time_ms (-1: did not happen), http.response.status_code,
haproxy.bytes_read, haproxy.termination_state, haproxy.connections.{actual,frontend,backend,server}, haproxy.retries,
haproxy.queue.{server,backend}, haproxy.captured.*, http.request.method, url.*, network.protocol.version;
haproxy.ssl.*, server.address, tls.* (HTTPS format); message of an error or of HAProxy's own notices; host.name,
service.name, process.pid and syslog.* of the prefix. The accept date has no zone: UTC.
Sample: 192.0.2.1:33317 [04/May/2026:10:00:00.655] http-in static/srv1 10/0/30/69/109 200 2750 - - ---- 1/1/1/1/0 0/0
"GET /a HTTP/1.1"
"""

import re
from typing import Any

from log_processor.formats.base import Format
from log_processor.formats.syslog_rfc3164 import Prefix, read_prefix
from log_processor.formats.timestamps import haproxy_ms
from log_processor.formats.tokens import put_request
from log_processor.record import Parsed

ACCEPTED = r"(\S+):(\d{1,5}) \[(\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d\.\d{3})\] "
COUNT = r"(\+?\d{1,18})"
TIMER = r"[-+]?\d{1,18}"
ENTRY = re.compile(
    rf"{ACCEPTED}(\S+) ([^\s/]+)/(\S+) ({TIMER}(?:/{TIMER}){{2}}|{TIMER}(?:/{TIMER}){{4}}) "
    rf"(?:(-1|0|\d{{3}}) )?{COUNT} (?:(\S+) (\S+) )?([-A-Za-z]{{2}}|[-A-Za-z]{{4}}) "
    rf"{COUNT}/{COUNT}/{COUNT}/{COUNT}(?:/{COUNT})? {COUNT}/{COUNT}(?= |$)"
)
ERROR = re.compile(rf"{ACCEPTED}([^\s/]+)/([^\s:]+): (.*)", re.DOTALL)
CONNECT = re.compile(r"Connect from (\S+):(\d{1,5}) to (\S+):(\d{1,5}) \(([^/\s]+)/(\w+)\)\s*")
CAPTURED = re.compile(r" \{([^}]*)\}")
TLS = re.compile(r" (\d+)/([0-9A-Fa-f]+)/(\d+)/(\d+)/([01]) ([^\s/]+)/([^\s/]+)/(\S+)")
HTTP_TIMES = ("request", "queue", "connect", "response", "total")
TCP_TIMES = ("queue", "connect", "total")
CONNECTIONS = ("actual", "frontend", "backend", "server")


def parse(text: str, near_ms: int) -> Parsed | None:
    """Read one line; None where it is no entry of HAProxy's and no line that a process named haproxy sent to syslog."""
    prefix = read_prefix(text, near_ms)
    content = text if prefix is None else prefix.message
    fields: dict[str, Any] = {} if prefix is None else {**prefix.fields}
    if match := ENTRY.match(content):
        moment = _put_entry(fields, match, content[match.end() :])
    elif match := ERROR.fullmatch(content):
        moment = _put_error(fields, match)
    elif prefix is not None and _is_own(prefix):
        moment = _put_notice(fields, prefix)
    else:
        return None
    return Parsed(fields, moment, prefix.level if prefix else None)


def _is_own(prefix: Prefix) -> bool:
    return prefix.fields.get("service.name") == "haproxy"


def _put_entry(fields: dict[str, Any], match: re.Match[str], tail: str) -> int | None:
    client, port, time, frontend, backend, server, timers, status, size, *rest = match.groups()
    fields |= {
        "client.address": client.strip("[]"),
        "client.port": int(port),
        "haproxy.frontend": frontend,
        "haproxy.backend": backend,
        "haproxy.server": server,
        "haproxy.bytes_read": int(size),
    }
    values = [int(timer) for timer in timers.split("/")]
    names = HTTP_TIMES if len(values) == len(HTTP_TIMES) else TCP_TIMES
    fields |= {f"haproxy.{name}_time_ms": value for name, value in zip(names, values, strict=True)}
    if status and status not in {"-1", "0"}:
        fields["http.response.status_code"] = int(status)
    _put_state(fields, rest)
    _put_tail(fields, tail)
    return haproxy_ms(time)


def _put_state(fields: dict[str, Any], rest: list[str]) -> None:
    request_cookie, response_cookie, state, *counts = rest
    fields["haproxy.termination_state"] = state
    for name, cookie in (("request", request_cookie), ("response", response_cookie)):
        if cookie and cookie != "-":
            fields[f"haproxy.captured.{name}_cookie"] = cookie
    fields |= {f"haproxy.connections.{name}": int(count) for name, count in zip(CONNECTIONS, counts, strict=False)}
    if counts[4] is not None:
        fields["haproxy.retries"] = int(counts[4])
    fields["haproxy.queue.server"], fields["haproxy.queue.backend"] = int(counts[5]), int(counts[6])


def _put_tail(fields: dict[str, Any], tail: str) -> None:
    """Captured headers in braces, then the request in quotes, whose end a long one lacks, then what HTTPS adds."""
    names, position = ["request_headers", "response_headers"], 0
    captured: list[str] = []
    while len(captured) < len(names) and (found := CAPTURED.match(tail, position)):
        captured.append(found[1])
        position = found.end()
    fields |= {f"haproxy.captured.{name}": value for name, value in zip(names, captured, strict=False) if value}
    rest = tail[position:]
    if rest.startswith(' "'):
        request, quote, after = rest[2:].rpartition('"')
        put_request(fields, request if quote else after)
        rest = after if quote else ""
    if secure := TLS.match(rest):
        _put_tls(fields, secure)
        rest = rest[secure.end() :]
    if rest.strip():
        fields["extra"] = rest.split()


def _put_tls(fields: dict[str, Any], secure: re.Match[str]) -> None:
    names = ("haproxy.ssl.connection_error", "haproxy.ssl.error", "haproxy.ssl.client_error", "haproxy.ssl.ca_error")
    fields |= {name: code for name, code in zip(names, secure.groups(), strict=False) if code.strip("0")}
    fields["tls.resumed"] = secure[5] == "1"
    for name, word in zip(("server.address", "tls.protocol.version", "tls.cipher"), secure.groups()[5:], strict=True):
        if word != "-":
            fields[name] = word


def _put_error(fields: dict[str, Any], match: re.Match[str]) -> int | None:
    client, port, time, frontend, bind, message = match.groups()
    fields |= {
        "client.address": client.strip("[]"),
        "client.port": int(port),
        "haproxy.frontend": frontend,
        "haproxy.bind": bind,
        "message": message,
    }
    return haproxy_ms(time)


def _put_notice(fields: dict[str, Any], prefix: Prefix) -> int | None:
    if connect := CONNECT.fullmatch(prefix.message):
        client, port, server, server_port, frontend, mode = connect.groups()
        fields |= {
            "client.address": client,
            "client.port": int(port),
            "server.address": server,
            "server.port": int(server_port),
            "haproxy.frontend": frontend,
            "haproxy.mode": mode,
        }
    fields["message"] = prefix.message
    return prefix.timestamp_ms


FORMAT = Format("haproxy", parse)
