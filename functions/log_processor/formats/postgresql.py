"""PostgreSQL server logs (PostgreSQL documentation, Error Reporting and Logging: log_line_prefix).

Schema: severity_text (LOG, ERROR, …, and DETAIL, HINT, STATEMENT, CONTEXT, QUERY), process.pid, user.name,
db.namespace, client.address, service.name (application), postgresql.session_line (number), error.code (SQLSTATE),
message. A zone is a name or an offset; a name other than UTC and GMT is not resolved and counts as UTC.
Sample: 2026-05-04 10:00:00.123 UTC [42] app@orders ERROR:  relation "a" does not exist at character 15
"""

import re
from typing import Any

from log_processor.formats.base import Format
from log_processor.formats.levels import level_of
from log_processor.formats.timestamps import iso_ms
from log_processor.record import Parsed

SEVERITIES = "DEBUG[1-5]?|INFO|NOTICE|WARNING|ERROR|LOG|FATAL|PANIC|DETAIL|HINT|STATEMENT|CONTEXT|QUERY|LOCATION"
LINE = re.compile(
    r"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d{1,6})?) ?([A-Z]{2,5}|[+-]\d\d(?::?\d\d)?)? ?"
    r"(?:\[(\d{1,18})(?:-(\d{1,9}))?\]:?)? ?(?:\[(\d{1,9})(?:-\d+)?\] )?"
    rf"([^\n]{{0,300}}?) ?\b({SEVERITIES}):  ?(?:([0-9A-Z]{{5}}): )?(.*)",
    re.DOTALL,
)
OWNERS = re.compile(r"(?:(?P<user>[^\s@,=\[\]]+)@(?P<db>[^\s,=\[\]]+))")
NAMED = re.compile(r"\b(user|db|database|app|client|host)=([^,\s]*)")
NAMES = {
    "user": "user.name",
    "db": "db.namespace",
    "database": "db.namespace",
    "app": "service.name",
    "client": "client.address",
    "host": "client.address",
}
LEVELS = {"LOG": "info", "DETAIL": None, "HINT": None, "STATEMENT": None, "CONTEXT": None, "QUERY": None}


def parse(text: str, _near_ms: int) -> Parsed | None:
    """Read one line; None where it has no time, no severity with a colon, or an unusual prefix between them."""
    match = LINE.fullmatch(text)
    if match is None:
        return None
    time, zone, pid, counted, session_line, prefix, severity, code, message = match.groups()
    if not (pid or zone):
        return None
    fields: dict[str, Any] = {"severity_text": severity, "message": message}
    if pid:
        fields["process.pid"] = int(pid)
    if session_line or counted:
        fields["postgresql.session_line"] = int(session_line or counted)
    if code:
        fields["error.code"] = code
    _put_prefix(fields, prefix)
    offset = zone if zone and zone[0] in "+-" else ""
    level = LEVELS.get(severity, level_of(severity.rstrip("12345")))
    return Parsed(fields, iso_ms(time.replace(" ", "T") + _whole(offset)), level)


def _whole(offset: str) -> str:
    return offset if len(offset) != 3 else f"{offset}:00"


def _put_prefix(fields: dict[str, Any], prefix: str) -> None:
    named = NAMED.findall(prefix)
    for name, value in named:
        if value and not value.startswith("["):
            fields[NAMES[name]] = value
    if not named and (owners := OWNERS.search(prefix)):
        fields["user.name"], fields["db.namespace"] = owners["user"], owners["db"]


STARTS = re.compile(rb"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")
FORMAT = Format("postgresql", parse, starts=STARTS)
