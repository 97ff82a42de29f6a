"""Parse access logs of Apache and nginx, common and combined."""

import re
from string import ascii_letters, digits
from typing import Any

from log_processor.formats.lib.format import ANYWHERE, Column, Embedded, Format, Parsed, StrongStart, list_columns
from log_processor.formats.lib.groups import get_group_numbers
from log_processor.formats.lib.request_line import put_request
from log_processor.formats.lib.timestamps import parse_clf_ms, parse_iso_ms
from log_processor.formats.web.access_brief import STARTS as BRIEF_LINE
from log_processor.formats.web.access_brief import parse as parse_brief
from log_processor.formats.web.access_client import put_client, put_head
from log_processor.formats.web.access_squid import parse as parse_squid
from log_processor.formats.web.access_tail import put_tail

# A quote ends its text only where a field can end; a request's last quote stands before a status. All is possessive:
# there is one way to read a line.
INSIDE = r'[^"\\]*+(?:(?:\\(?:.|\Z)|"(?! |\Z))[^"\\]*+)*+'
REQUEST = r'"(?P<request>[^"\\]*+(?:(?:\\.|"(?! (?:\d{3}|-) [\d-]))[^"\\]*+)*+)"'
PAIR = rf' "(?P<referer>{INSIDE})" "(?P<agent>{INSIDE})(?:"|\Z)'
ENTRY = rf"{REQUEST} (?P<status>\d{{3}}|-) (?P<size>\d{{1,18}}|-)(?:{PAIR})?(?P<rest> .*)?"
CLF = r"\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d [+-]\d{4}"
ZONE = r"(?:Z| ?[+-]\d\d:?\d\d)?"
TIME = (
    r"(?:(?:[A-Z][a-z]{2}, )?(?P<day>\d{1,2})[/ ](?P<month>[A-Z][a-z]{2})[/ ](?P<year>\d{4})[: ]"
    rf"|(?P<date>\d{{4}}-\d\d-\d\d)[T ])(?P<clock>\d\d:\d\d:\d\d(?:[.,]\d{{1,9}})?)(?P<zone>{ZONE})(?: [A-Z]{{1,5}})?"
)
LINE = re.compile(
    rf'(?:(?P<vhost>[^\s:,"\[]++:\d{{1,5}}) )?(?P<client>[^\s,"\[]+) (?P<ident>\S+) (?P<user>[^\s"\[]+) '
    rf"\[(?P<time>{CLF})\] {ENTRY}",
    re.DOTALL,
)
MOMENT = re.compile(rf' \[{TIME}\] (?=")')
REST = re.compile(ENTRY, re.DOTALL)
CUT = re.compile(r'"([A-Z]{3,20} [^"]*+)(?:" ?(?:(\d{3}) ?|\d{0,2}|-))?', re.DOTALL)
DISTANT_PAIR = re.compile(rf'(?P<before>(?: [^\s"]{{1,200}}){{1,4}}){PAIR}(?P<after> .*)?', re.DOTALL)
SSL_REQUEST = re.compile(
    rf'\[{TIME}\] (?P<client>\S+) (?P<protocol>(?:SSL|TLS)v[\d.]+|-) (?P<cipher>\S+) "(?P<request>.*)" '
    r"(?P<size>\d{1,18}|-)",
    re.DOTALL,
)
CLIENT_GROUPS = get_group_numbers(LINE, "client vhost ident user")
ENTRY_NAMES = "request status size referer agent rest"
ENTRY_GROUPS, REST_GROUPS = get_group_numbers(LINE, ENTRY_NAMES), get_group_numbers(REST, ENTRY_NAMES)
REQUEST_START = '] "'
PLAIN_LINE = rb'[^\s"]{1,255} [^\s"]{1,255} [^"\[]{1,255} \[\d\d?/[A-Z][a-z]{2}/\d{4}'
OWN_LINE = PLAIN_LINE + rb'|\{"'
"""How access lines begin, plain or in JSON, that stand among the records of an error log in a container's output."""
SERVED_LINE = PLAIN_LINE + b"|" + BRIEF_LINE
"""How access lines of Python's servers begin, which stand among what the servers and their applications log."""


def parse(text: str, _last_modified_ms: int) -> Parsed | None:
    """Parse one line; return None if it is not an access line."""
    match = LINE.fullmatch(text)
    if match is None:
        odd = _parse_odd(text) if REQUEST_START in text else _parse_ssl(text) if text[:1] == "[" else None
        return odd or _parse_other(text)
    client, vhost, ident, user = match.group(*CLIENT_GROUPS)
    fields: dict[str, Any] = {}
    put_client(fields, client, vhost)
    if ident != "-":
        fields["ident"] = ident
    if user != "-":
        fields["user.name"] = user
    _put_request(fields, *match.group(*ENTRY_GROUPS))
    return Parsed(fields, parse_clf_ms(match["time"]))


def _parse_other(text: str) -> Parsed | None:
    return parse_squid(text) if text[10:11] == "." else parse_brief(text)


def _parse_odd(text: str) -> Parsed | None:
    """Parse a line whose time, or what stands before it, has an unusual shape."""
    moment = MOMENT.search(text)
    if moment is None:
        return None
    fields: dict[str, Any] = {}
    if not put_head(fields, text[: moment.start()]) or not _put_rest(fields, text, moment.end()):
        return None
    return Parsed(fields, _parse_time(moment))


def _put_rest(fields: dict[str, Any], text: str, position: int) -> bool:
    """Put what follows the time, and tell whether it is a request.

    A line may be cut off within the request or after it.
    """
    if whole := REST.fullmatch(text, position):
        _put_request(fields, *whole.group(*REST_GROUPS))
    elif cut := CUT.fullmatch(text, position):
        _put_request(fields, cut[1], cut[2] or "-")
    else:
        return False
    return True


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
        fields["http.response.body.size"] = int(match["size"])
    return Parsed(fields, _parse_time(match))


def _parse_time(match: re.Match[str]) -> int | None:
    clock, zone = match["clock"], match["zone"].strip()
    if match["date"]:
        return parse_iso_ms(f"{match['date']}T{clock}{zone}")
    date = f"{match['day']:0>2}/{match['month']}/{match['year']}"
    seconds = parse_clf_ms(f"{date}:{clock[:8]} {zone.replace(':', '') or '+0000'}")
    return None if seconds is None else seconds + int(clock[9:12].ljust(3, "0"))


def _put_request(
    fields: dict[str, Any],
    request: str,
    status: str,
    size: str = "-",
    referer: str | None = None,
    agent: str | None = None,
    rest: str | None = None,
) -> None:
    """Put the request, status, size, referer and user agent, and the rest of the line."""
    put_request(fields, request)
    if status != "-":
        fields["http.response.status_code"] = int(status)
    if size != "-":
        fields["http.response.body.size"] = int(size)
    if rest:
        referer, agent, rest = _separate_agent(referer, agent, rest)
    if referer and referer != "-":
        fields["http.request.header.referer"] = referer
    if agent and agent != "-":
        fields["user_agent.original"] = agent
    if rest:
        put_tail(fields, rest)


def _separate_agent(referer: str | None, agent: str | None, rest: str) -> tuple[str | None, str | None, str]:
    """Return referer, user agent and what is left of `rest`, in which the two may follow after other words."""
    if agent is None and (pair := DISTANT_PAIR.fullmatch(rest)):
        referer, agent = pair.group("referer", "agent")
        rest = pair["before"] + (pair["after"] or "")
    if agent is not None and rest.count('"') % 2:
        agent, rest = _extend_agent(agent, rest)
    return referer, agent, rest


def _extend_agent(agent: str, rest: str) -> tuple[str, str]:
    """Return a user agent with unescaped quotes up to its real end, and what follows it.

    The real end is the next quote that closes a text: no blank before it, a blank or nothing after it.
    """
    more, quote, after = rest.partition('"')
    closes = quote and more[-1:] != " " and after[:1] in {"", " "}
    return (f'{agent}"{more}', after) if closes else (agent, rest)


FORMAT = Format(
    "combined",
    parse,
    title="Apache and nginx access logs, common and combined",
    specification="Apache mod_log_config; nginx ngx_http_log_module",
    notes=(
        "Also what other servers write like them, with a virtual host before or more behind (see "
        "`access_tail`), times in ISO 8601, as HTTP has them or without a zone (UTC), lines of fewer parts "
        "(see `access_brief`), Squid's own (see `access_squid`), and mod_ssl's request log. Values in quotes "
        "keep their escapes. There is no level."
    ),
    schema=(
        Column("client.address", note="the first of a list, which is kept as http.request.header.x-forwarded-for"),
        Column("client.port"),
        Column("network.peer.address", note="a proxy, where both are written"),
        *list_columns("ident user.name http.request.method url.* network.protocol.version"),
        Column("http.request.line", note="what is no request"),
        Column("http.response.status_code"),
        Column("http.response.body.size", "bytes"),
        *list_columns("http.request.header.referer user_agent.original tls.protocol.version tls.cipher"),
        Column("server.address", note="a virtual host"),
        *list_columns("server.port traefik.* haproxy.* squid.* nginx.upstream.*"),
        Column("haproxy.*_ms", "ms"),
        Column("nginx.upstream.*_s", "s"),
        Column("http.request.header.x-forwarded-for", note="a list of clients"),
        Column("morgan.response_time_ms", "ms"),
        Column("network.protocol.name"),
        Column("http.response.size", "bytes"),
        Column("http.response.header.content-type"),
        Column("nginx.request_time_s", "s"),
        Column("http.request.size", "bytes"),
        Column("apache.request_time_s", "s"),
        Column("apache.request_time_us", "µs"),
        *list_columns("http.request.id nginx.gzip_ratio"),
        Column("extra", note="words whose meaning is not known"),
    ),
    sample='192.0.2.1 - ann [04/May/2026:10:00:00 +0000] "GET /a?b=1 HTTP/1.1" 200 512 "-" "curl/8.5"',
    embedded=Embedded(ANYWHERE, f'{ascii_letters}{digits}-":*_\ufeff', '"'),
    strong=(
        StrongStart(
            re.compile(rb'(?:[^\s:,"\[]++:\d{1,5} )?[^\s,"\[]++ \S+ [^"\[]{1,255} ?\[' + CLF.encode() + rb'\] "'),
            f'{ascii_letters}{digits}-":*_'.encode(),
            needs=b'] "',
            words="client, two words, the time with its zone in brackets, and a quote",
        ),
    ),
)
