"""The function's environment, read once: the only module that looks at environment variables."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from log_processor.errors import SettingsError

MIB = 1024 * 1024
GIB = 1024 * MIB
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")


@dataclass(frozen=True, slots=True)
class Settings:
    """What the stack tells the function; every field is one environment variable of the same name in capitals."""

    dynamodb_table: str
    error_bucket: str
    ledger_table: str
    work_queue_url: str
    dead_letter_queue_url: str
    max_receive_count: int = 5
    index_shards: int = 8
    record_ttl_days: int = 0
    split_threshold_bytes: int = 32 * MIB
    range_bytes: int = 16 * MIB
    expansion_ratio_limit: int = 1000
    expanded_bytes_limit: int = 64 * GIB
    log_level: str = "INFO"
    redaction_key: str = field(default="", repr=False)

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> "Settings":
        """Read the settings; raises `SettingsError` naming the variable that is missing or malformed."""
        return cls(
            dynamodb_table=_text(environ, "DYNAMODB_TABLE"),
            error_bucket=_text(environ, "ERROR_BUCKET"),
            ledger_table=_text(environ, "LEDGER_TABLE"),
            work_queue_url=_text(environ, "WORK_QUEUE_URL"),
            dead_letter_queue_url=_text(environ, "DEAD_LETTER_QUEUE_URL"),
            max_receive_count=_number(environ, "MAX_RECEIVE_COUNT", 5, at_least=1),
            index_shards=_number(environ, "INDEX_SHARDS", 8, at_least=0),
            record_ttl_days=_number(environ, "RECORD_TTL_DAYS", 0, at_least=0),
            split_threshold_bytes=_number(environ, "SPLIT_THRESHOLD_BYTES", 32 * MIB, at_least=1),
            range_bytes=_number(environ, "RANGE_BYTES", 16 * MIB, at_least=1),
            expansion_ratio_limit=_number(environ, "EXPANSION_RATIO_LIMIT", 1000, at_least=1),
            expanded_bytes_limit=_number(environ, "EXPANDED_BYTES_LIMIT", 64 * GIB, at_least=1),
            log_level=_choice(environ, "LOG_LEVEL", LOG_LEVELS, "INFO"),
            redaction_key=environ.get("REDACTION_KEY", ""),
        )


def _text(environ: Mapping[str, str], name: str) -> str:
    value = environ.get(name, "")
    if not value:
        raise SettingsError(f"environment variable {name} is not set: deploy the function with its stack")
    return value


def _choice(environ: Mapping[str, str], name: str, known: tuple[str, ...], default: str) -> str:
    value = environ.get(name, default)
    if value not in known:
        raise SettingsError(f"environment variable {name} is {value!r}: set one of {', '.join(known)}")
    return value


def _number(environ: Mapping[str, str], name: str, default: int, at_least: int) -> int:
    value = environ.get(name)
    if value is None:
        return default
    if not value.isdecimal() or int(value) < at_least:
        raise SettingsError(f"environment variable {name} is {value!r}: set a whole number of at least {at_least}")
    return int(value)
