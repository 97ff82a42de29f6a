"""Parse access logs of Envoy and of Istio's proxies, in the formats that they have by default."""

import re
from typing import Any

from log_processor.formats.lib.format import ANYWHERE, Column, Embedded, Format, Parsed, StrongStart, list_columns
from log_processor.formats.lib.layouts import compile_layouts, match_layouts
from log_processor.formats.lib.numbers import parse_number
from log_processor.formats.lib.request_line import put_target
from log_processor.formats.lib.tokens import FieldRule, put_address
from log_processor.formats.lib.zones import parse_iso_ms

SIGN = 'Z] "'
RULES: dict[str, FieldRule] = {
    "time": ("time", str),
    "method": ("http.request.method", str),
    "target": ("target", str),
    "version": ("network.protocol.version", str),
    "status": ("http.response.status_code", parse_number),
    "flags": ("envoy.response_flags", str),
    "details": ("envoy.response_code_details", str),
    "termination": ("envoy.connection_termination_details", str),
    "mixer": ("istio.mixer.status", str),
    "failure": ("envoy.upstream.transport_failure_reason", str),
    "received": ("http.request.body.size", parse_number),
    "sent": ("http.response.body.size", parse_number),
    "duration": ("envoy.duration_ms", parse_number),
    "served": ("envoy.upstream.service_time_ms", parse_number),
    "forwarded": ("http.request.header.x-forwarded-for", str),
    "agent": ("user_agent.original", str),
    "request": ("http.request.id", str),
    "authority": ("authority", str),
    "upstream": ("upstream", str),
    "cluster": ("envoy.upstream.cluster", str),
    "upstream_local": ("envoy.upstream.local_address", str),
    "downstream_local": ("envoy.downstream.local_address", str),
    "peer": ("peer", str),
    "sni": ("tls.client.server_name", str),
    "route": ("envoy.route_name", str),
}
HEAD = (
    r"(?:ACCESS )?\[(?P<time>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z)\] "
    r'"(?P<method>\S{1,40}) (?P<target>\S*) (?:HTTP/(?P<version>[\d.]{1,4})|-)" '
    r"(?P<status>\d{1,3}) (?P<flags>[A-Za-z_,-]{1,255}) "
)
FAILURE = r'"(?P<failure>[^"]{0,2000})" '
DETAILS = rf'(?P<details>[^\s"]{{1,512}}) (?P<termination>[^\s"]{{1,512}}) {FAILURE}'
MIXER = rf'"(?P<mixer>[^"]{{0,2000}})" {FAILURE}'
TAIL = (
    r"(?P<received>-|\d{1,20}) (?P<sent>-|\d{1,20}) (?P<duration>-|\d{1,20}) (?P<served>-|\d{1,20}) "
    r'"(?P<forwarded>[^"]*)" "(?P<agent>.*)" "(?P<request>[^"]*)" "(?P<authority>[^"]*)" "(?P<upstream>[^"]*)"'
)
MESH = (
    r" (?P<cluster>\S{1,512}) (?P<upstream_local>\S{1,255}) (?P<downstream_local>\S{1,255}) (?P<peer>\S{1,255}) "
    r"(?P<sni>\S{1,512})(?: (?P<route>\S{1,512}))?"
)
LAYOUTS = compile_layouts(RULES, HEAD + TAIL, HEAD + DETAILS + TAIL + MESH, HEAD + MIXER + TAIL + MESH)
BEGIN = re.compile(r"(?:ACCESS )?\[\d{4}-\d\d-\d\dT")


def parse(text: str, _last_modified_ms: int) -> Parsed | None:
    """Parse one line; return None if it is of none of these formats."""
    fields = match_layouts(LAYOUTS, text) if BEGIN.match(text) else None
    if fields is None:
        return None
    moment = parse_iso_ms(fields.pop("time"))
    if target := fields.pop("target", None):
        put_target(fields, target, fields.get("http.request.method"))
    put_address(fields, "server", fields.pop("authority", "-"))
    put_address(fields, "envoy.upstream", fields.pop("upstream", "-"))
    _put_client(fields, fields.pop("peer", "-"))
    return Parsed(fields, moment)


def _put_client(fields: dict[str, Any], peer: str) -> None:
    """Put the first of a list of clients; the other end of the connection is the client if there is no list."""
    client = fields.get("http.request.header.x-forwarded-for", "").partition(",")[0]
    if client:
        fields["client.address"] = client
    put_address(fields, "network.peer" if client else "client", peer)


FORMAT = Format(
    "envoy",
    parse,
    title="Envoy's and Istio's access logs, in their default formats",
    specification="Envoy documentation, Access logging: Default format string; Istio, Envoy Access Logs",
    notes=(
        "Ambassador's too, and Istio's since version 1.0, with its mixer's status or with the details of the response. "
        "A layout of one's own is read as `combined` or `json_lines`."
    ),
    schema=(
        *list_columns("http.request.method url.* network.protocol.version http.response.status_code"),
        *list_columns("http.request.body.size http.response.body.size", "bytes"),
        *list_columns("http.request.header.x-forwarded-for user_agent.original http.request.id"),
        Column("client.address", note="the first of a list of clients, else the other end of the connection"),
        *list_columns("client.port server.port"),
        Column("server.address", note="the host asked for"),
        *list_columns("network.peer.address network.peer.port", note="the other end, where both are written"),
        Column("tls.client.server_name", note="SNI"),
        *list_columns("envoy.duration_ms envoy.upstream.service_time_ms", "ms"),
        Column("envoy.*", note="flags and details of the response, upstream, route, local addresses"),
        Column("istio.mixer.status", note="before version 1.9"),
    ),
    sample=(
        '[2026-05-04T10:00:00.123Z] "GET /a?b=1 HTTP/1.1" 200 - 0 512 12 11 "192.0.2.1" "curl/8.5" '
        '"b1a2c3d4-0000-4000-8000-000000000001" "shop.example" "10.0.1.7:8080"'
    ),
    embedded=Embedded(ANYWHERE, "[A", SIGN),
    strong=(
        StrongStart(
            re.compile(
                rb"\[\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z\] "
                rb'"[A-Z-]{1,40} \S{0,8000} (?:HTTP/[\d.]{1,4}|-)" \d{1,3} [A-Za-z_,-]{1,255} '
            ),
            b"[",
            needs=SIGN.encode(),
            words="the time in brackets, the request in quotes, status and flags",
        ),
    ),
    signs=(SIGN,),
)
