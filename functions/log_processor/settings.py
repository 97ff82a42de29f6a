"""Read the function's settings from its environment; no other module reads environment variables."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Self, get_args

from log_processor.declaration import Setting, list_required, list_settings, setting
from log_processor.errors import SettingsError

Storage = Literal["records", "packs"]
STORAGES: tuple[Storage, ...] = get_args(Storage)
MIB = 1024 * 1024
GIB = 1024 * MIB
TIB = 1024 * GIB
MAX_MESSAGE_BYTES = 256 * 1024
"""The most of a message on the work queue and on the dead-letter queue; the function sends none that is larger."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tuning:
    """The settings that an environment may choose, and that the stack passes to the function.

    Each is declared here alone. The stack's configuration inherits it, the environment variable has its name in
    capitals, and `docs/configuration.md` is generated from it.
    """

    max_receive_count: int = setting(
        5, "Deliveries of one message before the service moves it to the dead-letter queue.", bounds=(1, 1000)
    )
    denied_wait_hours: int = setting(
        24,
        "Hours for which a range that is denied access is tried again, before it is dead-lettered.",
        bounds=(24, 336),
    )
    index_shards: int = setting(
        8, "Partitions of one source and day in the query index; 0 switches the index off.", bounds=(0, 1000)
    )
    record_ttl_days: int = setting(
        0,
        "Days until a record expires, from the later of its own time and its object's; 0 keeps it.",
        bounds=(0, 36_500),
    )
    storage: str = setting(
        "records",
        "How records are stored: each as an item, or many in one ([packs](packs.md)); a route may say otherwise.",
        choices=STORAGES,
        variable="STORAGE",
    )
    pack_level: int = setting(9, "How hard zstd compresses packs; higher takes longer.", bounds=(1, 19))
    ledger_ttl_days: int = setting(
        0,
        "Days until a row of the ledger expires, from its last change: 22 or more; 0 keeps it.",
        bounds=(0, 36_500),
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

    @property
    def ledger_outlives_records(self) -> bool:
        """Tell whether an object has its rows in the ledger as long as the log table has its records."""
        return not self.ledger_ttl_days or 0 < self.record_ttl_days < self.ledger_ttl_days

    def render_environment(self) -> dict[str, str]:
        """Return each setting of `Tuning` as an environment variable, defaults included: `{"LOG_LEVEL": "INFO", …}`.

        The names of resources and the key of the hashes, which `Settings` adds, are not among them.
        """
        return {name_variable(name): str(getattr(self, name)) for name in list_settings(Tuning)}


@dataclass(frozen=True, slots=True)
class Settings(Tuning):
    """The settings of the function: the names of its resources, its tuning, and the key of the hashes.

    The key is `redaction_key`, or what the secret with the ARN `redaction_secret` holds.
    """

    dynamodb_table: str
    error_bucket: str
    ledger_table: str
    work_queue_url: str
    dead_letter_queue_url: str
    redaction_key: str = field(default="", repr=False)
    redaction_secret: str = ""

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> Self:
        """Return the settings of an environment; raise `SettingsError` if a variable is missing or malformed."""
        named: dict[str, Any] = {name: _read_text(environ, name_variable(name)) for name in list_required(cls)}
        chosen = {
            name: _read_choice(environ, name_variable(name), declared) for name, declared in list_settings(cls).items()
        }
        return cls(**named, **chosen, **_read_key(environ))


def _read_key(environ: Mapping[str, str]) -> dict[str, Any]:
    return {name: environ.get(name_variable(name), "") for name in ("redaction_key", "redaction_secret")}


def name_variable(name: str) -> str:
    """Return the name of the environment variable of a field: `LOG_LEVEL` for `log_level`."""
    return name.upper()


def _read_text(environ: Mapping[str, str], name: str) -> str:
    value = environ.get(name, "")
    if not value:
        raise SettingsError(f"environment variable {name} is not set: deploy the function with its stack")
    return value


def _read_choice(environ: Mapping[str, str], name: str, declared: Setting) -> Any:
    value = environ.get(name)
    if value is None:
        return declared.default
    if declared.choices and value not in declared.choices:
        raise _make_refusal(name, value, f"set one of {', '.join(map(str, declared.choices))}")
    return _read_number(name, value, declared.bounds) if declared.bounds else value


def _read_number(name: str, value: str, bounds: tuple[int, int]) -> int:
    minimum, maximum = bounds
    if not value.isdecimal() or int(value) < minimum:
        raise _make_refusal(name, value, f"set a whole number of at least {minimum}")
    if int(value) > maximum:
        raise _make_refusal(name, value, f"set a whole number of at most {maximum}")
    return int(value)


def _make_refusal(name: str, value: str, remedy: str) -> SettingsError:
    return SettingsError(f"environment variable {name} is {value!r}: {remedy}")
