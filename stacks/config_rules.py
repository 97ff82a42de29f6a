"""What a setting's value may be, each rule with the sentence that says how to mend a value that breaks it."""

import re
from collections.abc import Iterable
from typing import Any

SUFFIX = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,14}[a-z0-9])?")
EPHEMERAL = re.compile(r"pr-?\d{1,8}")
RANGES = {
    "function_timeout_s": (3, 900),
    "function_memory_mb": (128, 10_240),
    "reserved_concurrency": (-1, 100_000),
    "mapping_batch_size": (1, 10),
    "mapping_concurrency": (2, 1000),
    "max_receive_count": (1, 1000),
    "index_shards": (0, 1000),
    "record_ttl_days": (0, 36_500),
    "split_threshold_bytes": (1, 5 * 1024**4),
    "range_bytes": (1024, 5 * 1024**4),
    "expansion_ratio_limit": (1, 1_000_000),
    "expanded_bytes_limit": (1, 1024**5),
    "source_version_days": (1, 36_500),
    "error_log_days": (1, 36_500),
}
RETENTION_DAYS = (
    *(1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545),
    *(731, 1096, 1827, 2192, 2557, 2922, 3288, 3653),
)
CHOICES: dict[str, tuple[str | int, ...]] = {
    "backend": ("s3", "cloud", "local"),
    "architecture": ("x86_64", "arm64"),
    "log_level": ("DEBUG", "INFO", "WARNING", "ERROR"),
    "log_retention_days": RETENTION_DAYS,
}
PATTERNS = {
    "app_name": (re.compile(r"[a-z][a-z0-9-]{1,24}"), "2 to 25 lower-case letters, digits and hyphens"),
    "region": (re.compile(r"[a-z]{2}(?:-[a-z]+)+-\d"), "an AWS region, such as us-east-1"),
    "state_bucket": (re.compile(r"(?:[a-z0-9][a-z0-9.-]{1,61}[a-z0-9])?"), "3 to 63 characters that S3 allows"),
    "cloud_workspace": (re.compile(r"[A-Za-z0-9_-]{0,90}"), "at most 90 letters, digits, - and _"),
}
KINDS = {bool: "true or false", int: "a whole number", str: "text", tuple: "a list of texts"}
MOST_ENDINGS = 90


class ConfigError(Exception):
    """A setting is missing or malformed; the message names it, its place and the remedy."""


def checked(name: str, value: Any, default: Any, place: str) -> Any:
    """Return the value as the setting's type, which is its default's; raises `ConfigError` where a rule is broken."""
    kept: Any = tuple(value) if isinstance(value, list) else value
    if type(kept) is not type(default):
        raise _broken(name, value, place, f"it must be {KINDS[type(default)]}")
    if name in RANGES and not RANGES[name][0] <= kept <= RANGES[name][1]:
        raise _broken(name, value, place, f"set a whole number from {RANGES[name][0]} to {RANGES[name][1]}")
    if name in CHOICES and kept not in CHOICES[name]:
        raise _broken(name, value, place, f"choose one of {', '.join(map(str, CHOICES[name]))}")
    if name in PATTERNS and not PATTERNS[name][0].fullmatch(kept):
        raise _broken(name, value, place, f"use {PATTERNS[name][1]}")
    if name == "notification_suffixes":
        _check_endings(kept, place)
    return kept


def check_suffix(suffix: Any, place: str, known: Iterable[str]) -> None:
    """Raise `ConfigError` for a malformed suffix, and for one that is neither listed nor a pull request's.

    Where no environment is listed, every well-formed suffix is an environment of its own.
    """
    if not isinstance(suffix, str) or not SUFFIX.fullmatch(suffix):
        raise ConfigError(
            f"the environment suffix {suffix!r} in {place} is malformed: "
            "use 1 to 16 lower-case letters, digits and inner hyphens"
        )
    listed = sorted(known)
    if listed and suffix not in listed and not EPHEMERAL.fullmatch(suffix):
        raise ConfigError(
            f"the environment suffix {suffix!r} in {place} is unknown: add it to 'environments' in cdktf.json's "
            f"context (known: {', '.join(listed)}; pr<number> needs no entry)"
        )


def check_concurrency(reserved: int, mapping: int) -> None:
    """Raise `ConfigError` where the work queue would be given more copies than there are.

    What Lambda then receives and cannot pass on counts as delivered, and ends in the dead-letter queue unread.
    """
    if 0 < reserved <= mapping:
        raise ConfigError(
            f"reserved_concurrency is {reserved} and mapping_concurrency {mapping}: healthy ranges would be "
            f"dead-lettered unread; set reserved_concurrency to at least {mapping + 1}, or mapping_concurrency lower"
        )


def _broken(name: str, value: Any, place: str, remedy: str) -> ConfigError:
    return ConfigError(f"{name} in {place} is {value!r}: {remedy}")


def _check_endings(endings: tuple[Any, ...], place: str) -> None:
    """S3 refuses a second rule for the same event whose ending could match the same key."""
    name = "notification_suffixes"
    if not 1 <= len(endings) <= MOST_ENDINGS or not all(isinstance(ending, str) and ending for ending in endings):
        remedy = f'list 1 to {MOST_ENDINGS} key endings, such as ".log"'
        raise _broken(name, list(endings), place, remedy)
    for position, ending in enumerate(endings):
        for other in endings[:position] + endings[position + 1 :]:
            if ending.endswith(other):
                raise ConfigError(
                    f"{name} in {place} holds {other!r} and {ending!r}, and S3 refuses endings that overlap: "
                    f"drop {ending!r}"
                )
