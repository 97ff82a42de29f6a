"""MySQL and MariaDB error logs (MySQL Reference Manual, Error Log Output Format; MariaDB, Error Log).

Schema: severity_text (System, Note, Warning, ERROR), thread.id, error.code (MY-…), mysql.subsystem, message.
Sample: 2026-05-04T10:00:00.123456Z 0 [Warning] [MY-010068] [Server] CA certificate ca.pem is self signed.
"""

import re
from typing import Any

from log_processor.formats.base import Format
from log_processor.formats.levels import level_of
from log_processor.formats.timestamps import iso_ms
from log_processor.record import Parsed

LEVEL = r"\[(System|Note|Warning|ERROR|Error)\]"
MODERN = re.compile(
    r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?(?:Z|[+-]\d\d:\d\d)) (\d{1,18}) "
    rf"{LEVEL} (?:\[(MY-\d{{6}})\] \[(\w+)\] )?(.*)",
    re.DOTALL,
)
OLD = re.compile(
    r"((?:\d{4}-\d\d-\d\d|\d{6}) {1,2}\d{1,2}:\d\d:\d\d) (?:(\d{1,18}) )?" + rf"{LEVEL} (.*)",
    re.DOTALL,
)
LEVELS = {"System": "info", "Note": "info"}


def parse(text: str, _near_ms: int) -> Parsed | None:
    """Read one line; None where it has no time and level of either layout."""
    code = subsystem = None
    if match := MODERN.fullmatch(text):
        time, thread, severity, code, subsystem, message = match.groups()
    elif match := OLD.fullmatch(text):
        time, thread, severity, message = match.groups()
    else:
        return None
    fields: dict[str, Any] = {"severity_text": severity, "message": message}
    if thread is not None:
        fields["thread.id"] = int(thread)
    if code:
        fields |= {"error.code": code, "mysql.subsystem": subsystem}
    return Parsed(fields, _moment(time), LEVELS.get(severity) or level_of(severity))


def _moment(time: str) -> int | None:
    """Also `260504  9:00:00`: two digits of the year, an hour with one digit after two blanks."""
    if "T" in time:
        return iso_ms(time)
    date, clock = time.split()
    if "-" not in date:
        date = f"20{date[:2]}-{date[2:4]}-{date[4:]}"
    return iso_ms(f"{date}T{clock:0>8}")


STARTS = re.compile(rb"\d{4}-\d\d-\d\d[T ]|\d{6} {1,2}\d{1,2}:")
FORMAT = Format("mysql_error", parse, starts=STARTS)
