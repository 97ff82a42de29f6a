"""Parse the general query log of MySQL and MariaDB."""

import re
from typing import Any

from log_processor.formats.lib.format import Column, Format, Parsed, StrongStart
from log_processor.formats.lib.lazy import compile_lazily
from log_processor.formats.lib.zones import parse_iso_ms
from log_processor.state import Below

COMMANDS = (
    "Sleep|Quit|Init DB|Query|Field List|Create DB|Drop DB|Refresh|Shutdown|Statistics|Processlist|Connect|Kill|Debug"
    "|Ping|Time|Delayed insert|Change user|Binlog Dump(?: GTID)?|Table Dump|Connect Out|Register Slave|Register Replica"
    "|Prepare|Execute|Long Data|Close stmt|Reset stmt|Set option|Fetch|Daemon|Reset connection|clone|Error"
)
TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?(?:Z|[+-]\d\d:\d\d)|\d{6} {1,2}\d{1,2}:\d\d:\d\d"
LINE = re.compile(rf"({TIME}|\t)\t {{0,20}}(\d{{1,18}}) ({COMMANDS})(?:\t(.*))?", re.DOTALL)
STATEMENTS = frozenset({"Query", "Prepare", "Execute"})


def parse(text: str, _last_modified_ms: int) -> Parsed | None:
    """Parse one record; return None if no thread and known command follow a time or a tab."""
    match = LINE.fullmatch(text)
    if match is None:
        return None
    time, thread, command, argument = match.groups()
    fields: dict[str, Any] = {"thread.id": int(thread), "mysql.command": command}
    if argument:
        fields["db.query.text" if command in STATEMENTS else "message"] = argument
    return Parsed(fields, _parse_time(time))


def _parse_time(time: str) -> int | None:
    if time == "\t":
        return None
    if "T" in time:
        return parse_iso_ms(time)
    date, clock = time.split()
    return parse_iso_ms(f"20{date[:2]}-{date[2:4]}-{date[4:]}T{clock:0>8}")


STARTS = compile_lazily(
    rf"(?:{TIME}|\t)\t {{0,20}}\d{{1,18}} (?:{COMMANDS})(?:\t|$)|\S.{{0,300}} started with:".encode()
)
FORMAT = Format(
    "mysql_general",
    parse,
    title="MySQL's and MariaDB's general query log",
    specification="MySQL Reference Manual, The General Query Log",
    notes="Before 5.7 and in MariaDB only the first line of a second has a time, in the server's zone, taken as UTC.",
    schema=(
        Column("thread.id"),
        Column("mysql.command", note="Connect, Query, Quit, …"),
        Column("db.query.text", note="of Query, Prepare and Execute"),
        Column("message", note="what stands behind any other command"),
    ),
    sample="2026-05-04T10:00:00.123456Z\t    8 Query\tSELECT * FROM orders",
    embedded=None,
    starts=STARTS,
    below=Below.ANYTHING,
    is_tabbed=True,
    strong=(
        StrongStart(
            re.compile(rf"(?:{TIME})\t {{0,20}}\d{{1,18}} (?:{COMMANDS})(?:\t|$)".encode()),
            b"012",
            needs=b"\t",
            words="time, a tab, thread and command",
        ),
    ),
    signs=("\t",),
)
