"""Parse LTSV: `label:value` pairs with a tab between two, as web servers and Fluentd write them."""

import re
from string import ascii_letters
from typing import Any

from log_processor.formats.lib.format import ANYWHERE, Column, Embedded, Format, Parsed, StrongStart, list_columns
from log_processor.formats.lib.members import parse_members
from log_processor.formats.lib.numbers import parse_number
from log_processor.formats.lib.request_line import put_request, put_target
from log_processor.formats.lib.timestamps import parse_any_ms
from log_processor.formats.lib.tokens import ABSENT, FieldRule

TAB = "\t"
LABEL = re.compile(r"[A-Za-z_@][\w@.-]{0,63}:")
MIN_PAIRS = 2
RULES: dict[str, FieldRule] = {
    "host": ("client.address", str),
    "remote_addr": ("client.address", str),
    "forwardedfor": ("http.request.header.x-forwarded-for", str),
    "user": ("user.name", str),
    "method": ("http.request.method", str),
    "status": ("http.response.status_code", parse_number),
    "size": ("http.response.body.size", parse_number),
    "reqsize": ("http.request.size", parse_number),
    "referer": ("http.request.header.referer", str),
    "ua": ("user_agent.original", str),
    "vhost": ("server.address", str),
    "protocol": ("network.protocol.version", lambda protocol: protocol.removeprefix("HTTP/")),
}
"""The labels of an access log that ltsv.org lists, which have the names of other access logs."""
REQUESTS = frozenset({"req", "request"})
TARGETS = frozenset({"uri", "request_uri"})


def parse(text: str, _last_modified_ms: int) -> Parsed | None:
    """Parse one line; return None if it is not made of pairs, or none is a time or a level."""
    pairs = _split(text.rstrip("\r\n")) if TAB in text else None
    if pairs is None:
        return None
    if "status" in pairs and not pairs.keys().isdisjoint(REQUESTS | TARGETS):
        return _read_access(pairs)
    parsed = parse_members({label: parse_number(value) for label, value in pairs.items() if value})
    if parsed.timestamp_ms is None:
        parsed.timestamp_ms = _read_time(pairs)
    return parsed if parsed.timestamp_ms is not None or parsed.level is not None else None


def _split(text: str) -> dict[str, str] | None:
    """Return the values by their labels; None if a piece between tabs has no label, or there is one pair alone."""
    pieces = text.rstrip(TAB).split(TAB)
    if len(pieces) < MIN_PAIRS or not all(map(LABEL.match, pieces)):
        return None
    return {label: value for label, _, value in (piece.partition(":") for piece in pieces)}


def _read_time(pairs: dict[str, str]) -> int | None:
    """Return the time of the label `time`, in brackets or not."""
    return parse_any_ms(pairs.get("time", "").strip("[]"))


def _read_access(pairs: dict[str, str]) -> Parsed | None:
    moment = _read_time(pairs)
    if moment is None:
        return None
    fields: dict[str, Any] = {}
    for label, value in pairs.items():
        if value in ABSENT or label == "time":
            continue
        if label in REQUESTS:
            put_request(fields, value)
        elif label in TARGETS:
            put_target(fields, value, pairs.get("method"))
        else:
            name, convert = RULES.get(label, (label, parse_number))
            fields[label if name in fields else name] = convert(value)
    return Parsed(fields, moment)


FORMAT = Format(
    "ltsv",
    parse,
    title="LTSV: `label:value` pairs with a tab between two",
    specification="ltsv.org, Labeled Tab-separated Values",
    notes=(
        "An access log (`status` beside `req` or `uri`, and a `time`) has its labels under the names of other access "
        "logs; all other pairs stand under their own names, numbers as such. A line without a time and a level is text."
    ),
    schema=(
        *list_columns("client.address user.name http.request.method url.* network.protocol.version"),
        *list_columns("http.request.line", note="what is no request"),
        *list_columns("http.response.status_code server.address user_agent.original"),
        *list_columns("http.request.header.referer http.request.header.x-forwarded-for"),
        *list_columns("http.response.body.size http.request.size", "bytes"),
        Column("message", note="where the text has another usual name"),
    ),
    sample=(
        "time:[04/May/2026:10:00:00 +0000]\thost:192.0.2.1\treq:GET /a?b=1 HTTP/1.1\tstatus:200\tsize:512\tua:curl/8.5"
    ),
    keeps_members=True,
    embedded=Embedded(ANYWHERE, f"{ascii_letters}_@", TAB, own_message=True),
    strong=(
        StrongStart(
            re.compile(rb"time:\[?\d[^\t\n]{9,40}\t[A-Za-z_@][\w@.-]{0,63}:"),
            b"t",
            needs=b"\t",
            words="`time:`, a date, and a label behind a tab",
        ),
    ),
    signs=(TAB,),
)
