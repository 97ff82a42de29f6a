"""JSON lines: one object a line (RFC 8259, jsonlines.org).

Schema: the object's members as they stand, nested ones kept. Time from the first usual key that holds one, level from
the first usual key that holds a known one.
Sample: {"time": "2026-05-04T10:00:00Z", "level": "info", "message": "started", "port": 8080}
"""

import json
from typing import Any

import orjson

from log_processor.formats.base import Format
from log_processor.formats.levels import level_of
from log_processor.formats.timestamps import any_ms
from log_processor.record import Parsed

TIME_KEYS = ("timestamp", "time", "@timestamp", "ts", "datetime", "date", "eventTime", "timeMillis", "created_at", "t")
LEVEL_KEYS = ("level", "severity", "log.level", "levelname", "loglevel", "lvl", "severityText")


def parse(text: str, _near_ms: int) -> Parsed | None:
    """Read one line; None where it is not one JSON object."""
    members = members_of(text)
    return None if members is None else Parsed(members, first_time(members), first_level(members))


def members_of(text: str, needed: str = "") -> dict[str, Any] | None:
    """The members of the object that `text` is; None where it is none, or does not even contain `needed`."""
    if text.lstrip()[:1] != "{" or needed not in text:
        return None
    try:
        members = orjson.loads(text)
    except orjson.JSONDecodeError:
        members = _lenient(text)
    return members if isinstance(members, dict) else None


def _lenient(text: str) -> Any:
    """What the standard library also takes: NaN, infinities and lone surrogates, which become text."""
    try:
        written = json.dumps(json.loads(text, parse_constant=str), ensure_ascii=False)
        return json.loads(written.encode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return None


def first_time(members: dict[str, Any]) -> int | None:
    """Epoch milliseconds of the first usual key that holds a time."""
    for key in TIME_KEYS:
        if key in members and (moment := any_ms(members[key])) is not None:
            return moment
    return None


def first_level(members: dict[str, Any]) -> str | None:
    """The normalised level of the first usual key that holds a known one."""
    for key in LEVEL_KEYS:
        if key in members and (level := level_of(members[key])) is not None:
            return level
    return None


FORMAT = Format("json_lines", parse)
