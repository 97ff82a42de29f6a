"""Parse plain text, the last resort: a line, with the trace below it, is a record."""

import re
from typing import Any

from log_processor.formats.generic import timed_text
from log_processor.formats.lib.format import Column, Format, Parsed, list_columns
from log_processor.formats.lib.heads import MAX_CHARS, read_head, strip_message
from log_processor.formats.lib.layouts import match_layouts
from log_processor.formats.lib.lazy import compile_lazily
from log_processor.formats.lib.levels import ANY_CASE, WORDS, normalise_level
from log_processor.formats.lib.traces import STARTS
from log_processor.formats.syslog.syslog_rfc3164 import MAX_PRIORITY, put_priority
from log_processor.state import Below

PRIORITY = re.compile(r"<(\d{1,3})>(?:1 (?=\d{10}\.\d)| (?=[\w\[(]))?(?=[^\s<])")
"""A priority, and Meraki's version before the seconds since 1970 or a blank behind it."""
LEVELLED = re.compile(
    rf"(?:({WORDS}|{ANY_CASE}):|({WORDS})(?: {{1,10}}\||\[\d{{4,9}}\])|\[({ANY_CASE})\]:?) +(.*)", re.DOTALL
)
CONSOLE = compile_lazily(r"(trce|dbug|info|warn|fail|crit): ([\w.`+<>-]{1,200})\[-?\d{1,10}\](?:\n +(.*))?", re.DOTALL)
"""Level, category and event id of .NET's console logger, and the message from the lines below."""
BRACKETS = frozenset("[(<")
HEAD_CHARS = len("informational web-1 2026-05-04T10:00:00Z")


def parse(text: str, last_modified_ms: int) -> Parsed:
    """Parse any text; never return None."""
    parsed = timed_text.parse(text, last_modified_ms)
    if parsed is None and (text.find(":", 0, MAX_CHARS) >= 0 or text[:1] in BRACKETS):
        parsed = _parse_priority(text, last_modified_ms) or _parse_head(text, last_modified_ms) or _parse_console(text)
    return parsed or _parse_levelled(text) or Parsed({})


def parse_message(message: str, last_modified_ms: int) -> Parsed:
    """Parse any message; never return None.

    To save time, a message that begins with a small letter is searched for a level and a time only if a colon follows
    within the first characters: `warn: slow`, `web-1 2026-05-04T10:00:00Z ERROR slow`.
    """
    return Parsed({}) if message[:1].islower() and ":" not in message[:HEAD_CHARS] else parse(message, last_modified_ms)


def _parse_priority(text: str, last_modified_ms: int) -> Parsed | None:
    """Parse a priority of syslog with neither a time nor a tag behind it: `<38>User logged in`."""
    match = PRIORITY.match(text) if text[0] == "<" else None
    if match is None or int(match[1]) > MAX_PRIORITY:
        return None
    fields: dict[str, Any] = {}
    level = put_priority(fields, match[1])
    said = parse(text[match.end() :], last_modified_ms)
    return Parsed({"message": text[match.end() :]} | fields | said.fields, said.timestamp_ms, said.level or level)


def _parse_head(text: str, last_modified_ms: int) -> Parsed | None:
    head = read_head(text, last_modified_ms)
    if head is None:
        return None
    fields = {"severity_text": head.level} if head.level else match_layouts(timed_text.LAYOUTS, text, head.end) or {}
    fields = {"message": strip_message(text, head.end), **head.fields, **fields}
    return Parsed(fields, head.timestamp_ms, timed_text.name_level(fields.get("severity_text")))


def _parse_console(text: str) -> Parsed | None:
    match = CONSOLE.fullmatch(text) if text[4:6] == ": " else None
    if match is None:
        return None
    severity, logger, message = match.groups()
    fields = {"severity_text": severity, "log.logger": logger}
    if message:
        fields["message"] = message.replace("\n      ", "\n")
    return Parsed(fields, None, normalise_level(severity))


def _parse_levelled(text: str) -> Parsed | None:
    match = LEVELLED.match(text)
    if match is None:
        return None
    *severities, message = match.groups()
    severity = next(filter(None, severities))
    message = text if severity == "panic" else message  # Go's word is part of the message
    return Parsed({"severity_text": severity, "message": message}, None, normalise_level(severity))


FORMAT = Format(
    "text",
    parse,
    title="Plain text, the last resort: a line, with the trace below it, is a record",
    specification="",
    notes=(
        "A line that begins with a time has the fields of `timed_text`; one that begins with a level (`ERROR: "
        "`, `info: `, `INFO  | `, `[warn] `) these. A time may also stand behind a level, texts in brackets, a "
        "process or words with digits (`[shop][TIME][INFO] `, `app[42]: TIME `, `web-1 TIME ERROR `, `INFO | jvm 1 "
        "| TIME | `), but not behind words of a sentence. Any other line has no fields."
    ),
    schema=(
        *list_columns("severity_text message"),
        *list_columns("syslog.facility.code syslog.severity.code", note="of a priority without a time (`<38>text`)"),
        Column("log.logger", note="of .NET's console (`fail: App.Api[3]`)"),
        *list_columns("process.pid service.name extra", note="before the time"),
        *list_columns("code.file.path code.line.number", note="of SAP HANA, behind labels and a time"),
    ),
    sample="ERROR: no space left",
    embedded=None,
    starts=STARTS,
    below=Below.TRACE,
)
