"""The level among the members of a JSON object or of logfmt pairs, under the keys that loggers usually give it.

It is a word, or a number on the scale of who writes it: bunyan and pino (tens), Python's `levelno`, OpenTelemetry (1 to
24), syslog (journald, GELF, relays), Nextcloud.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from log_processor.formats.lib.levels import (
    level_of,
    nextcloud_level,
    opentelemetry_level,
    python_level,
    syslog_level,
)

LEVEL_KEYS = (
    *("level", "severity", "log.level", "levelname", "lvl", "severityText", "severity_text", "SeverityText"),
    *("loglevel", "log_level", "logLevel", "LogLevel", "level_name", "Level", "Severity", "@level", "@l"),
    *("severityNumber", "severity_number", "SeverityNumber", "PRIORITY", "priority", "levelno", "error_severity"),
    *("severity_label", "label", "s"),
)
LEVEL_SET = frozenset(LEVEL_KEYS)
Scale = Callable[[object], str | None]
SCALES: dict[str, Scale] = {
    **dict.fromkeys(("severityNumber", "severity_number", "SeverityNumber"), opentelemetry_level),
    "PRIORITY": syslog_level,
    "levelno": python_level,
}
TOLD_BY: dict[str, Scale] = {"short_message": syslog_level, "facility": syslog_level, "reqId": nextcloud_level}
"""Members by which GELF, relays of syslog and Nextcloud are known, whose levels are numbers of their own, below ten.

Nextcloud's names its request as pino and Fastify do theirs: from ten on a number is on bunyan's scale and pino's.
"""
LEAST_OF_TENS = 10
STEPPED = re.compile(r"([A-Za-z]{1,16})[+-]?\d{1,3}")
MOST_DIGITS = 10


def told_level(members: Mapping[str, Any]) -> str | None:
    """The normalised level of the first usual key among `members` that holds a known one."""
    if not LEVEL_SET.isdisjoint(members):
        for key in LEVEL_KEYS:
            if key in members and (level := _level(key, members)) is not None:
                return level
    return None


def _level(key: str, members: Mapping[str, Any]) -> str | None:
    """A word, or a number on the scale that the key or the other members tell; the text of a number counts as one."""
    value = members[key]
    if key == "s":
        return _mongodb_level(value, members)
    if isinstance(value, str):
        if not value.isdecimal():
            return level_of(value) or _stepped(value)
        value = int(value) if len(value) < MOST_DIGITS else None
    elif isinstance(value, dict):
        return level_of(value.get("name"))
    scale = _scale(key, members, value)
    return scale(value) if scale else None


def _mongodb_level(value: object, members: Mapping[str, Any]) -> str | None:
    """With component and time beside it: D1 to D5, I, W, E, F."""
    return level_of(value[:1]) if isinstance(value, str) and "c" in members and "t" in members else None


def _scale(key: str, members: Mapping[str, Any], value: object) -> Scale | None:
    """The scale of a number; a `severity` may also count risk, so that it is one only where something tells."""
    if key in SCALES:
        return SCALES[key]
    other = None if key == "severity" else level_of
    if isinstance(value, int) and value >= LEAST_OF_TENS:
        return other
    return next((scale for name, scale in TOLD_BY.items() if name in members), other)


def _stepped(value: str) -> str | None:
    """Go's `INFO+2`, and `DEBUG5` as several servers write it."""
    match = STEPPED.fullmatch(value)
    return level_of(match[1]) if match else None
