"""Parse access logs of Apache and nginx, common and combined."""

import re
from string import ascii_letters, digits
from typing import Any

from log_processor.formats.lib.format import ANYWHERE, Column, Embedded, Format, Parsed, StrongStart, list_columns
from log_processor.formats.lib.groups import get_group_numbers
from log_processor.formats.lib.lazy import compile_lazily
from log_processor.formats.lib.numbers import parse_number
from log_processor.formats.lib.request_line import put_request
from log_processor.formats.lib.timestamps import parse_clf_ms
from log_processor.formats.web import envoy
from log_processor.formats.web.access_brief import STARTS as BRIEF_LINE
from log_processor.formats.web.access_brief import parse as parse_brief
from log_processor.formats.web.access_client import put_head
from log_processor.formats.web.access_custom import parse as parse_custom
from log_processor.formats.web.access_entry import ENTRY, PARTS, put_entry
from log_processor.formats.web.access_squid import parse as parse_squid
from log_processor.formats.web.access_time import CLF, TIME, parse_time_ms
from log_processor.formats.web.access_usual import parse_usual
from log_processor.formats.web.access_words import put_client

LINE = re.compile(
    rf'(?:(?P<vhost>[^\s:,"\[]++:\d{{1,5}}) )?(?P<client>[^\s,"\[(]+) (?P<ident>\S+) (?P<user>[^\s"\[]+) '
    rf"\[(?P<time>{CLF})\] {ENTRY}",
    re.DOTALL,
)
SSL_REQUEST = compile_lazily(
    rf'\[{TIME}\] (?P<client>\S+) (?P<protocol>(?:SSL|TLS)v[\d.]+|-) (?P<cipher>\S+) "(?P<request>.*)" '
    r"(?P<size>\d{1,18}|-)",
    re.DOTALL,
)
CLIENT_GROUPS = get_group_numbers(LINE, "client vhost ident user")
ENTRY_GROUPS = get_group_numbers(LINE, " ".join(PARTS))
TIME_END = "] "
VERSION = " HTTP/"
PLAIN_LINE = rb'[^\s"]{1,255} [^\s"]{1,255} [^"\[]{1,255} \[\d\d?/[A-Z][a-z]{2}/\d{4}'
OWN_LINE = PLAIN_LINE + rb'|\{"'
"""How access lines begin, plain or in JSON, that stand among the records of an error log in a container's output."""
SERVED_LINE = PLAIN_LINE + b"|" + BRIEF_LINE
"""How access lines of Python's servers begin, which stand among what the servers and their applications log."""


def parse(text: str, _last_modified_ms: int) -> Parsed | None:
    """Parse one line; return None if it is not an access line."""
    return parse_usual(text) or parse_any(text)


def parse_any(text: str) -> Parsed | None:
    """Parse an access line of any kind; return None if it is none."""
    match = LINE.fullmatch(text)
    if match is None:
        return _parse_odd(text) or _parse_other(text)
    client, vhost, ident, user = match.group(*CLIENT_GROUPS)
    fields: dict[str, Any] = {}
    if ident == "-" or put_head(fields, text[: match.start("time") - 1]) is None:
        put_client(fields, client, vhost)
        if ident != "-":
            fields["ident"] = ident
        if user != "-":
            fields["user.name"] = user
    put_entry(fields, *match.group(*ENTRY_GROUPS))
    return Parsed(fields, parse_clf_ms(match["time"]))


def put_access_line(fields: dict[str, Any], line: str, last_modified_ms: int) -> int | None:
    """Put the parts of an access line that is another record's message, if it is one; return its time.

    The record's own fields win.
    """
    parsed = parse(line, last_modified_ms)
    if parsed is None:
        return None
    fields |= {name: value for name, value in parsed.fields.items() if name not in fields}
    return parsed.timestamp_ms


def _parse_other(text: str) -> Parsed | None:
    return parse_squid(text) if text[10:11] == "." else parse_brief(text)


def _parse_odd(text: str) -> Parsed | None:
    """Parse a line whose time, or what stands around it, is not that of Common Log Format, unless it is Envoy's."""
    if text[:1] == "[":
        if envoy.parse(text, 0) is not None:
            return None
        if (request := _parse_ssl(text)) is not None:
            return request
    may_be_request = text[:1] != "{" and (VERSION in text or ('"' in text and TIME_END in text))
    return parse_custom(text) if may_be_request else None


def _parse_ssl(text: str) -> Parsed | None:
    """Parse a line of mod_ssl: `%t %h %{SSL_PROTOCOL}x %{SSL_CIPHER}x "%r" %b`."""
    match = SSL_REQUEST.fullmatch(text)
    if match is None:
        return None
    fields: dict[str, Any] = {}
    put_client(fields, match["client"], None)
    for part, name in (("protocol", "tls.protocol.version"), ("cipher", "tls.cipher")):
        if match[part] != "-":
            fields[name] = match[part]
    put_request(fields, match["request"])
    if match["size"] != "-":
        fields["http.response.body.size"] = parse_number(match["size"])
    return Parsed(fields, parse_time_ms(match))


FORMAT = Format(
    "combined",
    parse,
    title="Apache and nginx access logs, common and combined",
    specification="Apache mod_log_config; nginx ngx_http_log_module",
    notes=(
        "Also what other servers write like them, with a virtual host before or more behind (see "
        "`access_tail`), and layouts of one's own (see `access_custom`): a time, then a request, and a status "
        "behind or right before it, with any parts between. Times in ISO 8601, as HTTP has them, in seconds "
        "since 1970 or without a zone (UTC), lines of fewer parts (see `access_brief`), Squid's own (see "
        "`access_squid`), and mod_ssl's request log. A method is a listed one, or any in capitals before a "
        "version. Values in quotes keep their escapes. There is no level."
    ),
    schema=(
        Column("client.address", note="the first of a list, which is kept as http.request.header.x-forwarded-for"),
        Column("client.port"),
        Column("network.peer.address", note="a proxy, where both are written"),
        *list_columns("ident user.name http.request.method url.* network.protocol.version"),
        Column("http.request.line", note="what is no request"),
        Column("http.response.status_code", note="0: there was no answer", drops="the zeros of `000`"),
        Column("http.response.body.size", "bytes"),
        *list_columns("http.request.header.referer user_agent.original tls.protocol.version tls.cipher"),
        Column("server.address", note="a virtual host"),
        *list_columns("server.port traefik.* haproxy.* squid.* nginx.upstream.*"),
        Column("haproxy.*_ms", "ms"),
        Column("nginx.upstream.*_s", "s", decimals=3),
        Column("http.request.header.x-forwarded-for", note="a list of clients"),
        Column("morgan.response_time_ms", "ms"),
        Column("network.protocol.name"),
        Column("http.response.size", "bytes"),
        Column("http.response.header.content-type"),
        Column("nginx.request_time_s", "s", decimals=3),
        Column("http.request.size", "bytes"),
        Column("apache.request_time_s", "s"),
        Column("apache.request_time_us", "µs"),
        Column("http.request.id"),
        Column("nginx.gzip_ratio", decimals=2),
        Column("extra", note="words whose meaning is not known"),
    ),
    sample='192.0.2.1 - ann [04/May/2026:10:00:00 +0000] "GET /a?b=1 HTTP/1.1" 200 512 "-" "curl/8.5"',
    embedded=Embedded(ANYWHERE, f'{ascii_letters}{digits}-":*_[\ufeff', '"'),
    strong=tuple(
        StrongStart(
            re.compile(rb'(?:[^\s:,"\[]++:\d{1,5} )?[^\s,"\[]++ \S+ [^"\[]{1,255} ?\[' + CLF.encode() + quote),
            f'{ascii_letters}{digits}-":*_'.encode(),
            needs=quote.replace(b"\\", b""),
            words="client, two words, the time with its zone in brackets, and a quote",
        )
        for quote in (rb'\] "', rb'\]"')
    ),
)
