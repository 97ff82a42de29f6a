"""Parse JSON lines: one object a line, bare or behind a prefix of a program that passes lines on."""

import json
import re
from collections.abc import Callable
from string import digits
from typing import Any

import orjson

from log_processor.formats.generic import text as plain_text
from log_processor.formats.lib.embedding import may_be_line
from log_processor.formats.lib.format import (
    ANYWHERE,
    Carrier,
    CarrierKind,
    Column,
    Embedded,
    Format,
    Parsed,
    ReadMessage,
    StrongStart,
    list_columns,
    read_nothing,
)
from log_processor.formats.lib.members import parse_members
from log_processor.formats.lib.numbers import load_json, load_json_exactly
from log_processor.formats.lib.timestamps import parse_any_ms

BEFORE = re.compile(
    r"\ufeff?(?:([A-Za-z0-9][\w.-]{0,127}) {1,128}\| )?"
    r"(?:\[?(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?)\]?[ \t]{1,8}"
    r"(?:([\w.*-]{1,128})\t)?)?(?=\{)"
)
OBJECT = re.compile(rb'\{ ?"')


def parse(text: str, last_modified_ms: int, read: ReadMessage = read_nothing) -> Parsed | None:
    """Parse one line; return None if it is not one JSON object, bare or after a name or a time."""
    members = parse_object(text)
    if members is not None:
        return _parse_members(members, last_modified_ms, read)
    before = BEFORE.match(text)
    if not before or (members := parse_object(text[before.end() :])) is None:
        return None
    container, time, tag = before.groups()
    parsed = _parse_members(members, last_modified_ms, read)
    members = parsed.fields
    for name, value in (("container.name", container), ("fluent.tag", tag)):
        if value:
            members.setdefault(name, value)
    if parsed.timestamp_ms is None and time:
        parsed.timestamp_ms = parse_any_ms(time)
    return parsed


def _parse_members(members: dict[str, Any], last_modified_ms: int, read: ReadMessage) -> Parsed:
    """Return the members, and what the line says that a shipper put into `log` or `message`, if a format reads it."""
    log, message = members.get("log"), members.get("message")
    is_log, has_message = isinstance(log, str), "message" in members
    line = log if is_log else message
    parsed = parse_members(members)
    if not isinstance(line, str) or read is read_nothing:
        return parsed
    is_line = may_be_line(line.removeprefix(" "), is_output=is_log)
    if is_line or parsed.level is None or parsed.timestamp_ms is None:
        reader = read if is_line else read_nothing
        _put_line(parsed, line.rstrip("\r\n"), last_modified_ms, reader, has_message=has_message)
    return parsed


def _put_line(parsed: Parsed, line: str, last_modified_ms: int, read: ReadMessage, *, has_message: bool) -> None:
    """Put what `line` says beside the members, which win; its level and time count only if no member has one.

    If no format reads it, they are read as those of a container's line. If the members have no `message`, the line's
    is it.
    """
    answer = read(line.removeprefix(" "), last_modified_ms)  # rsyslog keeps the blank that stood behind the tag
    if not has_message:
        parsed.fields["message"] = line
    if answer is not None:
        embedded, said_line = answer
        parsed.fields = said_line.fields | parsed.fields
        if not has_message and embedded.own_message:
            parsed.fields["message"] = said_line.fields.get("message") or line
    else:
        said_line = plain_text.parse_message(line, last_modified_ms)
    parsed.level = parsed.level or said_line.level
    if parsed.timestamp_ms is None:
        parsed.timestamp_ms = said_line.timestamp_ms


def parse_object(text: str, needed: str = "") -> dict[str, Any] | None:
    """Return the members of the JSON object that `text` is, or None if it is none.

    A text without `needed` in it is not even tried.
    """
    if text.lstrip()[:1] != "{" or needed not in text:
        return None
    try:
        members = load_json(text)
    except ValueError:
        members = _parse_leniently(text)
    return members if isinstance(members, dict) else None


def _parse_leniently(text: str) -> Any:
    """Return the value of a JSON text that orjson refuses; None if the standard library refuses it too.

    - NaN, infinities, and numbers that cannot be stored as they are written, become text.
    - A lone surrogate becomes `?`.
    - One comma at the end is ignored: the line may be part of an array whose brackets stand on other lines.

    For example, `{"a": NaN},` becomes `{"a": "NaN"}`.
    """
    try:
        members = load_json_exactly(text.rstrip().removesuffix(","))
        return load_json_exactly(json.dumps(members, ensure_ascii=False).encode("utf-8", "replace").decode())
    except (ValueError, RecursionError):
        return None


def is_object(line: bytes) -> bool:
    """Tell whether a line is one whole JSON object."""
    return _load_object(line) is not None


def is_event(line: bytes) -> bool:
    """Tell whether a line is one whole JSON object that has a time, and a level or a message."""
    members = _load_object(line)
    parsed = parse_members(members) if members is not None else None
    return (
        parsed is not None
        and parsed.timestamp_ms is not None
        and (parsed.level is not None or "message" in parsed.fields)
    )


def _load_object(line: bytes) -> dict[str, Any] | None:
    if not (line.startswith(b"{") and line.rstrip().endswith(b"}")):
        return None
    try:
        members = orjson.loads(line)
    except orjson.JSONDecodeError:
        return None
    return members if isinstance(members, dict) else None


def build_strong_starts(needed: bytes, accepts: Callable[[bytes], bool] = is_object) -> tuple[StrongStart, ...]:
    """Return the strong start of a service's events: a whole object with the member `needed`, given in its quotes."""
    words = f"a whole object with the member `{needed.decode()}`" + (", and a time" if accepts is is_event else "")
    return (StrongStart(OBJECT, b"{", needs=needed, accepts=accepts, words=words),)


CARRIER = Carrier(CarrierKind.MEMBER, parse)
FORMAT = Format(
    "json_lines",
    CARRIER.bind(),
    title="JSON lines: one object a line, bare or behind what those write who pass lines on",
    specification="RFC 8259, jsonlines.org",
    notes=(
        "Before the object may stand the name of a container (`docker compose logs`: `web-1  | {…}`), a time "
        "(`--timestamps`, exports of CloudWatch Logs) or both; or time and tag, each with a tab behind it, as "
        "Fluentd writes files. The members stand under their own names, nested ones kept: no others (`http.*`) "
        "are derived. A line of a format of its own in the member `log` or `message`, where shippers put what a "
        "program wrote, has its fields and level beside the members, which win. Time and level are from the "
        "first usual key that holds one, else the time from before the object."
    ),
    schema=(
        Column("message", note="where the text has another of the usual names"),
        *list_columns("container.name fluent.tag", note="stood before the object"),
    ),
    sample='{"time": "2026-05-04T10:00:00Z", "level": "info", "message": "started", "port": 8080}',
    keeps_members=True,
    embedded=Embedded(ANYWHERE, f"{{{digits}", "{", own_message=True),
    strong=(
        StrongStart(
            OBJECT,
            b"{",
            accepts=is_event,
            words="a whole object that has a time, and a level or a message",
        ),
    ),
    carrier=CARRIER,
)
