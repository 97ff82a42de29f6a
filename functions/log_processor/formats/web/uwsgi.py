"""Parse the request lines of uWSGI."""

import re

from log_processor.formats.lib.format import ANYWHERE, Column, Embedded, Format, Parsed, StrongStart, list_columns
from log_processor.formats.lib.layouts import compile_layouts, match_layouts
from log_processor.formats.lib.numbers import parse_number
from log_processor.formats.lib.request_line import put_target
from log_processor.formats.lib.timestamps import parse_ctime_ms
from log_processor.formats.lib.tokens import FieldRule
from log_processor.formats.web.access_words import put_client

SIGN = "[pid: "
RULES: dict[str, FieldRule] = {
    "space": ("uwsgi.address_space_bytes", parse_number),
    "rss": ("uwsgi.rss_bytes", parse_number),
    "pid": ("process.pid", parse_number),
    "app": ("uwsgi.app", parse_number),
    "request": ("uwsgi.worker_requests", parse_number),
    "requests": ("uwsgi.requests", parse_number),
    "client": ("client", str),
    "user": ("user.name", str),
    "variables": ("uwsgi.variables", parse_number),
    "variable_bytes": ("uwsgi.variable_bytes", parse_number),
    "time": ("time", str),
    "method": ("http.request.method", str),
    "target": ("target", str),
    "size": ("http.response.body.size", parse_number),
    "ms": ("uwsgi.request_time_ms", parse_number),
    "us": ("uwsgi.request_time_us", parse_number),
    "via": ("uwsgi.via", str),
    "version": ("network.protocol.version", str),
    "status": ("http.response.status_code", parse_number),
    "headers": ("uwsgi.headers", parse_number),
    "header_bytes": ("uwsgi.header_bytes", parse_number),
    "switches": ("uwsgi.switches", parse_number),
    "core": ("uwsgi.core", parse_number),
    "rest": ("extra", str),
}
NUMBER = r"\d{1,20}"
LAYOUTS = compile_layouts(
    RULES,
    (
        rf"(?:\{{address space usage: (?P<space>{NUMBER}) bytes/\d{{1,18}}MB\}} )?"
        rf"(?:\{{rss usage: (?P<rss>{NUMBER}) bytes/\d{{1,18}}MB\}} )?"
        rf"\[pid: (?P<pid>{NUMBER})\|app: (?P<app>-?\d{{1,9}}|-)\|"
        rf"req: (?P<request>-?\d{{1,18}}|-)/(?P<requests>{NUMBER})\] "
        rf"(?P<client>[^()\n]{{0,512}}?) \((?P<user>[^()\n]{{0,255}})\) "
        rf"\{{(?P<variables>{NUMBER}) vars in (?P<variable_bytes>{NUMBER}) bytes\}} "
        r"\[(?P<time>[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4})\] (?P<method>\S{0,64}) (?P<target>\S*) "
        rf"=> generated (?P<size>{NUMBER}) bytes in (?:(?P<ms>{NUMBER}) msecs|(?P<us>{NUMBER}) micros) "
        r"(?:via (?P<via>\w{1,20})\(\) )?\((?:HTTP/)?(?P<version>\S{0,20}) (?P<status>\d{1,3})\) "
        rf"(?P<headers>{NUMBER}) headers in (?P<header_bytes>{NUMBER}) bytes "
        rf"\((?P<switches>{NUMBER}) switches on core (?P<core>{NUMBER})\)(?: (?P<rest>.*))?"
    ),
)


def parse(text: str, _last_modified_ms: int) -> Parsed | None:
    """Parse one line; return None if it is no request line of uWSGI's."""
    fields = match_layouts(LAYOUTS, text) if text[:1] in {"[", "{"} and SIGN in text else None
    if fields is None:
        return None
    _, month, day, clock, year = fields.pop("time").split()
    if client := fields.pop("client", None):
        first, comma, _ = client.partition(",")
        put_client(fields, first, None)
        if comma:
            fields["http.request.header.x-forwarded-for"] = client
    if target := fields.pop("target", None):
        put_target(fields, target, fields.get("http.request.method"))
    return Parsed(fields, parse_ctime_ms(month, day, clock, year))


FORMAT = Format(
    "uwsgi",
    parse,
    title="uWSGI's request lines",
    specification="uWSGI source, core/logging.c, `log_request`",
    notes=(
        "With `memory-report`, `log-x-forwarded-for` and `log-micros` too. The time is the server's own and has no "
        "zone. What uWSGI says when it starts and stops is text; a layout of one's own (`log-format`) is read where "
        "it is an access line."
    ),
    schema=(
        *list_columns("process.pid user.name http.request.method url.* network.protocol.version"),
        Column("client.address", note="the first of a list, which is kept as http.request.header.x-forwarded-for"),
        *list_columns("client.port http.request.header.x-forwarded-for http.response.status_code"),
        Column("http.response.body.size", "bytes"),
        Column("uwsgi.request_time_ms", "ms"),
        Column("uwsgi.request_time_us", "µs"),
        Column("uwsgi.*_bytes", "bytes"),
        Column("uwsgi.*", note="of the worker: its application, requests so far, variables, headers, core"),
        Column("extra", note="what an application added"),
    ),
    sample=(
        "[pid: 42|app: 0|req: 1/3] 192.0.2.1 () {36 vars in 608 bytes} [Mon May  4 10:00:00 2026] GET /a?b=1 => "
        "generated 512 bytes in 12 msecs (HTTP/1.1 200) 3 headers in 95 bytes (1 switches on core 0)"
    ),
    embedded=Embedded(ANYWHERE, "[{", SIGN),
    strong=(
        StrongStart(
            re.compile(
                rb"(?:\{[a-z ]{3,24}: \d{1,20} bytes/\d{1,18}MB\} ){0,2}\[pid: \d{1,20}\|app: [\d-]{1,10}\|req: "
            ),
            b"[{",
            needs=SIGN.encode(),
            words="process, application and request, perhaps behind the memory in use",
        ),
    ),
    signs=(SIGN,),
)
