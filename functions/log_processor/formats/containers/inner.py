"""What a container's own line says: the record that a runtime, or `docker compose`, has put into one of its own.

An application's JSON, access line, klog header and the like are the real log: their fields and level stand beside what
the runtime wrote. `message` is the application's text as it wrote it, but of JSON and logfmt, whose members stand under
their own names, it is the one that they have. Tried are the formats that applications write to standard output. The
runtime's time stays the record's: it has a zone, and is one clock for all lines of a node.
"""

from typing import Any

from log_processor.formats.databases import mysql_error, postgresql
from log_processor.formats.generic import json_lines, logfmt, text
from log_processor.formats.lib.format import Parse, Parsed
from log_processor.formats.runtimes import java, klog, python_logging
from log_processor.formats.web import access, apache_error, haproxy, nginx_error

Reading = tuple[str, Parse]
"""A parser, and the words without which it reads nothing: looking for them is cheaper."""
LEVEL_CHARS = len("informational: ")
OBJECTS = frozenset((json_lines.parse, logfmt.parse))
LINES: tuple[Reading, ...] = (('"', access.parse), ("=", logfmt.parse))
DATED: tuple[Reading, ...] = (
    ('"', access.parse),
    (" [", nginx_error.parse),
    ("", java.parse),
    ("", python_logging.parse),
    ("] [", mysql_error.parse),
    (" [", haproxy.parse),
    (":  ", postgresql.parse),
    ("{", json_lines.parse),
    ("=", logfmt.parse),
)
BY_SIGN: dict[str, tuple[Reading, ...]] = {
    "{": (("", json_lines.parse),),
    "[": (("", java.parse), ("", python_logging.parse), ("[", apache_error.parse)),
    **dict.fromkeys("0123456789", DATED),
    **dict.fromkeys("DC", (*LINES, (":", python_logging.parse))),
    **dict.fromkeys("IWEF", (*LINES, (":", python_logging.parse), ("]", klog.parse))),
}
"""The formats that a text may be of, by its first character; others are `LINES`."""


def enclosed(runtime: dict[str, Any], message: str, moment: int | None, near_ms: int) -> Parsed:
    """One record of the fields that the runtime wrote and of what `message` says; the runtime's names come first."""
    parse, found = read(message, near_ms) or (text.parse, text_of(message, near_ms))
    if found.fields:
        runtime = found.fields | runtime
    if parse not in OBJECTS or "message" not in runtime:
        runtime["message"] = message
    found.fields = runtime
    if moment is not None:
        found.timestamp_ms = moment
    return found


def read(message: str, near_ms: int) -> tuple[Parse, Parsed] | None:
    """The parser that reads `message`, of those that applications write for, and what it read; None where none does."""
    for sign, parse in BY_SIGN.get(message[:1], LINES):
        if sign in message and (parsed := parse(message, near_ms)) is not None:
            return parse, parsed
    return None


def text_of(message: str, near_ms: int) -> Parsed:
    """Any text: what begins with a small letter has no time, and a level only where its word ends at once."""
    return Parsed({}) if message[:1].islower() and ": " not in message[:LEVEL_CHARS] else text.parse(message, near_ms)
