"""Normalise severities to OpenTelemetry's six short names: trace, debug, info, warn, error, fatal."""

LEVELS = {
    "trace": ("trace", "trac", "finest", "verbose", "v", "trc", "trce", "vrb", "silly"),
    "debug": ("debug", "debu", "finer", "fine", "config", "d", "dbg", "dbug"),
    "info": (
        "info",
        "information",
        "informational",
        "notice",
        "log",
        "i",
        "inf",
        "note",
        "success",
        "audit",
        "infos",
        "informazioni",
    ),
    "warn": ("warn", "warning", "w", "wrn", "warnung", "avertissement", "advertencia", "avvertenza"),
    "error": (
        "error",
        "err",
        "erro",
        "eror",
        "severe",
        "e",
        "failure",
        "failed",
        "fail",
        "exception",
        "grave",
        "schwerwiegend",
    ),
    "fatal": (
        "fatal",
        "fata",
        "critical",
        "crit",
        "alert",
        "emerg",
        "emergency",
        "panic",
        "pani",
        "f",
        "c",
        "dpanic",
        "ftl",
        "pnc",
    ),
}
WORDS = (
    "TRACE?|DEBUG?|INFO(?:RMATION)?|NOTICE|WARN(?:ING)?|ERR(?:OR?)?|CRIT(?:ICAL)?|FATAL?|SEVERE|ALERT|EMERG(?:ENCY)?|PANIC?"
    "|VERBOSE|LOG|CONFIG|FINE(?:R|ST)?|SUCCESS|TRC|DBG|INF|WRN|FTL|VRB"
)
"""An expression of the words of levels in capitals."""
ANY_CASE = (
    "(?i:trace|debug|info|information|notice|warn|warning|err|error|crit|critical|fatal|severe|alert|emerg|emergency"
    "|panic|verbose|trc|dbg|inf|wrn|ftl|vrb|fail)"
)
"""The same, without the words that are usual in prose, in small letters too."""
BY_NAME = {spelling: level for level, spellings in LEVELS.items() for spelling in spellings}
BY_RANK = ("trace", "debug", "info", "warn", "error", "fatal")
SYSLOG_SEVERITIES = ("emerg", "alert", "crit", "err", "warning", "notice", "info", "debug")


def normalise_level(value: object) -> str | None:
    """Return the level of a name (`WARNING`) or of a number of bunyan or pino (10 to 60); None if it is unknown."""
    if isinstance(value, str):
        return BY_NAME.get(value.strip().lower())
    return _find_on_scale(value, 10, 0) if isinstance(value, int) else None


def normalise_syslog_severity(value: object) -> str | None:
    """Return the level of a syslog severity from 0 (`fatal`) to 7 (`debug`); None unless it is such an integer.

    0 to 2 are `fatal`, and 5 and 6 are `info`. A number as text, such as "3", is unknown.
    """
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < len(SYSLOG_SEVERITIES):
        return normalise_level(SYSLOG_SEVERITIES[value])
    return None


def normalise_opentelemetry_number(value: object) -> str | None:
    """Return the level of a SeverityNumber, 1 (TRACE) to 24 (FATAL4)."""
    return _find_on_scale(value, 4, 3)


def normalise_python_level(value: object) -> str | None:
    """Return the level of a number of Python's logging, 10 (DEBUG) to 50 (CRITICAL)."""
    return _find_on_scale(value, 10, 10)


def normalise_nextcloud_level(value: object) -> str | None:
    """Return the level of a number of Nextcloud, 0 (debug) to 4 (fatal)."""
    return _find_on_scale(value, 1, 2)


def _find_on_scale(value: object, step: int, shift: int) -> str | None:
    """Return the level of a number on a scale of equal steps.

    `shift` is added to the number first. Then the numbers from `step` on are trace, those from twice `step` on debug,
    and so on. None if it is no whole number, or beyond the scale.
    """
    if not isinstance(value, int) or isinstance(value, bool) or not step <= value + shift < step * 7:
        return None
    return BY_RANK[(value + shift) // step - 1]
