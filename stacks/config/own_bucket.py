"""Check the settings of the bucket that the stack owns: statements of its policy, expiry and tiering."""

from collections.abc import Mapping
from typing import Any

from stacks.config.rules import ConfigError, build_error

BUCKET = "{bucket}"
"""What stands for the bucket's ARN in a statement."""
ELEMENTS = ("Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "Condition")
SLOW_CLASSES = ("STANDARD_IA", "ONEZONE_IA")
MIN_SLOW_DAYS = 30
"""S3 moves no younger objects to these classes."""
STORAGE_CLASSES = ("INTELLIGENT_TIERING", *SLOW_CLASSES, "GLACIER_IR", "GLACIER", "DEEP_ARCHIVE")


def check_statements(name: str, statements: tuple[Any, ...], origin: str) -> None:
    """Raise `ConfigError` if a statement is malformed, or is about something else than the bucket."""
    for statement in statements:
        if remedy := _find_remedy(statement):
            raise build_error(name, statement, origin, remedy)
    sids = [statement["Sid"] for statement in statements if "Sid" in statement]
    for position, sid in enumerate(sids):
        if sid in sids[:position]:
            raise build_error(name, sid, origin, "give each statement a Sid of its own")


def _find_remedy(statement: Any) -> str:
    if not isinstance(statement, Mapping):
        return "list statements, each an object with Effect, Principal, Action and Resource"
    if unknown := sorted(statement.keys() - set(ELEMENTS)):
        return f"a statement has no element {unknown[0]}: use {', '.join(ELEMENTS)}"
    if statement.get("Effect") not in ("Allow", "Deny"):
        return "set its Effect to Allow or Deny"
    for element in ("Principal", "Action"):
        if (element in statement) == (f"Not{element}" in statement):
            return f"give it either {element} or Not{element}"
    resources = statement.get("Resource", ())
    listed = [resources] if isinstance(resources, str) else resources
    if not listed or not all(isinstance(one, str) and one.partition("/")[0] == BUCKET for one in listed):
        return f"set its Resource to '{BUCKET}' or to keys such as '{BUCKET}/app/*'"
    return ""


def check_tiering(expiry_days: int, tiering_days: int, storage_class: str) -> None:
    """Raise `ConfigError` if objects would expire before they are moved, or be moved sooner than S3 moves them."""
    if tiering_days and storage_class in SLOW_CLASSES and tiering_days < MIN_SLOW_DAYS:
        raise ConfigError(
            f"source_tiering_days is {tiering_days}, and S3 moves no object to {storage_class} before it is "
            f"{MIN_SLOW_DAYS} days old: set at least {MIN_SLOW_DAYS}, or another source_tiering_class"
        )
    if 0 < expiry_days <= tiering_days:
        raise ConfigError(
            f"source_expiry_days is {expiry_days} and source_tiering_days {tiering_days}: objects would be gone before "
            "they are moved; set source_tiering_days lower, or to 0"
        )
