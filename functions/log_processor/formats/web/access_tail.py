"""Read what access lines have after the user agent: fields of well-known formats by name, all others as `extra`.

Known are: X-Forwarded-For in quotes (nginx's `main`); the bytes of request and response with their headers (Apache's
`combinedio`); nginx's times of the request and the upstream in seconds, bare or behind a label as `rt=0.005`, its
`$gzip_ratio` and `$request_id`; Apache's `%T/%D` (seconds, microseconds); Squid's result; and all that ingress-nginx,
Traefik and HAProxy (`option httplog clf`) write.
"""

import re
from typing import Any

from log_processor.formats.lib.lazy import compile_lazily
from log_processor.formats.lib.numbers import parse_decimal, parse_number
from log_processor.formats.lib.rows import CellRule, convert_words
from log_processor.formats.lib.tokens import ABSENT, split_words
from log_processor.formats.web.access_words import IP
from log_processor.formats.web.haproxy_connection import parse_growing

FORWARDED = compile_lazily(rf' "(-|(?:unknown|{IP})(?:, ?(?:unknown|{IP})){{0,50}})"(?= |\Z)')
REQUEST_ID = re.compile(r' "?([0-9a-f]{32})"?\Z')
MAX_ID_CHARS = 35
SIZES = re.compile(r" (\d{1,18}) (\d{1,18})")
MIN_REQUEST_BYTES = 4
MIN_HEADER_BYTES = 17  # likewise `HTTP/1.1 200` and two line ends, beside the body
SECONDS = r"\d{1,9}\.\d{3}"
LIST = r"((?:[^\s,]++(?:, | : )){0,50}+[^\s,]+)"
COUNT = r"(\+?\d{1,12})"
TIMER = r"([+-]?\d{1,12})"

NGINX_TIMES = compile_lazily(rf' "?({SECONDS})"?(?: "?((?:{SECONDS}|-)(?:, (?:{SECONDS}|-)){{0,20}})"?)?(?: [.p])?')
NGINX_RULES: tuple[CellRule, ...] = (
    ("nginx.request_time_s", parse_decimal),
    ("nginx.upstream.response_time_s", parse_decimal),
)
INGRESS = compile_lazily(
    rf" (\d{{1,18}}) ({SECONDS}) \[([^\]\s]*)\](?: \[([^\]\s]*)\])? {LIST} {LIST} {LIST} {LIST}"
    r"(?: ([0-9A-Za-z-]{1,64}))?"
)
INGRESS_RULES: tuple[CellRule, ...] = (
    ("http.request.size", parse_number),
    ("nginx.request_time_s", parse_decimal),
    ("nginx.upstream.name", str),
    ("nginx.upstream.alternative_name", str),
    ("nginx.upstream.address", str),
    ("nginx.upstream.response.body.size", parse_number),
    ("nginx.upstream.response_time_s", parse_decimal),
    ("nginx.upstream.response.status_code", parse_number),
    ("http.request.id", str),
)
RATIO = re.compile(r' "?(\d{1,6}\.\d\d)"?')
RATIO_RULES: tuple[CellRule, ...] = (("nginx.gzip_ratio", parse_decimal),)
APACHE_TIMES = re.compile(r" (\d{1,9})/(\d{1,15})")
APACHE_RULES: tuple[CellRule, ...] = (("apache.request_time_s", parse_number), ("apache.request_time_us", parse_number))
TRAEFIK = re.compile(r' (\d{1,18}) "([^"]*)" "([^"]*)" (\d{1,12})ms')
TRAEFIK_RULES: tuple[CellRule, ...] = (
    ("traefik.request_count", parse_number),
    ("traefik.router", str),
    ("traefik.server_url", str),
    ("traefik.request_time_ms", parse_number),
)
HAPROXY = compile_lazily(
    rf' (\d{{1,5}}|-) (\d{{1,3}}) "([^"]+)" "([^"]+)" "([^"]+)" {" ".join([TIMER] * 5)} "?([A-Za-z-]{{2,4}})"? '
    rf'{" ".join([COUNT] * 7)}(?: "([^"]*)" "([^"]*)")?(?P<more> .*)?'
)
HAPROXY_RULES: tuple[CellRule | None, ...] = (
    ("client.port", parse_number),
    ("haproxy.accept_ms", parse_number),
    ("haproxy.frontend", str),
    ("haproxy.backend", str),
    ("haproxy.server", str),
    *((f"haproxy.{of}_time_ms", parse_growing) for of in ("request", "queue", "connect", "response", "total")),
    ("haproxy.termination_state", str),
    *((f"haproxy.connections.{of}", parse_growing) for of in ("actual", "frontend", "backend", "server")),
    ("haproxy.retries", parse_growing),
    ("haproxy.queue.server", parse_growing),
    ("haproxy.queue.backend", parse_growing),
    ("haproxy.captured.request_cookie", str),
    ("haproxy.captured.response_cookie", str),
    None,
)
SQUID = re.compile(r" ([A-Z_]{3,60}):([A-Z_]{3,60})")
SQUID_RULES: tuple[CellRule, ...] = (("squid.result", str), ("squid.hierarchy", str))
KNOWN = (
    (NGINX_TIMES, NGINX_RULES),
    (INGRESS, INGRESS_RULES),
    (RATIO, RATIO_RULES),
    (APACHE_TIMES, APACHE_RULES),
    (TRAEFIK, TRAEFIK_RULES),
    (HAPROXY, HAPROXY_RULES),
    (SQUID, SQUID_RULES),
)

LABELS: dict[str, CellRule] = {
    **dict.fromkeys(("rt", "request_time"), ("nginx.request_time_s", parse_decimal)),
    **dict.fromkeys(("uct", "upstream_connect_time"), ("nginx.upstream.connect_time_s", parse_decimal)),
    **dict.fromkeys(("uht", "upstream_header_time"), ("nginx.upstream.header_time_s", parse_decimal)),
    **dict.fromkeys(("urt", "ut", "upstream_response_time"), ("nginx.upstream.response_time_s", parse_decimal)),
    **dict.fromkeys(("ua", "to", "upstream", "upstream_addr"), ("nginx.upstream.address", str)),
    **dict.fromkeys(("us", "upstream_status"), ("nginx.upstream.response.status_code", parse_number)),
    **dict.fromkeys(("ul", "upstream_response_length"), ("nginx.upstream.response.body.size", parse_number)),
    **dict.fromkeys(("cs", "upstream_cache_status"), ("nginx.upstream.cache_status", str)),
    **dict.fromkeys(("sn", "host", "http_host", "server_name"), ("server.address", str)),
    **dict.fromkeys(("request_id", "req_id"), ("http.request.id", str)),
    "request_length": ("http.request.size", parse_number),
    "bytes_sent": ("http.response.size", parse_number),
    "body_bytes_sent": ("http.response.body.size", parse_number),
    "gzip_ratio": ("nginx.gzip_ratio", parse_decimal),
}
SPELT = "|".join(label for label in LABELS if "_" in label)
PAIR = compile_lazily(
    rf' (?P<mark>"?)(?P<label>[a-z_]{{1,40}}=|(?:{SPELT}|to(?=:)):? ?(?<=[: ]))'
    r'(?:"(?P<text>[^"]*)"|(?P<word>(?:[^\s",]+(?:, | : )){0,50}[^\s"]+))(?P=mark)(?= |\Z)'
)
"""A label and its value: `rt=0.005`, in quotes as a whole or alone, or a variable of nginx before its value."""


def put_tail(fields: dict[str, Any], rest: str) -> None:
    """Put the known fields of `rest`, which begins with a blank; words of unknown meaning become `extra`."""
    if forwarded := FORWARDED.match(rest):
        if forwarded[1] != "-":
            fields["http.request.header.x-forwarded-for"] = forwarded[1]
        rest = rest[forwarded.end() :]
    if identified := REQUEST_ID.search(rest, max(0, len(rest) - MAX_ID_CHARS)):
        fields["http.request.id"] = identified[1]
        rest = rest[: identified.start()]
    if not rest:
        return
    rest = _put_known(fields, rest)
    if not _put_sizes(fields, rest):
        _put_pairs(fields, rest)


def _put_known(fields: dict[str, Any], rest: str) -> str:
    """Put the fields of a layout that is known as a whole; return what is left."""
    for pattern, rules in KNOWN:
        if match := pattern.fullmatch(rest):
            fields |= convert_words([word or "" for word in match.groups()], rules)
            return match.groupdict().get("more") or ""
    return rest


def _put_sizes(fields: dict[str, Any], rest: str) -> bool:
    """Put the bytes of `%I %O`; tell whether `rest` is such a pair.

    Other pairs of numbers, such as `%T %D`, differ from it in size. A request has at least 4 bytes, a response at
    least 17 more than its body, and the second number in microseconds is not the first in seconds.
    """
    match = SIZES.fullmatch(rest)
    if match is None:
        return False
    received, sent = int(match[1]), int(match[2])
    if received < MIN_REQUEST_BYTES or abs(sent // 1_000_000 - received) <= 1:
        return False
    body = fields.get("http.response.body.size")
    if sent < (body if isinstance(body, int) else 0) + MIN_HEADER_BYTES:
        return False
    fields["http.request.size"], fields["http.response.size"] = map(parse_number, match.groups())
    return True


def _put_pairs(fields: dict[str, Any], rest: str) -> None:
    extra: list[str] = []
    end = 0
    for pair in PAIR.finditer(rest):
        extra += split_words(rest[end : pair.start()])
        end = pair.end()
        if rule := LABELS.get(pair["label"].rstrip("=: ")):
            fields |= convert_words([pair["word"] if pair["text"] is None else pair["text"]], [rule])
        else:
            extra.append(pair[0][1:])
    extra += split_words(rest[end:])
    if not ABSENT.issuperset(extra):
        fields["extra"] = [*fields.get("extra", ()), *extra]
