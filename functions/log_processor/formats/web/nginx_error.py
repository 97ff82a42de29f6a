"""Parse error logs of nginx."""

import re
from itertools import pairwise
from string import digits
from typing import Any

from log_processor.formats.lib.format import ANYWHERE, Column, Embedded, Format, Parsed, list_columns
from log_processor.formats.lib.groups import get_group_numbers
from log_processor.formats.lib.lazy import compile_lazily
from log_processor.formats.lib.levels import normalise_level
from log_processor.formats.lib.numbers import parse_number
from log_processor.formats.lib.request_line import put_request
from log_processor.formats.lib.zones import parse_iso_ms
from log_processor.formats.web.access import OWN_LINE
from log_processor.state import Below

LEVELS = "emerg|alert|crit|error|warn|notice|info|debug"
LINE = re.compile(
    r"(?P<year>\d{4})/(?P<month>\d\d)/(?P<day>\d\d) (?P<clock>\d\d:\d\d:\d\d) "
    rf"\[(?P<severity>{LEVELS})\] (?P<pid>\d{{1,18}})#(?P<tid>\d{{1,18}}): (?:\*(?P<connection>\d{{1,18}}) )?"
    r"(?P<message>.*)",
    re.DOTALL,
)
HEAD_GROUPS = get_group_numbers(LINE, "year month day clock severity pid tid connection")
UNTIMED = re.compile(rf"nginx: (?:\[({LEVELS})\] |(?=(?:the )?configuration file ))(.*)", re.DOTALL)
ERRNO = re.compile(r"\((\d{1,9}): [^()]{1,300}\)")
QUOTED = r"(?:login|request|subrequest|host|referrer)(?=: \")"
MARK = compile_lazily(rf", (?:(client|server|upstream|{QUOTED}): |bytes from/to client:)")
ORDER = ("client", "server", "login", "request", "subrequest", "upstream", "host", "referrer", None)
RANKS = {name: rank for rank, name in enumerate(ORDER)}
PLAIN_NAMES = ("client", "server", "request", "subrequest", "upstream", "host", "referrer")
PLAIN = compile_lazily(
    r', client: ([^,"\n]*), server: ([^,"\n]*)' + "".join(rf'(?:, {name}: "([^"\n]*)")?' for name in PLAIN_NAMES[2:])
)
"""The usual context: no value holds what could be taken for its own end."""
NAMES = {
    "client": "client.address",
    "login": "user.name",
    "subrequest": "nginx.subrequest",
    "upstream": "nginx.upstream",
    "host": "http.request.header.host",
    "referrer": "http.request.header.referer",
}
LISTENED = re.compile(r"(\d{1,3}(?:\.\d{1,3}){3}|\[[0-9A-Fa-f:.]{2,45}\]):(\d{1,5})")
BYTES = re.compile(r"(\d{1,18})/(\d{1,18}), bytes from/to upstream:(\d{1,18})/(\d{1,18})(?!\w|\.\d)")
BYTES_NAMES = tuple(f"nginx.{peer}.bytes_{way}" for peer in ("client", "upstream") for way in ("received", "sent"))


def parse(text: str, _last_modified_ms: int) -> Parsed | None:
    """Parse one line; return None if it has no time, level, process and thread, and does not begin with `nginx: `."""
    match = LINE.fullmatch(text)
    if match is None:
        early = UNTIMED.fullmatch(text)
        if early is None:
            return None
        fields: dict[str, Any] = {"severity_text": early[1]} if early[1] else {}
        _put_message(fields, early[2])
        return Parsed(fields, None, normalise_level(early[1]))
    year, month, day, clock, severity, pid, tid, connection = match.group(*HEAD_GROUPS)
    fields = {"severity_text": severity, "process.pid": parse_number(pid), "thread.id": parse_number(tid)}
    if connection:
        fields["nginx.connection"] = parse_number(connection)
    _put_message(fields, match["message"])
    return Parsed(fields, parse_iso_ms(f"{year}-{month}-{day}T{clock}"), normalise_level(severity))


def _put_message(fields: dict[str, Any], text: str) -> None:
    """Put the message and the context after it; the last value of the context ends with its line."""
    begin = text.find(", client: ")
    if begin >= 0 and (plain := PLAIN.fullmatch(text, begin)):
        message, others = text[:begin], ""
        for name, value in zip(PLAIN_NAMES, plain.groups(), strict=True):
            if value:
                _put_context(fields, name, value)
    else:
        message, others = _put_marked(fields, text, [] if begin < 0 else _find_marks(text))
    if errno := ERRNO.search(message):
        fields["nginx.errno"] = parse_number(errno[1])
    fields["message"] = message + others


def _put_marked(fields: dict[str, Any], text: str, marks: list[re.Match[str]]) -> tuple[str, str]:
    """Put the context between `marks`, if it is not plain; return the message, and the lines after the context."""
    message, end, others = text, len(text), ""
    for mark in reversed(marks):
        value = text[mark.end() : end]
        if mark is marks[-1]:
            value, line_end, others = value.partition("\n")
            others = line_end + others
        _put_context(fields, mark[1], value[1:].removesuffix('"') if value[:1] == '"' else value)
        message = text[: (end := mark.start())]
    return message, others


def _find_marks(text: str) -> list[re.Match[str]]:
    """Return the marks of the context in their fixed order, such as `, client: ` before `, server: `.

    Requests and file names may hold what looks like a mark. So the context begins at the first client that a server
    follows next, and a mark out of order is none.
    """
    marks = list(MARK.finditer(text))
    names = [mark[1] for mark in marks]
    pairs = (index for index, pair in enumerate(pairwise(names)) if pair == ("client", "server"))
    begin = next(pairs, names.index("client"))
    chosen, highest = [], -1
    for mark in marks[begin:]:
        if (rank := RANKS[mark[1]]) > highest:
            chosen.append(mark)
            highest = rank
    return chosen


def _put_context(fields: dict[str, Any], name: str | None, value: str) -> None:
    if name is None:
        if transferred := BYTES.match(value):
            fields |= zip(BYTES_NAMES, map(parse_number, transferred.groups()), strict=True)
        return
    if name == "request":
        put_request(fields, value)
    elif name == "server" and (listened := LISTENED.fullmatch(value)):
        fields["server.address"], fields["server.port"] = listened[1].strip("[]"), parse_number(listened[2])
    elif value:
        fields[NAMES.get(name, "server.address")] = value


# An image's start scripts, and PHP-FPM, write to the same output.
NEIGHBOURS = rb"/docker-entrypoint|\d\d-[\w-]{1,60}\.\w{2,5}: |\[\d\d-[A-Z][a-z]{2}-\d{4} \d\d:|"
STARTS = compile_lazily(rb"\d{4}/\d\d/\d\d |nginx: |" + NEIGHBOURS + OWN_LINE)
FORMAT = Format(
    "nginx_error",
    parse,
    title="nginx error logs",
    specification="nginx core module, error_log; ngx_log.c's layout, and what the HTTP, mail and stream modules add",
    notes="A time without a zone counts as UTC; what nginx writes before its log is open has none.",
    schema=(
        *list_columns("severity_text process.pid thread.id nginx.connection"),
        Column("message", note="of several lines where Lua, or a program behind FastCGI, wrote some"),
        Column("nginx.errno", note="the 2 of `(2: No such file or directory)`"),
        *list_columns(
            "client.address http.request.method url.* network.protocol.version nginx.subrequest nginx.upstream "
            "http.request.header.host http.request.header.referer",
        ),
        Column("user.name", note="mail"),
        *list_columns(
            "nginx.client.bytes_received nginx.client.bytes_sent nginx.upstream.bytes_received "
            "nginx.upstream.bytes_sent",
            note="streams",
        ),
        Column("server.address", note="the virtual host, or the address that was listened on"),
        *list_columns("server.port http.request.line"),
    ),
    sample=(
        '2026/05/04 10:00:00 [error] 42#7: *1 open() "/a" failed (2: No such file or directory), client: '
        "192.0.2.1, server: a.example"
    ),
    embedded=Embedded(ANYWHERE, digits, " ["),
    starts=STARTS,
    below=Below.ANYTHING,
)
