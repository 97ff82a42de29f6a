"""Parse the request lines of Gin, a web framework for Go."""

import re

from log_processor.formats.lib.durations import GO, parse_go_duration_ms
from log_processor.formats.lib.format import ANYWHERE, Column, Embedded, Format, Parsed, StrongStart, list_columns
from log_processor.formats.lib.layouts import compile_layouts, match_layouts
from log_processor.formats.lib.numbers import parse_number
from log_processor.formats.lib.request_line import put_target
from log_processor.formats.lib.tokens import FieldRule
from log_processor.formats.lib.zones import parse_iso_ms

SIGN = "[GIN] "
RULES: dict[str, FieldRule] = {
    "time": ("time", str),
    "status": ("http.response.status_code", parse_number),
    "latency": ("gin.latency_ms", parse_go_duration_ms),
    "client": ("client.address", str),
    "method": ("http.request.method", str),
    "target": ("target", str),
    "bare": ("target", str),
}
LAYOUTS = compile_layouts(
    RULES,
    (
        r"\[GIN\] (?P<time>\d{4}/\d\d/\d\d - \d\d:\d\d:\d\d) \| {0,3}(?P<status>\d{1,3}) +\| {0,20}"
        rf"(?P<latency>{GO}) *\| {{0,50}}(?P<client>[^\s|]{{0,255}}) *\| {{0,20}}(?P<method>\S{{0,40}}) +"
        r'(?:"(?P<target>[^"\\]*(?:\\.[^"\\]*)*)"|(?P<bare>/\S*))(?:\n.*)?'
    ),
)


def parse(text: str, _last_modified_ms: int) -> Parsed | None:
    """Parse one record; return None if it is no request line of Gin's."""
    fields = match_layouts(LAYOUTS, text) if text.startswith(SIGN) else None
    if fields is None:
        return None
    moment = parse_iso_ms(fields.pop("time").replace(" - ", "T").replace("/", "-"))
    if target := fields.pop("target", None):
        put_target(fields, target, fields.get("http.request.method"))
    return Parsed(fields, moment)


FORMAT = Format(
    "gin",
    parse,
    title="Gin's request lines, with colours or without",
    specification="Gin source, logger.go, `defaultLogFormatter`",
    notes=(
        "The errors that a handler reported stand on the lines below (`Error #01: `) and belong to the record. The "
        "time is the server's own and has no zone. What is in quotes keeps its escapes; older versions write a target "
        "without quotes. Other lines of Gin (`[GIN-debug] `) are text."
    ),
    schema=(
        *list_columns("http.response.status_code client.address http.request.method url.*"),
        Column("gin.latency_ms", "ms", drops="its unit, which is ns, µs, ms, s or composed (`1m2s`)"),
    ),
    sample='[GIN] 2026/05/04 - 10:00:00 | 200 |    1.234567ms |       192.0.2.1 | GET      "/a?b=1"',
    embedded=Embedded(ANYWHERE, "[", SIGN),
    strong=(
        StrongStart(
            re.compile(rb"\[GIN\] \d{4}/\d\d/\d\d - \d\d:\d\d:\d\d \|"),
            b"[",
            needs=SIGN.encode(),
            words="`[GIN] `, date and clock",
        ),
    ),
    signs=(SIGN,),
)
