"""HAProxy's HTTP and TCP logs, with or without a syslog prefix (HAProxy Configuration Manual, Log formats).

Schema: client.address, client.port, haproxy.frontend, haproxy.backend, haproxy.server,
haproxy.{request,queue,connect, response,total}_time_ms (-1: did not happen), http.response.status_code,
haproxy.bytes_read, haproxy.termination_state, haproxy.connections.{actual,frontend,backend,server}, haproxy.retries,
haproxy.queue.{server,backend}, haproxy.captured.*, http.request.method, url.path, url.query,
network.protocol.version; host.name, service.name and process.pid of the prefix.
Sample: 192.0.2.1:33317 [04/May/2026:10:00:00.655] http-in static/srv1 10/0/30/69/109 200 2750 - - ---- 1/1/1/1/0 0/0
"GET /a HTTP/1.1"
"""

import re
from typing import Any

from log_processor.formats.base import Format
from log_processor.formats.timestamps import haproxy_ms
from log_processor.formats.tokens import number, put_request
from log_processor.record import Parsed

PREFIX = re.compile(
    r"(?:<\d{1,3}>)?(?:[A-Z][a-z]{2} {1,2}\d{1,2} \d\d:\d\d:\d\d|\d{4}-\d\d-\d\dT\S{8,24}) "
    r"(?:(\S+) )?([^\s:\[]+)\[(\d{1,18})\]: "
)
ENTRY = re.compile(
    r"(\S+):(\d{1,18}) \[(\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d\.\d{3})\] (\S+) ([^\s/]+)/(\S+) "
    r"([-+\d/]+) (?:(-1|\d{3}) )?(\+?\d{1,18}) (?:(\S+) (\S+) )?([-A-Za-z]{2,4}) "
    r"(\d{1,18})/(\d{1,18})/(\d{1,18})/(\d{1,18})/(\+?\d{1,18}) (\d{1,18})/(\d{1,18})"
)
CAPTURED = re.compile(r" \{([^}]*)\}")
HTTP_TIMES = ("request", "queue", "connect", "response", "total")
TCP_TIMES = ("queue", "connect", "total")
CONNECTIONS = ("actual", "frontend", "backend", "server")


def parse(text: str, _near_ms: int) -> Parsed | None:
    """Read one line; None where it is neither an HTTP nor a TCP entry."""
    prefix = PREFIX.match(text)
    match = ENTRY.match(text, prefix.end() if prefix else 0)
    if match is None:
        return None
    client, port, time, frontend, backend, server, timers, status, size, *rest = match.groups()
    fields: dict[str, Any] = {
        "client.address": client,
        "client.port": int(port),
        "haproxy.frontend": frontend,
        "haproxy.backend": backend,
        "haproxy.server": server,
        "haproxy.bytes_read": number(size.lstrip("+")),
    }
    if not _put_times(fields, timers.split("/")):
        return None
    if status and status != "-1":
        fields["http.response.status_code"] = int(status)
    _put_state(fields, rest)
    _put_prefix(fields, prefix)
    _put_tail(fields, text[match.end() :])
    return Parsed(fields, haproxy_ms(time))


def _put_times(fields: dict[str, Any], timers: list[str]) -> bool:
    names = {len(HTTP_TIMES): HTTP_TIMES, len(TCP_TIMES): TCP_TIMES}.get(len(timers))
    if names:
        fields |= {
            f"haproxy.{name}_time_ms": number(time.lstrip("+")) if time[:1] != "-" else -1
            for name, time in zip(names, timers, strict=True)
        }
    return names is not None


def _put_state(fields: dict[str, Any], rest: list[str]) -> None:
    request_cookie, response_cookie, state, *counts = rest
    fields["haproxy.termination_state"] = state
    for name, cookie in (("request", request_cookie), ("response", response_cookie)):
        if cookie and cookie != "-":
            fields[f"haproxy.captured.{name}_cookie"] = cookie
    fields |= {f"haproxy.connections.{name}": int(count) for name, count in zip(CONNECTIONS, counts, strict=False)}
    fields["haproxy.retries"] = int(counts[4].lstrip("+"))
    fields["haproxy.queue.server"], fields["haproxy.queue.backend"] = int(counts[5]), int(counts[6])


def _put_prefix(fields: dict[str, Any], prefix: re.Match[str] | None) -> None:
    if prefix:
        if prefix[1]:
            fields["host.name"] = prefix[1]
        fields["service.name"], fields["process.pid"] = prefix[2], int(prefix[3])


def _put_tail(fields: dict[str, Any], tail: str) -> None:
    """Captured headers in braces, then the request in quotes, whose end a long one lacks."""
    names, position = ["request_headers", "response_headers"], 0
    captured: list[str] = []
    while len(captured) < len(names) and (found := CAPTURED.match(tail, position)):
        captured.append(found[1])
        position = found.end()
    fields |= {f"haproxy.captured.{name}": value for name, value in zip(names, captured, strict=False) if value}
    rest = tail[position:]
    if rest.startswith(' "'):
        request, _, extra = rest[2:].rpartition('"') if rest.count('"') > 1 else (rest[2:], "", "")
        put_request(fields, request)
        rest = extra
    if rest.strip():
        fields["extra"] = rest.strip()


FORMAT = Format("haproxy", parse)
