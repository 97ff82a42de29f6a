"""Parse ArcSight's Common Event Format, which firewalls and other security products send."""

import re
from typing import Any

from log_processor.formats.lib.escapes import undo_escapes
from log_processor.formats.lib.format import ANYWHERE, Column, Embedded, Format, Parsed, StrongStart, list_columns
from log_processor.formats.lib.lazy import compile_lazily
from log_processor.formats.lib.leading import read_whole_time
from log_processor.formats.security.events import convert_pairs, name_level, put_common, split_pairs

PART = r"([^|\\]*(?:\\.[^|\\]*)*)\|"
LINE = compile_lazily(rf"CEF: ?(\d{{1,3}}(?:\.\d)?)\|{PART * 5}([^|]*)(?:\|(.*))?", re.DOTALL)
ESCAPED = re.compile(r"\\([\\=|nrt])")
NUMBERS = frozenset(
    (
        *("spt", "dpt", "cnt", "in", "out", "fsize", "oldFileSize", "spid", "dpid", "dvcpid", "cn1", "cn2", "cn3"),
        *("sourceTranslatedPort", "destinationTranslatedPort"),
    )
)
COMMON = {
    "src": "source.address",
    "spt": "source.port",
    "in": "source.bytes",
    "dst": "destination.address",
    "dpt": "destination.port",
    "out": "destination.bytes",
    "suser": "user.name",
    "duser": "user.name",
    "dvchost": "host.name",
    "act": "event.action",
    "outcome": "event.outcome",
    "proto": "network.transport",
    "request": "url.full",
    "requestMethod": "http.request.method",
    "requestClientApplication": "user_agent.original",
    "msg": "message",
}
TIMES = ("rt", "end", "start")


def parse(text: str, last_modified_ms: int) -> Parsed | None:
    """Parse one event; return None if it has no header of seven parts."""
    match = LINE.fullmatch(text) if text.startswith("CEF:") else None
    if match is None:
        return None
    version, vendor, product, device_version, code, name, severity, extension = match.groups()
    pairs = {name: undo_escapes(value, escaped=ESCAPED) for name, value in split_pairs(extension or "").items()}
    fields: dict[str, Any] = convert_pairs(pairs, NUMBERS)
    parts = {
        "cef.version": version,
        "observer.vendor": vendor,
        "observer.product": product,
        "observer.version": device_version,
        "event.code": code,
        "cef.name": name,
        "severity_text": severity.strip(),
    }
    fields |= {part: undo_escapes(word, escaped=ESCAPED) for part, word in parts.items() if word}
    put_common(fields, COMMON)
    if name:
        fields.setdefault("message", fields["cef.name"])
    moments = (read_whole_time(pairs[time], last_modified_ms) for time in TIMES if time in pairs)
    return Parsed(
        fields, next((moment for moment in moments if moment is not None), None), name_level(severity.strip())
    )


FORMAT = Format(
    "cef",
    parse,
    title="Common Event Format, as ArcSight and most security products write it, bare or in syslog",
    specification="Micro Focus Security ArcSight, Common Event Format: Implementing CEF, version 26",
    notes=(
        "The pairs of the extension stand under their own names, and those of the table beside them. A value ends "
        "before the next name. The time is `rt`, else `end` or `start`. The level is that of the severity: up to 3 "
        "info, up to 6 warn, up to 8 error, then fatal, and the same of Low to Very-High."
    ),
    schema=(
        *list_columns(
            "cef.version cef.name observer.vendor observer.product observer.version event.code severity_text"
        ),
        *list_columns("source.address source.port destination.address destination.port"),
        *list_columns("source.bytes destination.bytes", "bytes"),
        Column("user.name", note="suser, else duser"),
        Column("host.name", note="dvchost"),
        *list_columns("event.action event.outcome network.transport url.full http.request.method user_agent.original"),
        Column("message", note="msg, else the event's name"),
    ),
    sample="CEF:0|Example|Wall|1.0|100|Blocked|7|rt=1777888800000 src=192.0.2.1 dst=198.51.100.1 dpt=443 act=drop",
    keeps_members=True,
    embedded=Embedded(ANYWHERE, "C", "CEF:", own_message=True),
    strong=(
        StrongStart(
            re.compile(rb"CEF: ?\d{1,3}(?:\.\d)?\|[^|]{0,512}\|[^|]{0,512}\|"),
            b"C",
            needs=b"CEF:",
            words="`CEF:`, a version, and bars",
        ),
    ),
    signs=("CEF:",),
)
