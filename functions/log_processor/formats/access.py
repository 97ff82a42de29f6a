"""Apache and nginx access logs, common and combined (Apache mod_log_config; nginx ngx_http_log_module).

Schema: client.address (the first of a list, which is kept as http.request.header.x-forwarded-for), server.address and
server.port (of a virtual host prefix), user.name, http.request.method, url.path, url.query, network.protocol.version,
http.response.status_code (number), http.response.body.size (bytes), http.request.header.referer, user_agent.original.
Sample: 192.0.2.1 - ann [04/May/2026:10:00:00 +0000] "GET /a?b=1 HTTP/1.1" 200 512 "-" "curl/8.5"
"""

import re
from typing import Any

from log_processor.formats.base import Format
from log_processor.formats.timestamps import clf_ms
from log_processor.record import Parsed

QUOTED = r'"((?:[^"\\]|\\.)*)"'
LINE = re.compile(
    r"(?:(?P<vhost>[^\s,]+:\d{1,18}) )?(?P<client>[^\s,]+(?:, ?[^\s,]+)*) (?P<ident>\S+) (?P<user>[^\[\"]*?) "
    r"\[(?P<time>\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d [+-]\d{4})\] "
    rf"{QUOTED} (?P<status>\d{{3}}|-) (?P<size>\d{{1,18}}|-)(?: {QUOTED} {QUOTED})?(?P<rest> .*)?",
    re.DOTALL,
)


def parse(text: str, _near_ms: int) -> Parsed | None:
    """Read one line; None where it is not an access line."""
    match = LINE.fullmatch(text)
    if match is None:
        return None
    vhost, clients, ident, user, time, request, status, size, referer, agent, rest = match.groups()
    fields = _read_client(clients, vhost)
    if ident != "-":
        fields["ident"] = ident
    if user != "-":
        fields["user.name"] = user
    _read_request(request, fields)
    if status != "-":
        fields["http.response.status_code"] = int(status)
    if size != "-":
        fields["http.response.body.size"] = int(size)
    if referer and referer != "-":
        fields["http.request.header.referer"] = referer
    if agent and agent != "-":
        fields["user_agent.original"] = agent
    if rest:
        fields["extra"] = rest[1:]
    return Parsed(fields, clf_ms(time))


def _read_client(clients: str, vhost: str | None) -> dict[str, Any]:
    fields: dict[str, Any] = {"client.address": clients.partition(",")[0]}
    if "," in clients:
        fields["http.request.header.x-forwarded-for"] = clients
    if vhost:
        fields["server.address"], _, port = vhost.rpartition(":")
        fields["server.port"] = int(port)
    return fields


def _read_request(request: str, fields: dict[str, Any]) -> None:
    words = request.split(" ")
    if len(words) != 3 or not words[2].startswith("HTTP/"):
        if request not in {"", "-"}:
            fields["http.request.line"] = request
        return
    method, target, protocol = words
    fields["http.request.method"] = method
    path, mark, query = target.partition("?")
    fields["url.path"] = path
    if mark:
        fields["url.query"] = query
    fields["network.protocol.version"] = protocol[5:]


FORMAT = Format("combined", parse)
