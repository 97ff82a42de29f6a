"""Amazon CloudFront standard logs (Amazon CloudFront Developer Guide, Standard log file fields).

Header-driven: `#Fields:` names the tab-separated columns; without it, the 33 standard ones count. Times are UTC.
Schema: client.address, client.port, http.request.method, server.address (the host asked for), url.path, url.query,
url.scheme, http.response.status_code (0: the viewer was gone), http.{request,response}.size (bytes),
http.request.header.*, user_agent.original (percent-decoded), network.protocol.version, tls.*, aws.cloudfront.* for
the rest; `extra` for more columns.
Sample: 2026-05-04 10:00:00 LAX1 392 192.0.2.1 GET d1.cloudfront.net /a 200 - curl - - Hit … (tabs between)
"""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

from log_processor.formats.base import Format, Header, Parse
from log_processor.formats.directives import read_fields, row_parser
from log_processor.formats.tokens import number
from log_processor.record import Parsed

STANDARD = (
    "date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status cs(Referer) cs(User-Agent) "
    "cs-uri-query cs(Cookie) x-edge-result-type x-edge-request-id x-host-header cs-protocol cs-bytes time-taken "
    "x-forwarded-for ssl-protocol ssl-cipher x-edge-response-result-type cs-protocol-version fle-status "
    "fle-encrypted-fields c-port time-to-first-byte x-edge-detailed-result-type sc-content-type sc-content-len "
    "sc-range-start sc-range-end"
)
START = re.compile(r"\d{4}-\d\d-\d\d\t\d\d:\d\d:\d\d\t[A-Z]{3}\d[\w-]*\t")
RULES: dict[str, tuple[str, Callable[[str], Any]]] = {
    "date": ("", str),
    "time": ("", str),
    "sc-bytes": ("http.response.size", number),
    "c-ip": ("client.address", str),
    "c-port": ("client.port", number),
    "cs-method": ("http.request.method", str),
    "cs(Host)": ("aws.cloudfront.domain_name", str),
    "cs-uri-stem": ("url.path", str),
    "sc-status": ("http.response.status_code", number),
    "cs(Referer)": ("http.request.header.referer", str),
    "cs(User-Agent)": ("user_agent.original", unquote),
    "cs-uri-query": ("url.query", str),
    "cs(Cookie)": ("http.request.header.cookie", str),
    "x-edge-request-id": ("aws.cloudfront.edge_request_id", str),
    "x-host-header": ("server.address", str),
    "cs-protocol": ("url.scheme", str),
    "cs-bytes": ("http.request.size", number),
    "time-taken": ("aws.cloudfront.time_taken_s", number),
    "time-to-first-byte": ("aws.cloudfront.time_to_first_byte_s", number),
    "x-forwarded-for": ("http.request.header.x-forwarded-for", str),
    "ssl-protocol": ("tls.protocol.version", str),
    "ssl-cipher": ("tls.cipher", str),
    "cs-protocol-version": ("network.protocol.version", lambda word: word.removeprefix("HTTP/")),
    "sc-content-type": ("http.response.header.content-type", unquote),
    "sc-content-len": ("http.response.body.size", number),
}


def _read(line: str, state: str | None) -> str | None:
    """Also decides whose header it is: other extended logs have no edge locations."""
    found = read_fields(line, state)
    return None if found and "x-edge-" not in found else found


def _bind(state: str | None) -> Parse:
    return row_parser((state or STANDARD).split(" "), "\t", RULES, _own_name)


def _own_name(column: str) -> str:
    return "aws.cloudfront." + column.removeprefix("x-").replace("-", "_")


STANDARD_ROWS = _bind(None)


def parse(text: str, near_ms: int) -> Parsed | None:
    """Read a row of the standard columns; None where it does not start with date, time and edge location."""
    return STANDARD_ROWS(text, near_ms) if START.match(text) else None


FORMAT = Format("cloudfront", parse, header=Header(_read, _bind))
