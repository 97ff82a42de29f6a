"""Parse server logs of Redis and Valkey, of all versions."""

import re
from string import digits
from typing import Any

from log_processor.formats.lib.format import ANYWHERE, Column, Embedded, Format, Parsed, StrongStart
from log_processor.formats.lib.numbers import parse_number
from log_processor.formats.lib.timestamps import convert_epoch_ms, parse_bsd_ms, parse_dmy_ms
from log_processor.formats.lib.zones import parse_iso_ms
from log_processor.state import Below

TIME = (
    r"(?:(?P<day>\d\d) (?P<month>[A-Z][a-z]{2}) (?:(?P<year>\d{4}) )?(?P<clock>\d\d:\d\d:\d\d(?:\.\d{3})?)"
    r"|(?P<iso>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}(?:Z|[+-]\d\d:\d\d)))"
)
LINE = re.compile(
    rf"(?:\[(?P<old>\d{{1,10}})\]|(?P<pid>\d{{1,10}}):(?P<role>[XCSM])) {TIME} (?P<level>[.\-*#]) ?(?P<message>.*)",
    re.DOTALL,
)
SIGNALLED = ":signal-handler ("
SIGNAL = re.compile(r"(\d{1,10}):signal-handler \((\d{1,12})\) (.*)", re.DOTALL)
ROLES = {"X": "sentinel", "C": "child", "S": "replica", "M": "master"}
LEVELS = {".": "debug", "-": "info", "*": "info", "#": "warn"}


def parse(text: str, last_modified_ms: int) -> Parsed | None:
    """Parse one record; return None if it has no process, time and sign of a level."""
    match = LINE.match(text)
    if match is None:
        signal = SIGNAL.match(text) if SIGNALLED in text else None
        return None if signal is None else _parse_signal(*signal.groups())
    sign, role = match["level"], match["role"]
    fields: dict[str, Any] = {"process.pid": parse_number(match["pid"] or match["old"]), "severity_text": sign}
    if role:
        fields["redis.role"] = ROLES[role]
    fields["message"] = match["message"]
    return Parsed(fields, _parse_time(match, last_modified_ms), LEVELS[sign])


def _parse_signal(pid: str, seconds: str, message: str) -> Parsed:
    """Return the record of a signal handler's line, which has epoch seconds: a handler may not format dates."""
    return Parsed({"process.pid": parse_number(pid), "message": message}, convert_epoch_ms(int(seconds)))


def _parse_time(match: re.Match[str], last_modified_ms: int) -> int | None:
    if match["iso"]:
        return parse_iso_ms(match["iso"])
    if match["year"]:
        return parse_dmy_ms(match["day"], match["month"], match["year"], match["clock"])
    return parse_bsd_ms(match["month"], match["day"], match["clock"], last_modified_ms)


STARTS = re.compile(rb"\d{1,10}:(?:[XCSM] \d|signal-handler \()|\[\d{1,10}\] \d\d [A-Z]")
FORMAT = Format(
    "redis",
    parse,
    title="Redis' and Valkey's server logs, of all versions",
    specification="Redis source, server.c, `serverLogRaw`; redis.conf, `loglevel`",
    notes=(
        "A crash report and the logo at the start have no head of their own: they belong to the event above "
        "them. Levels are those that Redis sends to syslog: verbose is info. The server's own time counts as "
        "UTC where no zone is written, and has no year before version 5."
    ),
    schema=(
        Column("process.pid"),
        Column("redis.role", note="master, replica, sentinel, or child: a process that saves; since 3.0"),
        Column("severity_text", note="`.` debug, `-` verbose, `*` notice, `#` warning"),
        Column("message"),
    ),
    sample="1:M 04 May 2026 10:00:00.123 * Ready to accept connections",
    embedded=Embedded(ANYWHERE, f"[{digits}"),
    starts=STARTS,
    below=Below.ANYTHING,
    strong=(
        StrongStart(
            re.compile(
                rb"\d{1,10}:[XCSM] \d\d [A-Z][a-z]{2} |\d{1,10}:signal-handler \("
                rb"|\[\d{1,10}\] \d\d [A-Z][a-z]{2} (?:\d{4} )?\d\d:"
            ),
            f"{digits}[".encode(),
            needs=b":",
            words="process, role, day and month; or the process in brackets, day, month and clock",
        ),
    ),
)
