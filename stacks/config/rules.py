"""What a setting's value may be, each rule with the sentence that says how to mend a value that breaks it."""

import re
from collections.abc import Iterable
from typing import Any

from log_processor.declaration import Setting

EPHEMERAL = re.compile(r"pr-?\d{1,8}")
KINDS = {bool: "true or false", int: "a whole number", str: "text", tuple: "a list of texts"}
MAX_ENDINGS = 90


class ConfigError(Exception):
    """A setting is missing or malformed; the message names it, its place and the remedy."""


def checked(name: str, value: Any, declared: Setting, place: str) -> Any:
    """Return the value as the setting's type, which is its default's; raises `ConfigError` if it breaks a rule."""
    kept: Any = tuple(value) if isinstance(value, list) else value
    remedy = _remedy(kept, declared)
    if remedy:
        raise broken(name, value, place, remedy)
    if declared.check:
        declared.check(name, kept, place)
    return kept


def _remedy(value: Any, declared: Setting) -> str:
    """Return what to do about a value of a wrong type, outside its bounds or its choices, or of another form."""
    if type(value) is not type(declared.default):
        return f"it must be {KINDS[type(declared.default)]}"
    if declared.bounds and not declared.bounds[0] <= value <= declared.bounds[1]:
        return f"set a whole number from {declared.bounds[0]} to {declared.bounds[1]}"
    if declared.choices and value not in declared.choices:
        return f"choose one of {', '.join(map(str, declared.choices))}"
    if declared.form and not re.fullmatch(declared.form, value):
        return f"use {declared.form_words}"
    return ""


def check_suffix(suffix: Any, declared: Setting, place: str, known: Iterable[str] = ()) -> None:
    """Raise `ConfigError` for a malformed suffix, and for one that is neither listed nor a pull request's.

    If no environment is listed, every well-formed suffix is an environment of its own.
    """
    if not isinstance(suffix, str) or not re.fullmatch(declared.form, suffix):
        raise ConfigError(f"the environment suffix {suffix!r} in {place} is malformed: use {declared.form_words}")
    listed = sorted(known)
    if listed and suffix not in listed and not EPHEMERAL.fullmatch(suffix):
        raise ConfigError(
            f"the environment suffix {suffix!r} in {place} is unknown: add it to 'environments' in cdktf.json's "
            f"context (known: {', '.join(listed)}; pr<number> needs no entry)"
        )


def check_concurrency(reserved: int, mapping: int) -> None:
    """Raise `ConfigError` if the work queue would be given more copies than there are.

    What Lambda then receives and cannot pass on counts as delivered, and ends in the dead-letter queue unread.
    """
    if 0 < reserved <= mapping:
        raise ConfigError(
            f"reserved_concurrency is {reserved} and mapping_concurrency {mapping}: healthy ranges would be "
            f"dead-lettered unread; set reserved_concurrency to at least {mapping + 1}, or mapping_concurrency lower"
        )


def check_endings(name: str, endings: tuple[Any, ...], place: str) -> None:
    """Raise `ConfigError` for endings that overlap: S3 refuses a second rule that could match the same key."""
    if not 1 <= len(endings) <= MAX_ENDINGS or not all(isinstance(ending, str) and ending for ending in endings):
        raise broken(name, list(endings), place, f'list 1 to {MAX_ENDINGS} key endings, such as ".log"')
    for position, ending in enumerate(endings):
        for other in endings[:position] + endings[position + 1 :]:
            if ending.endswith(other):
                raise ConfigError(
                    f"{name} in {place} holds {other!r} and {ending!r}, and S3 refuses endings that overlap: "
                    f"drop {ending!r}"
                )


def broken(name: str, value: Any, place: str, remedy: str) -> ConfigError:
    """Return the error of a value that cannot be used."""
    return ConfigError(f"{name} in {place} is {value!r}: {remedy}")
