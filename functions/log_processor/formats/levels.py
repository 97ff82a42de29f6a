"""The many spellings of severity become six: trace, debug, info, warn, error, fatal (OpenTelemetry's short names)."""

LEVELS = {
    "trace": ("trace", "finest", "verbose", "v"),
    "debug": ("debug", "finer", "fine", "config", "d", "dbg"),
    "info": ("info", "information", "informational", "notice", "log", "i", "note", "success"),
    "warn": ("warn", "warning", "w", "wrn"),
    "error": ("error", "err", "severe", "e", "failure", "failed", "exception"),
    "fatal": ("fatal", "critical", "crit", "alert", "emerg", "emergency", "panic", "f", "c", "dpanic"),
}
BY_NAME = {spelling: level for level, spellings in LEVELS.items() for spelling in spellings}
BUNYAN_STEP = 10
BY_TENS = ("trace", "debug", "info", "warn", "error", "fatal")


def level_of(value: object) -> str | None:
    """The normalised level of a name (`WARNING`) or of a bunyan/pino number (10 to 60); None where unknown."""
    if isinstance(value, str):
        return BY_NAME.get(value.strip().lower())
    if isinstance(value, int) and not isinstance(value, bool) and value % BUNYAN_STEP == 0 and 10 <= value <= 60:
        return BY_TENS[value // BUNYAN_STEP - 1]
    return None
