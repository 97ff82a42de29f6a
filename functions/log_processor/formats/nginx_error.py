"""nginx error logs (nginx core module, error_log; ngx_log.c's layout).

Schema: severity_text, process.pid, thread.id, nginx.connection (number), message, client.address, server.address (the
virtual host), http.request.method, url.path, url.query, network.protocol.version, nginx.upstream, nginx.host,
http.request.header.referer. Time without a zone counts as UTC.
Sample: 2026/05/04 10:00:00 [error] 42#7: *1 open() "/a" failed (2: No such file or directory), client: 192.0.2.1,
server: a.example
"""

import re
from typing import Any

from log_processor.formats.base import Format
from log_processor.formats.levels import level_of
from log_processor.formats.timestamps import iso_ms
from log_processor.formats.tokens import put_request
from log_processor.record import Parsed

LINE = re.compile(
    r"(\d{4})/(\d\d)/(\d\d) (\d\d:\d\d:\d\d) \[(emerg|alert|crit|error|warn|notice|info|debug)\] "
    r"(\d{1,18})#(\d{1,18}): (?:\*(\d{1,18}) )?(.*)",
    re.DOTALL,
)
NAME = "client|server|request|upstream|host|referrer|subrequest"
CONTEXT = re.compile(rf", ({NAME}): (?:\"([^\"]*)\"|([^,]*))(?=, (?:{NAME}): |$)")
NAMES = {
    "client": "client.address",
    "server": "server.address",
    "upstream": "nginx.upstream",
    "host": "nginx.host",
    "referrer": "http.request.header.referer",
    "subrequest": "nginx.subrequest",
}


def parse(text: str, _near_ms: int) -> Parsed | None:
    """Read one line; None where it has no time, level, process and thread."""
    match = LINE.fullmatch(text)
    if match is None:
        return None
    year, month, day, clock, severity, pid, tid, connection, message = match.groups()
    fields: dict[str, Any] = {"severity_text": severity, "process.pid": int(pid), "thread.id": int(tid)}
    if connection:
        fields["nginx.connection"] = int(connection)
    context = list(CONTEXT.finditer(message)) if ", client: " in message else []
    for name, quoted, bare in (found.groups() for found in context):
        word = quoted if quoted is not None else bare
        if name == "request":
            put_request(fields, word)
        elif word:
            fields[NAMES[name]] = word
    fields["message"] = message[: context[0].start()] if context else message
    return Parsed(fields, iso_ms(f"{year}-{month}-{day}T{clock}"), level_of(severity))


STARTS = re.compile(rb"\d{4}/\d\d/\d\d ")
FORMAT = Format("nginx_error", parse, starts=STARTS)
