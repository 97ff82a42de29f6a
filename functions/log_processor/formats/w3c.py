"""Extended log format, as Microsoft IIS writes it (W3C working draft WD-logfile; IIS, W3C Extended Log File Format).

Header-driven: `#Fields:` names the blank-separated columns and may change in the middle of a file. Times are UTC; `+`
stands for a blank in the user agent and the cookie.
Schema: client.address, server.address, server.port, user.name, http.request.method, url.path, url.query,
http.response.status_code, http.{request,response}.size (bytes), http.request.header.*, user_agent.original,
network.protocol.version, iis.* for the rest (iis.time_taken_ms in milliseconds); `extra` for more words than columns.
Sample: 2026-05-04 10:00:00 10.0.0.1 GET /a b=1 443 - 192.0.2.1 curl/8.5 - 200 0 0 15
"""

from collections.abc import Callable
from typing import Any

from log_processor.formats.base import Format, Header, Parse
from log_processor.formats.directives import read_fields, row_parser
from log_processor.formats.tokens import number
from log_processor.record import Parsed


def _blanks(word: str) -> str:
    return word.replace("+", " ")


RULES: dict[str, tuple[str, Callable[[str], Any]]] = {
    "date": ("", str),
    "time": ("", str),
    "s-ip": ("server.address", str),
    "s-port": ("server.port", number),
    "c-ip": ("client.address", str),
    "c-port": ("client.port", number),
    "cs-username": ("user.name", str),
    "cs-method": ("http.request.method", str),
    "cs-uri-stem": ("url.path", str),
    "cs-uri-query": ("url.query", str),
    "cs-uri": ("url.full", str),
    "sc-status": ("http.response.status_code", number),
    "sc-bytes": ("http.response.size", number),
    "cs-bytes": ("http.request.size", number),
    "time-taken": ("iis.time_taken_ms", number),
    "cs-version": ("network.protocol.version", lambda word: word.removeprefix("HTTP/")),
    "cs-host": ("http.request.header.host", str),
    "cs(Host)": ("http.request.header.host", str),
    "cs(User-Agent)": ("user_agent.original", _blanks),
    "cs(Referer)": ("http.request.header.referer", str),
    "cs(Cookie)": ("http.request.header.cookie", _blanks),
}


def _bind(state: str | None) -> Parse:
    return row_parser((state or "").split(), " ", RULES, _own_name)


def _own_name(column: str) -> str:
    return "iis." + column.lower().replace("(", "_").replace(")", "").replace("-", "_")


def parse(_text: str, _near_ms: int) -> Parsed | None:
    """Rows cannot be read without their header."""
    return None


FORMAT = Format("w3c", parse, header=Header(read_fields, _bind))
