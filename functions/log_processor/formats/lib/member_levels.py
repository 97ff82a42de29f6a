"""Find the level among the members of a JSON object or of logfmt pairs, under the keys that loggers usually give it.

It is a word, or a number on the scale of its writer: bunyan and pino (tens), Python's `levelno`, OpenTelemetry (1 to
24), syslog (journald, GELF, relays), Nextcloud.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from log_processor.formats.lib.levels import (
    BY_NAME,
    normalise_level,
    normalise_nextcloud_level,
    normalise_opentelemetry_number,
    normalise_python_level,
    normalise_syslog_severity,
)

LEVEL_KEYS = (
    *("level", "severity", "log.level", "levelname", "lvl", "severityText", "severity_text", "SeverityText"),
    *("loglevel", "log_level", "logLevel", "LogLevel", "level_name", "levelName", "Level", "Severity", "@level", "@l"),
    *("severityNumber", "severity_number", "SeverityNumber", "PRIORITY", "priority", "levelno", "error_severity"),
    *("severity_label", "label", "syslogseverity-text", "syslogseverity", "s", "L"),
)
NAME_KEYS = ("levelname", "levelName", "level_name", "levelLabel", "severityText", "severity")
"""Members that name the level where `level` is a number: each program has numbers of its own, words are alike."""
LEVEL_SET = frozenset(LEVEL_KEYS)
USUAL = {spelling: level for name, level in BY_NAME.items() for spelling in (name, name.upper(), name.capitalize())}
"""The levels by their usual spellings, which need no closer look."""
Scale = Callable[[object], str | None]
SCALES: dict[str, Scale] = {
    **dict.fromkeys(("severityNumber", "severity_number", "SeverityNumber"), normalise_opentelemetry_number),
    **dict.fromkeys(("PRIORITY", "syslogseverity"), normalise_syslog_severity),
    "levelno": normalise_python_level,
}
SCALES_BY_MEMBER: dict[str, Scale] = {
    "short_message": normalise_syslog_severity,
    "facility": normalise_syslog_severity,
    "reqId": normalise_nextcloud_level,
}
"""Members that only GELF, relays of syslog or Nextcloud write, and the scale of their levels, which are below ten.

Nextcloud's names its request as pino and Fastify do theirs: from ten on a number is on bunyan's scale and pino's.
"""
MIN_TENS = 10
STEPPED = re.compile(r"([A-Za-z]{1,16})[+-]?\d{1,3}")
MAX_DIGITS = 10


def find_level(members: Mapping[str, Any]) -> str | None:
    """Return the normalised level of the first usual key among `members` that holds a known one."""
    if not LEVEL_SET.isdisjoint(members):
        for key in LEVEL_KEYS:
            if key in members:
                level = USUAL.get(members[key]) if type(members[key]) is str and key != "s" else None
                if level is not None or (level := _read_level(key, members)) is not None:
                    return level
    return None


def _read_level(key: str, members: Mapping[str, Any]) -> str | None:
    """Return the level of a word, or of a number on the scale that the key or the other members show.

    A number as text counts as the number: `"30"` is pino's info.
    """
    value = members[key]
    if key == "L" and not isinstance(members[key], str):  # a length
        return None
    if key == "s":
        return _read_mongodb_level(value, members)
    if isinstance(value, str):
        if not value.isdecimal():
            return normalise_level(value) or _read_stepped(value)
        value = int(value) if len(value) < MAX_DIGITS else None
    elif isinstance(value, dict):
        return normalise_level(value.get("name"))
    if key == "level" and (named := _find_name(members)) is not None:
        return named
    scale = _choose_scale(key, members, value)
    return scale(value) if scale else None


def _find_name(members: Mapping[str, Any]) -> str | None:
    """Return the level of the first member that names it by a word, beside a `level` that is a number."""
    return next(
        filter(None, (normalise_level(members[key]) for key in NAME_KEYS if isinstance(members.get(key), str))), None
    )


def _read_mongodb_level(value: object, members: Mapping[str, Any]) -> str | None:
    """Return the level of MongoDB's `s` (D1 to D5, I, W, E, F), if a component and a time stand beside it."""
    return normalise_level(value[:1]) if isinstance(value, str) and "c" in members and "t" in members else None


def _choose_scale(key: str, members: Mapping[str, Any], value: object) -> Scale | None:
    """Return the scale of a number, or None if there is none.

    - Some keys have one scale: `levelno` is Python's.
    - From ten on a number is bunyan's or pino's, except under `severity`, which may also count risk.
    - Below ten other members show the scale: beside `short_message` it is syslog's.
    """
    if key in SCALES:
        return SCALES[key]
    other = None if key == "severity" else normalise_level
    if isinstance(value, int) and value >= MIN_TENS:
        return other
    return next((scale for name, scale in SCALES_BY_MEMBER.items() if name in members), other)


def _read_stepped(value: str) -> str | None:
    """Return the level of Go's `INFO+2`, and of `DEBUG5` as several servers write it."""
    match = STEPPED.fullmatch(value)
    return normalise_level(match[1]) if match else None
