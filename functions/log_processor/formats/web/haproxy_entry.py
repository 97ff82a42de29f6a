"""HAProxy's lines of one connection or request (Configuration Manual: TCP, HTTP and HTTPS log format)."""

import re
from typing import Any

from log_processor.formats.lib.request_line import put_request
from log_processor.formats.lib.tokens import number, words

ACCEPTED = r"(\S+):(\d{1,5}) \[(\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d\.\d{3})\] "
COUNT = r"(\+?\d{1,18})"
TIMER = r"([-+]?\d{1,18})"
CONNECTIONS = "/".join([COUNT] * 4)
HTTP = re.compile(
    rf"{ACCEPTED}(\S+) ([^\s/]+)/(\S+) {'/'.join([TIMER] * 5)} (-1|0|\d{{3}}) {COUNT} (\S+) (\S+) "
    rf"([-A-Za-z]{{4}}) {CONNECTIONS}(?:/{COUNT})? {COUNT}/{COUNT}(?= |\Z)"
)
TCP = re.compile(
    rf"{ACCEPTED}(\S+) ([^\s/]+)/(\S+) {'/'.join([TIMER] * 3)} {COUNT} ([-A-Za-z]{{2}}) "
    rf"{CONNECTIONS}(?:/{COUNT})? {COUNT}/{COUNT}(?= |\Z)"
)
SSL = r"([-\d]*)/([-0-9A-Fa-f]*)/([-\d]*)/([-\d]*)/([-01]?) ([^\s/]*)/([^\s/]+)/(\S+)"
REFUSED = re.compile(rf"{ACCEPTED}(\S+) {COUNT}/{COUNT} {SSL}")
CAPTURED = re.compile(r"(?: \{([^}]*)\})?(?: \{([^}]*)\})?")
REQUEST = re.compile(r' "([^"]*)(?:"|\Z)')
SSL_TAIL = re.compile(rf" {SSL}(?= |\Z)")
OPENING = ("client.port", "haproxy.frontend", "haproxy.backend", "haproxy.server")
HTTP_TIMES = tuple(f"haproxy.{of}_time_ms" for of in ("request", "queue", "connect", "response", "total"))
TCP_TIMES = tuple(f"haproxy.{of}_time_ms" for of in ("queue", "connect", "total"))
COUNTS = tuple(f"haproxy.connections.{of}" for of in ("actual", "frontend", "backend", "server"))
SSL_ERRORS = ("haproxy.ssl.connection_error", "haproxy.ssl.error", "haproxy.ssl.client_error", "haproxy.ssl.ca_error")
SSL_NAMES = ("server.address", "tls.protocol.version", "tls.cipher")
NOTHING = frozenset({"-", "", "(NONE)"})


def put_entry(fields: dict[str, Any], content: str) -> tuple[str, int] | None:
    """Read a connection's line: its accept date and its milliseconds in all; None where it is none."""
    match = HTTP.match(content)
    if match is not None:
        found = match.groups()
        times = _put_opening(fields, found, HTTP_TIMES)
        status, size, request_cookie, response_cookie, state = found[11:16]
        if status not in {"-1", "0"}:
            fields["http.response.status_code"] = int(status)
        fields["http.response.size"] = int(size)
        for way, cookie in (("request", request_cookie), ("response", response_cookie)):
            if cookie != "-":
                fields[f"haproxy.captured.{way}_cookie"] = cookie
        _put_state(fields, state, found[16:])
    elif (match := TCP.match(content)) is not None:
        found = match.groups()
        times = _put_opening(fields, found, TCP_TIMES)
        fields["haproxy.bytes_read"] = int(found[9])
        _put_state(fields, found[10], found[11:])
    else:
        return None
    if match.end() < len(content):
        _put_tail(fields, content, match.end())
    return found[2], max(times[-1], 0)


def _put_opening(fields: dict[str, Any], found: tuple[str, ...], names: tuple[str, ...]) -> list[int]:
    client, port, _, fields["haproxy.frontend"], fields["haproxy.backend"], fields["haproxy.server"] = found[:6]
    fields["client.address"], fields["client.port"] = client.strip("[]"), int(port)
    times = [int(time) for time in found[6 : 6 + len(names)]]
    fields.update(zip(names, times, strict=True))
    return times


def _put_state(fields: dict[str, Any], state: str, counts: tuple[str, ...]) -> None:
    fields["haproxy.termination_state"] = state
    retries: str | None = counts[4]
    fields.update(zip(COUNTS, map(int, counts[:4]), strict=True))
    if retries is not None:
        fields["haproxy.retries"] = int(retries)
        if retries[0] == "+":
            fields["haproxy.redispatched"] = True
    fields["haproxy.queue.server"], fields["haproxy.queue.backend"] = int(counts[5]), int(counts[6])


def _put_tail(fields: dict[str, Any], content: str, position: int) -> None:
    """Captured headers in braces, then the request in quotes, whose end a long one lacks, then what HTTPS adds."""
    captured = CAPTURED.match(content, position)
    if captured is not None:
        for way, value in zip(("request", "response"), captured.groups(), strict=True):
            if value:
                fields[f"haproxy.captured.{way}_headers"] = value
        position = captured.end()
    if request := REQUEST.match(content, position):
        put_request(fields, request[1])
        position = request.end()
    if secure := SSL_TAIL.match(content, position):
        _put_ssl(fields, secure.groups())
        position = secure.end()
    if extra := words(content[position:]):
        fields["extra"] = extra


def put_refused(fields: dict[str, Any], content: str) -> tuple[str, int] | None:
    """Read a line of the error format that the manual gives for HTTPS: a connection that became no request."""
    match = REFUSED.fullmatch(content)
    if match is None:
        return None
    client, port, time, fields["haproxy.frontend"], actual, frontend, *secure = match.groups()
    fields["client.address"], fields["client.port"] = client.strip("[]"), int(port)
    fields["haproxy.connections.actual"], fields["haproxy.connections.frontend"] = int(actual), int(frontend)
    _put_ssl(fields, tuple(secure))
    return time, 0


def _put_ssl(fields: dict[str, Any], found: tuple[str, ...]) -> None:
    """Error numbers where they are not 0 (OpenSSL's own is hexadecimal text), then what was agreed on."""
    for name, code in zip(SSL_ERRORS, found, strict=False):
        if code.strip("-0"):
            fields[name] = code if name == "haproxy.ssl.error" else number(code)
    if found[4] in {"0", "1"}:
        fields["tls.resumed"] = found[4] == "1"
    fields |= {name: word for name, word in zip(SSL_NAMES, found[5:], strict=True) if word not in NOTHING}
