"""Parse Zeek's logs below their header lines."""

import re
from typing import Any

from log_processor.formats.lib.format import Column, Format, HeaderLines, Parse, Parsed, list_columns
from log_processor.formats.lib.numbers import parse_decimal, parse_number
from log_processor.formats.lib.request_line import put_path
from log_processor.formats.lib.timestamps import parse_any_ms
from log_processor.formats.security.events import put_common
from log_processor.state import Columns

DIRECTIVE = re.compile(r"#(separator|set_separator|empty_field|unset_field|path|open|close|fields|types)[ \t](.*)")
TAB = "\t"
ABSENT = frozenset(("-", "(empty)", ""))
NUMBERS = frozenset(("count", "int", "port", "double", ""))
"""The types of numbers; a column whose type is not known may hold one too."""
SEVERAL = ("set[", "vector[", "table[")
"""The types of several values; `table` is what Bro called a set before version 2.4."""
COMMON = {
    "id.orig_h": "source.address",
    "id.orig_p": "source.port",
    "orig_bytes": "source.bytes",
    "src": "source.address",
    "id.resp_h": "destination.address",
    "id.resp_p": "destination.port",
    "dst": "destination.address",
    "resp_bytes": "destination.bytes",
    "proto": "network.transport",
    "method": "http.request.method",
    "host": "server.address",
    "status_code": "http.response.status_code",
    "request_body_len": "http.request.body.size",
    "response_body_len": "http.response.body.size",
    "referrer": "http.request.header.referer",
    "user_agent": "user_agent.original",
    "username": "user.name",
    "user": "user.name",
    "query": "dns.question.name",
    "qtype_name": "dns.question.type",
    "rcode_name": "dns.response_code",
    "server_name": "tls.client.server_name",
    "note": "event.code",
    "msg": "message",
}
"""The columns that other formats have too, by their names there."""


def read_columns(line: str, before: Columns | None) -> Columns | None:
    """Return the columns that apply after `line`, or None if it is no directive of Zeek's.

    `#fields` names them, between tabs; `#types` below it adds a colon and the type to each.
    """
    match = DIRECTIVE.match(line)
    if match is None:
        return None
    names = before.names if before is not None else ""
    if match[1] == "fields":
        return Columns(match[2])
    if match[1] == "types" and names and ":" not in names:
        types = match[2].split(TAB)
        return Columns(TAB.join(f"{name}:{kind}" for name, kind in zip(names.split(TAB), types, strict=False)))
    return Columns(names)


def bind(columns: Columns | None) -> Parse:
    """Return the parser of the rows below the header lines; without any no row is read."""
    if columns is None or not columns.names:
        return parse
    pairs = [name.partition(":")[::2] for name in columns.names.split(TAB)]

    def parse_row(text: str, _last_modified_ms: int) -> Parsed | None:
        words = text.rstrip("\r").split(TAB)
        if len(words) != len(pairs):
            return None
        fields = {
            name: _convert(word, kind)
            for word, (name, kind) in zip(words, pairs, strict=True)
            if word not in ABSENT and name != "ts"
        }
        moments = (parse_any_ms(word) for word, (name, _) in zip(words, pairs, strict=True) if name == "ts")
        put_common(fields, COMMON)
        if isinstance(target := fields.get("uri"), str):
            put_path(fields, target)
        return Parsed(fields, next(moments, None))

    return parse_row


def _convert(word: str, kind: str) -> Any:
    if kind.startswith(SEVERAL):
        return word.split(",")
    if kind == "interval":
        return parse_decimal(word)
    return parse_number(word) if kind in NUMBERS else word


def parse(_text: str, _last_modified_ms: int) -> None:
    """Read no row: without header lines nothing says what its columns are."""


FORMAT = Format(
    "zeek",
    parse,
    title="Zeek's (Bro's) logs of connections, requests, notices and the rest",
    specification="Book of Zeek, Zeek Log Formats and Inspection",
    notes=(
        "Header-driven: `#fields` names the columns, `#types` says what they hold, tabs separate them. The columns "
        "stand under their own names, a set or a vector as a list of texts, and the time is `ts`. Zeek's JSON is "
        "`json_lines`."
    ),
    schema=(
        *list_columns("source.address source.port destination.address destination.port network.transport"),
        *list_columns("source.bytes destination.bytes", "bytes"),
        *list_columns("duration rtt", "s", decimals=6),
        *list_columns("http.request.method server.address url.* http.response.status_code user_agent.original"),
        *list_columns("http.request.body.size http.response.body.size", "bytes"),
        *list_columns("http.request.header.referer"),
        *list_columns("user.name dns.question.name dns.question.type dns.response_code tls.client.server_name"),
        Column("event.code", note="the kind of a notice"),
        Column("message", note="of a notice"),
    ),
    sample=(
        "#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\n"
        "1777888800.123456\tCHhAvVGS1DHFjwGM9\t192.0.2.1\t4242\t198.51.100.1\t443\ttcp"
    ),
    keeps_members=True,
    embedded=None,
    header_lines=HeaderLines(read_columns, bind),
)
