"""Parse plain text, the last resort: a line, with the trace below it, is a record."""

import re

from log_processor.formats.generic import timed_text
from log_processor.formats.lib.format import Column, Format, Parsed, list_columns
from log_processor.formats.lib.levels import ANY_CASE, WORDS, normalise_level
from log_processor.formats.lib.traces import STARTS
from log_processor.state import Below

LEVELLED = re.compile(rf"(?:({WORDS}|{ANY_CASE}):|({WORDS}) {{1,10}}\||\[({ANY_CASE})\]:?) +(.*)", re.DOTALL)
CONSOLE = re.compile(r"(trce|dbug|info|warn|fail|crit): ([\w.`+<>-]{1,200})\[-?\d{1,10}\](?:\n +(.*))?", re.DOTALL)
"""Level, category and event id of .NET's console logger, and the message from the lines below."""
LEVEL_CHARS = len("informational: ")


def parse(text: str, last_modified_ms: int) -> Parsed:
    """Parse any text; never return None."""
    parsed = timed_text.parse(text, last_modified_ms)
    if parsed is not None:
        return parsed
    return _parse_console(text) or _parse_levelled(text) or Parsed({})


def parse_message(message: str, last_modified_ms: int) -> Parsed:
    """Parse any message; never return None.

    To save time, a message that begins with a small letter is not searched for a time. It has a level only if a colon
    follows within the first characters: `warn: slow`.
    """
    return (
        Parsed({}) if message[:1].islower() and ": " not in message[:LEVEL_CHARS] else parse(message, last_modified_ms)
    )


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
    severity = match[1] or match[2] or match[3]
    message = text if severity == "panic" else match[4]  # Go's word is part of the message
    return Parsed({"severity_text": severity, "message": message}, None, normalise_level(severity))


FORMAT = Format(
    "text",
    parse,
    title="Plain text, the last resort: a line, with the trace below it, is a record",
    specification="",
    notes=(
        "A line that begins with a time has the fields of `timed_text`; one that begins with a level (`ERROR: "
        "`, `info: `, `INFO  | `, `[warn] `) these; any other none."
    ),
    schema=(
        *list_columns("severity_text message"),
        Column("log.logger", note="of .NET's console (`fail: App.Api[3]`)"),
        Column("process.pid"),
    ),
    sample="ERROR: no space left",
    embedded=None,
    starts=STARTS,
    below=Below.TRACE,
)
