"""Parse comma-separated rows: below a header line that names a time, or in quotes without one."""

import csv
import re
from collections.abc import Mapping
from typing import Any

from log_processor.formats.lib.format import Column, Format, HeaderLines, Parse, Parsed
from log_processor.formats.lib.lazy import compile_lazily
from log_processor.formats.lib.leading import read_whole_time
from log_processor.formats.lib.levels import ANY_CASE, WORDS, normalise_level
from log_processor.formats.lib.member_levels import LEVEL_SET, find_level
from log_processor.formats.lib.numbers import parse_number
from log_processor.state import Below, Columns

DELIMITERS = ",;\t|"
SEPARATORS = frozenset(delimiter.encode() for delimiter in DELIMITERS)
NAME = re.compile(r"[A-Za-z_@][\w @./()#%:-]{0,60}")
WORD = re.compile(r"\"?[A-Za-z_@][\w@.()#%-]{0,60}\"?")
MIN_COLUMNS = 3
SEPARATE = re.compile(r"[ .-]")
TIMES = (
    *("timestamp", "time", "datetime", "date_time", "date_and_time", "time_stamp", "ts", "date", "event_time"),
    *("eventtime", "log_time", "logtime", "created_at", "timecreated", "time_created", "timegenerated"),
    *("generated_at", "received_at", "logged_at", "updated_at"),
)
MESSAGES = ("message", "msg", "text", "line", "log", "event", "description", "body", "details", "content")
LEVELS = frozenset(key.lower() for key in LEVEL_SET) - {"s", "l", "label"}
LEVEL = compile_lazily(rf"(?:{WORDS}|{ANY_CASE})")
NUMBER = re.compile(r"0|-?[1-9]\d{0,17}")
NOT_CLOSED = "a quote is not closed within 1,000 lines or 256 KiB"
MAX_COLUMNS = 512
FIRST_COLUMNS = 4
"""Without a header line the time stands within so many columns."""


def breaks_off(row: bytes) -> bool:
    """Tell whether a row ends within a text in quotes; a quote within a text without quotes is a plain sign."""
    if row.count(b'"') % 2 == 0:
        return False
    first, *between = row.split(b'"')[::2]
    return (not first.strip() or first.rstrip(b" ")[-1:] in SEPARATORS) and all(
        not piece or (piece.lstrip(b" ")[:1] in SEPARATORS and piece.rstrip(b" ")[-1:] in SEPARATORS)
        for piece in between
    )


def _split(text: str, delimiter: str) -> list[str] | None:
    """Return the columns of a row, whose quotes are removed; None if it is no CSV, or has one column alone."""
    try:
        row = next(csv.reader([text], delimiter=delimiter, skipinitialspace=True), [])
    except csv.Error:
        return None
    return row if 1 < len(row) <= MAX_COLUMNS else None


def _find_delimiter(text: str) -> str:
    """Return the sign that stands most often in the first line of `text`, a comma if none does."""
    return max(DELIMITERS, key=text.partition("\n")[0].count)


def _read_columns(line: str, _columns: Columns | None) -> Columns | None:
    """Return the columns if `line` is a header line: only names, one of a time, and one of a level or a message.

    If each of three names or more is one word, the name of a time is enough.
    """
    if line[:1] not in '"@_' and not line[:1].isalpha():
        return None
    names = _split(line, _find_delimiter(line))
    if names is None or not all(map(NAME.fullmatch, names)):
        return None
    known = {_normalise(name) for name in names}
    if len(known) < len(names) or known.isdisjoint(TIMES):
        return None
    return Columns(names=line) if not known.isdisjoint(LEVELS.union(MESSAGES)) or _are_words(line, len(names)) else None


def _are_words(line: str, count: int) -> bool:
    """Tell whether a line has three names or more, each a word, and no blank between two: no prose is written so."""
    words = line.rstrip("\r").split(_find_delimiter(line))
    return MIN_COLUMNS <= count == len(words) and all(map(WORD.fullmatch, words))


def _normalise(name: str) -> str:
    """Return a column's name as others write it: `@timestamp`, `Date and Time`, `log.level`."""
    return SEPARATE.sub("_", name.removeprefix("@")).lower()


def _bind(columns: Columns | None) -> Parse:
    """Return the parser of the rows below a header line."""
    if columns is None or not columns.names:
        return parse
    delimiter = _find_delimiter(columns.names)
    names = _split(columns.names, delimiter) or []
    has_level = not LEVELS.isdisjoint(map(_normalise, names))

    def parse_row(text: str, last_modified_ms: int) -> Parsed | None:
        words = _split(text, delimiter)
        row = _fit(words, names, text, delimiter)
        is_open = breaks_off(text.encode("utf-8", "replace"))
        if words is None or row is None or (len(row) < len(names) and not is_open):
            return None
        members = {_normalise(name): word for name, word in zip(names, row, strict=False) if word}
        moment, level = _find_time(members, last_modified_ms), find_level(members)
        if moment is None and level is None:
            return None
        if len(words) > len(names) and (moment is None or (has_level and level is None)):
            return None  # a row of other columns
        fields: dict[str, Any] = {name: parse_number(word) for name, word in zip(names, row, strict=False) if word}
        if more := [word for word in row[len(names) :] if word]:
            fields.setdefault("extra", more)
        message = next((members[name] for name in MESSAGES if name in members), None)
        if message:
            fields.setdefault("message", message)
        return Parsed(fields, moment, level, NOT_CLOSED if is_open else None)

    return parse_row


def _fit(row: list[str] | None, names: list[str], text: str, delimiter: str) -> list[str] | None:
    """Return a row without quotes whose last column is a message, with the separators that stand in the message."""
    count = len(names)
    if row is None or len(row) <= count or '"' in text or _normalise(names[-1]) not in MESSAGES:
        return row
    return [*row[: count - 1], text.split(delimiter, count - 1)[-1].strip()]


def _convert(word: str) -> int | str:
    """Return a whole number, if writing it back gives the word."""
    return int(word) if NUMBER.fullmatch(word) else word


def _find_time(members: Mapping[str, str], last_modified_ms: int) -> int | None:
    """Return the first time of a column that is named so; a date and a clock may stand in two."""
    times = [members[name] for name in TIMES if name in members]
    if "date" in members and "time" in members:
        times.insert(0, f"{members['date']} {members['time']}")
    moments = (read_whole_time(word, last_modified_ms) for word in times)
    return next((moment for moment in moments if moment is not None), None)


def parse(text: str, last_modified_ms: int) -> Parsed | None:
    """Parse a row in quotes with a time among its first columns and a level; return None if it is none."""
    row = _split(text, _find_delimiter(text)) if text[:1] == '"' else None
    if row is None:
        return None
    moments = {index: read_whole_time(word, last_modified_ms) for index, word in enumerate(row[:FIRST_COLUMNS])}
    at = next((index for index, moment in moments.items() if moment is not None), None)
    level = next((index for index, word in enumerate(row[:-1]) if LEVEL.fullmatch(word.strip())), None)
    if at is None or level is None:
        return None
    severity = row[level].strip()
    fields: dict[str, Any] = {"severity_text": severity, "message": row[-1]}
    if others := [word for index, word in enumerate(row[:-1]) if index not in {at, level}]:
        fields["extra"] = others
    failure = NOT_CLOSED if breaks_off(text.encode("utf-8", "replace")) else None
    return Parsed(fields, moments[at], normalise_level(severity), failure)


FORMAT = Format(
    "csv",
    parse,
    title="Comma-separated rows with a time",
    specification="RFC 4180",
    notes=(
        "Header-driven: a line of names, one of them of a time (`timestamp`, `Date and Time`, `date` and `time`), "
        "one of a level (`level`, `severity`) or a message (`message`, `msg`), between commas, semicolons, tabs or "
        "bars; or any others, if there are three or more, each of one word, without a blank between. The columns "
        "stand under their own names, numbers as such, empty ones not at all; a last column that is a message may hold "
        "separators without quotes, and columns beyond the names are `extra`. A text in quotes may hold line ends; a "
        "row whose quote is not closed within 1,000 lines and 256 KiB is a reject. Without a header line a row is "
        "recognised if it begins with a quote, and has a time within its first four columns and a level."
    ),
    schema=(
        Column("message", note="where another usual name, or the last column of a row without a header, has it"),
        Column("severity_text", note="of rows without a header line"),
        Column("extra", note="of rows without a header line, or with more columns than it names"),
    ),
    sample='time,level,message\n"2026-05-04 10:00:00","ERROR","no room, again"',
    keeps_members=True,
    embedded=None,
    below=Below.TRACE,
    header_lines=HeaderLines(_read_columns, _bind),
    breaks_off=breaks_off,
)
