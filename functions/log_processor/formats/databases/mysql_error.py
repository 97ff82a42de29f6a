"""Parse error logs of MySQL, Percona Server and MariaDB."""

import re
from string import digits
from typing import Any

from log_processor.formats.lib.format import ANYWHERE, Column, Embedded, Format, Parsed, StrongStart, list_columns
from log_processor.formats.lib.lazy import compile_lazily
from log_processor.formats.lib.levels import normalise_level
from log_processor.formats.lib.numbers import parse_number
from log_processor.formats.lib.zones import parse_iso_ms
from log_processor.state import Below

TIME = (
    r"\d{4}-\d\d-\d\d(?:T| {1,2})\d{1,2}:\d\d:\d\d(?:\.\d{1,6})?(?:Z|[+-]\d\d:\d\d)?"
    r"|\d{6} {1,2}\d{1,2}:\d\d:\d\d"
)
OWN = (
    r"InnoDB: |INNODB MONITOR |WSREP: |server_audit: |(?:/\S{1,200}/)?(?:mysqld|mariadbd)(?:_safe |(?:\[\d{1,9}\])?: )"
)
OWN_WORDS = compile_lazily(OWN)
LINE = re.compile(
    rf"(?P<time>{TIME}) {{1,2}}(?:(?:(?P<thread>\d{{1,18}})|(?P<pointer>0x[0-9a-f]{{1,16}}|[0-9a-f]{{8,16}})) {{1,2}})?"
    r"(?:\[(?P<severity>System|Note|Warning|ERROR|Error)\] (?:\[(?P<code>MY-\d{6})\] )?"
    rf"(?:\[(?P<subsystem>\w{{1,40}})\]:? )?|(?={OWN}))(?P<message>.*)",
    re.DOTALL,
)
SIGNAL = re.compile(r"\d\d:\d\d:\d\d UTC - (?:mysqld|mariadbd) got (?:signal|exception) .*", re.DOTALL)
LEVELS = {"System": "info", "Note": "info"}


def parse(text: str, _last_modified_ms: int) -> Parsed | None:
    """Parse one record; return None if no level follows its time, and no word that only the server writes."""
    match = LINE.match(text)
    if match is None:
        return Parsed({"message": text}, None, "fatal") if SIGNAL.match(text) else None
    if not _is_of_server(match):
        return None
    fields: dict[str, Any] = {"message": match["message"]}
    if severity := match["severity"]:
        fields["severity_text"] = severity
    if thread := match["thread"] or match["pointer"]:
        fields["thread.id"] = parse_number(thread) if match["thread"] else int(thread, 16)
    if match["code"]:
        fields["error.code"] = match["code"]
    if match["subsystem"]:
        fields["mysql.subsystem"] = match["subsystem"]
    return Parsed(fields, _parse_time(match["time"]), LEVELS.get(severity) or normalise_level(severity))


def _is_of_server(match: re.Match[str]) -> bool:
    """Tell whether a level behind the time shows a server: other programs write `2026-05-04 10:00:00 [ERROR] …` too.

    A thread stands before it, the date is that of older servers, or an image's entry point wrote the line.
    """
    if match["severity"] is None or match["thread"] or match["pointer"] or match["time"][4] != "-":
        return True
    return match["subsystem"] == "Entrypoint" or OWN_WORDS.match(match["message"]) is not None


def _parse_time(time: str) -> int | None:
    """Return the time in epoch milliseconds.

    Older servers write `260504  9:00:00`: two digits of the year, and two blanks before an hour of one digit.
    """
    if time[4] == "-" and time[11] != " ":
        return parse_iso_ms(time)
    date, clock = time.split()
    if "-" not in date:
        date = f"20{date[:2]}-{date[2:4]}-{date[4:]}"
    return parse_iso_ms(f"{date}T{clock:0>8}")


STARTS = re.compile(rb"\d{4}-\d\d-\d\d[T ]|\d{6} {1,2}\d{1,2}:|\d\d:\d\d:\d\d UTC - m")
FORMAT = Format(
    "mysql_error",
    parse,
    title="MySQL, Percona Server and MariaDB error logs",
    specification="MySQL Reference Manual, Error Log Output Format; MariaDB, Error Log",
    notes=(
        "From 5.1 (`YYMMDD`, an hour of one digit) to 8, MariaDB, mysqld_safe, InnoDB's and the audit plugin's lines "
        "without a level, and the official images' entry points. Time without a zone counts as UTC."
    ),
    schema=(
        Column("severity_text", note="System, Note, Warning, ERROR"),
        Column("thread.id", note="5.6 writes its process there", drops="MariaDB's `0x` and hexadecimal digits"),
        Column("error.code", note="MY-…"),
        *list_columns("mysql.subsystem message"),
    ),
    sample="2026-05-04T10:00:00.123456Z 0 [Warning] [MY-010068] [Server] CA certificate ca.pem is self signed.",
    embedded=Embedded(ANYWHERE, digits, " ["),
    starts=STARTS,
    below=Below.ANYTHING,
    strong=(
        StrongStart(
            re.compile(
                rb"\d{6} {1,2}\d{1,2}:\d\d:\d\d (?:\d{1,18} |(?:0x)?[0-9a-f]{1,16} )?\[(?:Note|Warning|ERROR)\] "
            ),
            digits.encode(),
            needs=b"] ",
            words="a date of six digits, clock and level in brackets",
        ),
    ),
)
