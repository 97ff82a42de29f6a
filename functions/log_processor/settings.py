"""The function's environment, read once: the only module that looks at environment variables."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from log_processor.declaration import Setting, required_of, setting, settings_of
from log_processor.errors import SettingsError

MIB = 1024 * 1024
GIB = 1024 * MIB
TIB = 1024 * GIB


@dataclass(frozen=True, slots=True, kw_only=True)
class Tuning:
    """What an environment chooses of the function: settings of the configuration that the stack hands on.

    This is the only place of such a setting. The stack's configuration inherits it, the environment variable has its
    name in capitals, and `docs/configuration.md` is made from it.
    """

    max_receive_count: int = setting(
        5, "Deliveries of one message before the service moves it to the dead-letter queue.", bounds=(1, 1000)
    )
    index_shards: int = setting(
        8, "Partitions of one source and day in the query index; 0 switches the index off.", bounds=(0, 1000)
    )
    record_ttl_days: int = setting(
        0, "Days after its own time at which a record expires; 0 keeps it.", bounds=(0, 36_500)
    )
    split_threshold_bytes: int = setting(
        32 * MIB, "Uncompressed objects above this size are read in parallel ranges.", bounds=(1, 5 * TIB)
    )
    range_bytes: int = setting(16 * MIB, "Size of one such range.", bounds=(1024, 5 * TIB))
    expansion_ratio_limit: int = setting(
        1000, "Bytes that one compressed byte may become before the object counts as a bomb.", bounds=(1, 1_000_000)
    )
    expanded_bytes_limit: int = setting(
        64 * GIB, "Bytes that a compressed object may become in all.", bounds=(1, 1024 * TIB)
    )
    log_level: str = setting(
        "INFO", "What the function's own log holds.", choices=("DEBUG", "INFO", "WARNING", "ERROR")
    )

    def tuning_environment(self) -> dict[str, str]:
        """Return the environment variables by which the function learns them."""
        return {variable(name): str(getattr(self, name)) for name in settings_of(Tuning)}


@dataclass(frozen=True, slots=True)
class Settings(Tuning):
    """What the stack tells the function: the names of its resources, its tuning and the key of the hashes."""

    dynamodb_table: str
    error_bucket: str
    ledger_table: str
    work_queue_url: str
    dead_letter_queue_url: str
    redaction_key: str = field(default="", repr=False)

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> Self:
        """Read the settings; raises `SettingsError` naming the variable that is missing or malformed."""
        named: dict[str, Any] = {name: _text(environ, variable(name)) for name in required_of(cls)}
        chosen = {name: _choice(environ, variable(name), declared) for name, declared in settings_of(cls).items()}
        return cls(**named, **chosen, redaction_key=environ.get("REDACTION_KEY", ""))


def variable(name: str) -> str:
    """Return the environment variable of a field."""
    return name.upper()


def _text(environ: Mapping[str, str], name: str) -> str:
    value = environ.get(name, "")
    if not value:
        raise SettingsError(f"environment variable {name} is not set: deploy the function with its stack")
    return value


def _choice(environ: Mapping[str, str], name: str, declared: Setting) -> Any:
    value = environ.get(name)
    if value is None:
        return declared.default
    if declared.choices and value not in declared.choices:
        raise _refused(name, value, f"set one of {', '.join(map(str, declared.choices))}")
    return _number(name, value, declared.bounds) if declared.bounds else value


def _number(name: str, value: str, bounds: tuple[int, int]) -> int:
    least, largest = bounds
    if not value.isdecimal() or int(value) < least:
        raise _refused(name, value, f"set a whole number of at least {least}")
    if int(value) > largest:
        raise _refused(name, value, f"set a whole number of at most {largest}")
    return int(value)


def _refused(name: str, value: str, remedy: str) -> SettingsError:
    return SettingsError(f"environment variable {name} is {value!r}: {remedy}")
