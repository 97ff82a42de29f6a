"""Parse access logs of Nginx Proxy Manager: of its hosts, with a server behind them or not, and of its streams."""

import re

from log_processor.formats.lib.format import ANYWHERE, Column, Embedded, Format, Parsed, StrongStart, list_columns
from log_processor.formats.lib.layouts import compile_layouts, match_layouts
from log_processor.formats.lib.numbers import parse_decimal, parse_number
from log_processor.formats.lib.request_line import put_path
from log_processor.formats.lib.timestamps import parse_clf_ms
from log_processor.formats.lib.tokens import FieldRule

SIGN = "[Client "
RULES: dict[str, FieldRule] = {
    "time": ("time", str),
    "cache": ("nginx.upstream.cache_status", str),
    "upstream_status": ("nginx.upstream.response.status_code", parse_number),
    "status": ("http.response.status_code", parse_number),
    "method": ("http.request.method", str),
    "scheme": ("url.scheme", str),
    "host": ("server.address", str),
    "target": ("target", str),
    "client": ("client.address", str),
    "port": ("client.port", parse_number),
    "length": ("http.response.body.size", parse_number),
    "gzip": ("nginx.gzip_ratio", parse_decimal),
    "sent_to": ("nginx.upstream.address", str),
    "agent": ("user_agent.original", str),
    "referer": ("http.request.header.referer", str),
    "transport": ("network.transport", str.lower),
    "stream_status": ("nginx.stream.status", parse_number),
    "sent": ("nginx.client.bytes_sent", parse_number),
    "received": ("nginx.client.bytes_received", parse_number),
    "session": ("nginx.session_time_s", parse_decimal),
    "upstream_sent": ("nginx.upstream.bytes_sent", parse_number),
    "upstream_received": ("nginx.upstream.bytes_received", parse_number),
    "connect": ("nginx.upstream.connect_time_s", parse_decimal),
    "protocol": ("tls.protocol.version", str),
    "cipher": ("tls.cipher", str),
}
TIME = r"\[(?P<time>\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d [+-]\d{4})\] "
SEVERAL = r"[\d.,: -]{1,200}?"
"""What nginx writes of one server, or of several that it tried one after the other."""
REQUEST = (
    r'(?P<status>\d{3}) - (?P<method>\S{1,40}) (?P<scheme>[a-z]{1,10}|-) (?P<host>\S{0,255}) "(?P<target>[^"]*)" '
    r"\[Client (?P<client>\S{1,255})\] \[Length (?P<length>\d{1,20}|-)\] \[Gzip (?P<gzip>[\d.]{1,20}|-)\] "
)
AGENT = r'"(?P<agent>[^"]*)" "(?P<referer>[^"]*)"'
LAYOUTS = compile_layouts(
    RULES,
    (
        rf"{TIME}(?P<cache>[A-Z]{{3,20}}|-) (?P<upstream_status>{SEVERAL}) {REQUEST}"
        rf"\[Sent-to (?P<sent_to>[^\]\n]{{0,512}})\] {AGENT}"
    ),
    rf"{TIME}{REQUEST}{AGENT}",
    (
        rf"{TIME}\[Client (?P<client>\S{{1,255}}):(?P<port>\d{{1,5}})\] (?P<transport>TCP|UDP) "
        r"(?P<stream_status>\d{3}) (?P<sent>\d{1,20}) (?P<received>\d{1,20}) (?P<session>\d{1,12}\.\d{3}) "
        r"\[Sent-to (?P<sent_to>[^\]\n]{0,512})\] "
        rf"\[Sent (?P<upstream_sent>{SEVERAL})\] \[Received (?P<upstream_received>{SEVERAL})\] "
        rf"\[Time (?P<connect>{SEVERAL})\] ?(?P<protocol>\S{{0,20}}) ?(?P<cipher>\S{{0,100}})"
    ),
)


def parse(text: str, _last_modified_ms: int) -> Parsed | None:
    """Parse one line; return None if it is of none of these layouts."""
    fields = match_layouts(LAYOUTS, text) if text[:1] == "[" and SIGN in text else None
    if fields is None:
        return None
    moment = parse_clf_ms(fields.pop("time"))
    if target := fields.pop("target", None):
        put_path(fields, target)
    return Parsed(fields, moment)


FORMAT = Format(
    "nginx_proxy_manager",
    parse,
    title="Nginx Proxy Manager's access logs, of hosts and of streams",
    specification="Nginx Proxy Manager source, log-proxy.conf and log-stream.conf",
    notes="Its other logs are nginx's own (`nginx_error`). Values in quotes keep their escapes.",
    schema=(
        *list_columns("client.address client.port http.request.method url.* http.response.status_code"),
        Column("server.address", note="the host asked for"),
        Column("http.response.body.size", "bytes"),
        *list_columns("user_agent.original http.request.header.referer network.transport tls.*"),
        Column("nginx.gzip_ratio", decimals=2),
        *list_columns("nginx.session_time_s nginx.upstream.connect_time_s", "s", decimals=3),
        Column("nginx.stream.status"),
        *list_columns("nginx.client.bytes_sent nginx.client.bytes_received nginx.upstream.bytes_*", "bytes"),
        Column("nginx.upstream.*", note="text where there were several servers"),
    ),
    sample=(
        '[04/May/2026:10:00:00 +0000] - 200 200 - GET https shop.example "/a?b=1" [Client 192.0.2.1] [Length 512] '
        '[Gzip 2.50] [Sent-to 10.0.0.12] "curl/8.5" "-"'
    ),
    embedded=Embedded(ANYWHERE, "[", SIGN),
    strong=(
        StrongStart(
            re.compile(
                rb"\[\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d [+-]\d{4}\] "
                rb"(?:\[Client |(?:(?:[A-Z]{3,20}|-) [\d.,: -]{1,200}? )?\d{3} - \S{1,40} [a-z-])"
            ),
            b"[",
            needs=SIGN.encode(),
            words="the time in brackets, and a client, or a status and a dash",
        ),
    ),
    signs=(SIGN,),
)
