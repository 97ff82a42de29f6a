"""Read HAProxy's lines of one connection or request (Configuration Manual: TCP, HTTP and HTTPS log format)."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from log_processor.formats.lib.lazy import compile_lazily
from log_processor.formats.lib.numbers import parse_number
from log_processor.formats.lib.request_line import put_request
from log_processor.formats.lib.tokens import split_words

ACCEPTED = r"(?P<client>\S+):(?P<port>\d{1,5}|-) \[(?P<time>\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d\.\d{3})\] "
PARTIES = r"(?P<frontend>\S+) (?P<backend>[^\s/]+)/(?P<server>\S+)"


def _build_numbers(names: Iterable[str], shape: str) -> str:
    """Return an expression of numbers separated by slashes, with a group for each."""
    return "/".join(f"(?P<{name}>{shape})" for name in names)


COUNT = r"\+?\d{1,18}"
TIMER = r"[-+]?\d{1,18}"
TIMES = {f"{of}_ms": f"haproxy.{of}_time_ms" for of in ("request", "queue", "connect", "response", "total")}
TCP_TIMES = {name: TIMES[name] for name in ("queue_ms", "connect_ms", "total_ms")}
CONNECTIONS = {f"{of}_count": f"haproxy.connections.{of}" for of in ("actual", "frontend", "backend", "server")}
STATE = (
    rf"{_build_numbers(CONNECTIONS, COUNT)}(?:/(?P<retries>{COUNT}))? "
    rf"(?P<server_queue>{COUNT})/(?P<backend_queue>{COUNT})(?= |\Z)"
)
HTTP = compile_lazily(
    rf"{ACCEPTED}{PARTIES} {_build_numbers(TIMES, TIMER)} (?P<status>-1|0|\d{{3}}) (?P<size>{COUNT}) "
    rf"(?P<request_cookie>\S+) (?P<response_cookie>\S+) (?P<state>[-A-Za-z]{{4}}) {STATE}"
)
TCP = compile_lazily(
    rf"{ACCEPTED}{PARTIES} {_build_numbers(TCP_TIMES, TIMER)} (?P<size>{COUNT}) (?P<state>[-A-Za-z]{{2}}) {STATE}"
)
SSL = (
    r"(?P<connection_error>[-\d]*)/(?P<error>[-0-9A-Fa-f]*)/(?P<client_error>[-\d]*)/(?P<ca_error>[-\d]*)/"
    r"(?P<resumed>[-01]?) (?P<name>[^\s/]*)/(?P<protocol>[^\s/]+)/(?P<cipher>\S+)"
)
REFUSED = compile_lazily(rf"{ACCEPTED}(?P<frontend>\S+) (?P<actual_count>{COUNT})/(?P<frontend_count>{COUNT}) {SSL}")
CAPTURED = re.compile(r"(?: \{([^}]*)\})?(?: \{([^}]*)\})?")
REQUEST = re.compile(r' "([^"]*)(?:"|\Z)')
SSL_TAIL = compile_lazily(rf" {SSL}(?= |\Z)")
SSL_ERRORS = {of: f"haproxy.ssl.{of}" for of in ("connection_error", "error", "client_error", "ca_error")}
SSL_NAMES = {"name": "server.address", "protocol": "tls.protocol.version", "cipher": "tls.cipher"}
NOTHING = frozenset({"-", "", "(NONE)"})


def parse_growing(word: str) -> int | float | str:
    """Return a number, before which HAProxy writes a `+` if it may have grown since (`option logasap`)."""
    return parse_number(word.removeprefix("+"))


def put_connection(fields: dict[str, Any], content: str) -> tuple[str, int] | None:
    """Put the fields of a connection's line; return its accept date and its duration in milliseconds, or None."""
    if (match := HTTP.match(content)) is not None:
        _put_parties(fields, match, TIMES)
        _put_answer(fields, match)
    elif (match := TCP.match(content)) is not None:
        _put_parties(fields, match, TCP_TIMES)
        fields["haproxy.bytes_read"] = parse_growing(match["size"])
    else:
        return None
    _put_state(fields, match)
    if match.end() < len(content):
        _put_tail(fields, content, match.end())
    return match["time"], max(int(match["total_ms"]), 0)


def _put_parties(fields: dict[str, Any], match: re.Match[str], times: Mapping[str, str]) -> None:
    frontend, backend, server = match.group("frontend", "backend", "server")
    fields["haproxy.frontend"], fields["haproxy.backend"], fields["haproxy.server"] = frontend, backend, server
    put_client(fields, match)
    fields.update(zip(times.values(), map(parse_growing, match.group(*times)), strict=True))


def put_client(fields: dict[str, Any], match: re.Match[str]) -> None:
    """Put client and port; HAProxy writes `-:-` if it does not know them."""
    client, port = match.group("client", "port")
    if client != "-":
        fields["client.address"] = client.strip("[]")
    if port != "-" and client != "-":
        fields["client.port"] = parse_number(port)


def _put_answer(fields: dict[str, Any], match: re.Match[str]) -> None:
    status, size, request, response = match.group("status", "size", "request_cookie", "response_cookie")
    if status not in {"-1", "0"}:
        fields["http.response.status_code"] = parse_number(status)
    fields["http.response.size"] = parse_growing(size)
    if request != "-":
        fields["haproxy.captured.request_cookie"] = request
    if response != "-":
        fields["haproxy.captured.response_cookie"] = response


def _put_state(fields: dict[str, Any], match: re.Match[str]) -> None:
    state, retries, server, backend = match.group("state", "retries", "server_queue", "backend_queue")
    fields["haproxy.termination_state"] = state
    fields.update(zip(CONNECTIONS.values(), map(parse_growing, match.group(*CONNECTIONS)), strict=True))
    if retries is not None:
        fields["haproxy.retries"] = parse_growing(retries)
        if retries[0] == "+":
            fields["haproxy.redispatched"] = True
    fields["haproxy.queue.server"], fields["haproxy.queue.backend"] = parse_growing(server), parse_growing(backend)


def _put_tail(fields: dict[str, Any], content: str, position: int) -> None:
    """Put into `fields` what follows the state, from `position` on.

    That is ` {request headers} {response headers} "request" TLS`:

    - Each part may be missing. A single pair of braces counts as the request's.
    - A request that was cut off for its length has no closing quote.
    - Words left over go to `extra`.

    For example, ` {a|b} "GET /a HTTP/1.1" x` gives the captured request headers `a|b`, the request, and `extra`.
    """
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
        _put_ssl(fields, secure)
        position = secure.end()
    if extra := split_words(content[position:]):
        fields["extra"] = extra


def put_refused(fields: dict[str, Any], content: str) -> tuple[str, int] | None:
    """Put the fields of a connection that became no request; return its accept date and 0, or None.

    The line has the error format that the manual gives for HTTPS.
    """
    match = REFUSED.fullmatch(content)
    if match is None:
        return None
    fields["haproxy.frontend"] = match["frontend"]
    put_client(fields, match)
    for count in ("actual_count", "frontend_count"):
        fields[CONNECTIONS[count]] = parse_growing(match[count])
    _put_ssl(fields, match)
    return match["time"], 0


def _put_ssl(fields: dict[str, Any], match: re.Match[str]) -> None:
    """Put the error numbers that are not 0, and what the handshake agreed on.

    OpenSSL's own number is hexadecimal, and stays text.
    """
    for name, code in zip(SSL_ERRORS.values(), match.group(*SSL_ERRORS), strict=True):
        if code.strip("-0"):
            fields[name] = code if name == "haproxy.ssl.error" else parse_number(code)
    if match["resumed"] in {"0", "1"}:
        fields["tls.resumed"] = match["resumed"] == "1"
    pairs = zip(SSL_NAMES.values(), match.group(*SSL_NAMES), strict=True)
    fields |= {name: word for name, word in pairs if word not in NOTHING}
