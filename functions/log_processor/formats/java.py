"""Java applications' logs: log4j's and logback's usual patterns, Spring Boot's and Tomcat's defaults.

Schema: thread.name, log.logger, process.pid, severity_text, message. Time without a zone counts as UTC.
Sample: 2026-05-04 10:00:00,123 [main] INFO org.example.App - started
"""

import re

from log_processor.formats.base import Format
from log_processor.formats.levels import level_of
from log_processor.formats.timestamps import ctime_ms, iso_ms
from log_processor.record import Parsed

TIME = r"(?P<time>\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?)"
LEVEL = r"(?P<level>TRACE|DEBUG|INFO|WARN|ERROR|FATAL)"
JUL_LEVEL = r"(?P<level>FINEST|FINER|FINE|CONFIG|INFO|WARNING|SEVERE)"
THREAD = r"\[(?P<thread>[^\]\n]*)\]"
LOGGER = r"(?P<logger>[A-Za-z_$][\w$.-]*)"
MESSAGE = r"(?P<message>.*)"
PATTERNS = tuple(
    re.compile(pattern, re.DOTALL)
    for pattern in (
        rf"{TIME} {THREAD} {LEVEL} {{1,2}}(?P<logger>[^\s]+) - {MESSAGE}",
        (
            rf"{TIME} +{LEVEL} +(?P<pid>\d{{1,18}}) --- (?:\[[^\]\n]*\] )?\[ *(?P<thread>[^\]\n]*)\] "
            rf"(?P<logger>[^\s:]+) *: {MESSAGE}"
        ),
        rf"{TIME} {LEVEL} {{1,2}}{THREAD} {LOGGER}(?: -|:) {MESSAGE}",
        rf"{TIME} {LEVEL} {{1,2}}{LOGGER} - {MESSAGE}",
        rf"(?P<time>\d\d-[A-Z][a-z]{{2}}-\d{{4}} \d\d:\d\d:\d\d\.\d{{3}}) {JUL_LEVEL} {THREAD} {LOGGER} {MESSAGE}",
    )
)
BRACKETED = re.compile(rf"\[{TIME}\] {LEVEL} (?P<message>[^\n]*) \((?P<logger>[^\s()]+)\)(?P<trace>\n.*)?", re.DOTALL)


def parse(text: str, _near_ms: int) -> Parsed | None:
    """Read one record; None where it follows none of the patterns."""
    match = BRACKETED.fullmatch(text) if text.startswith("[") else _matched(text)
    if match is None:
        return None
    found = match.groupdict()
    fields: dict[str, str | int] = {
        "log.logger": found["logger"],
        "severity_text": found["level"],
        "message": found["message"] + (found.get("trace") or ""),
    }
    if found.get("thread"):
        fields["thread.name"] = found["thread"]
    if found.get("pid"):
        fields["process.pid"] = int(found["pid"])
    time = found["time"]
    return Parsed(fields, _tomcat_ms(time) if time[2] == "-" else iso_ms(time), level_of(found["level"]))


def _matched(text: str) -> re.Match[str] | None:
    if not text[:2].isdecimal():
        return None
    return next((match for pattern in PATTERNS if (match := pattern.fullmatch(text))), None)


def _tomcat_ms(time: str) -> int | None:
    day, month, year = time[:11].split("-")
    return ctime_ms(month, day, time[12:], year)


STARTS = re.compile(rb"\[?\d{4}-\d\d-\d\d[ T]\d\d:\d\d|\d\d-[A-Z][a-z]{2}-\d{4} \d\d:")
FORMAT = Format("java", parse, starts=STARTS)
